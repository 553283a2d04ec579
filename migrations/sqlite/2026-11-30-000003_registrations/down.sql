ALTER TABLE bloc_years DROP COLUMN registration_gate;
DROP VIEW registration_ties;
DROP TABLE registration_items;
DROP TABLE registrations;
