ALTER TABLE bloc_years DROP COLUMN appeal_days;
DROP TABLE tie_decision_units;
DROP TABLE tie_decisions;
DROP TABLE ranking_publications;
