ALTER TABLE bloc_years DROP COLUMN ranked_from_months;
ALTER TABLE scoresheets DROP COLUMN standing;
