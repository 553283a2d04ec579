DROP INDEX bloc_years_criteria_set;
ALTER TABLE bloc_years DROP COLUMN criteria_set_id;
DROP VIEW criteria_set_ties;
DROP TABLE criteria_tables;
DROP TABLE criteria_sets;
