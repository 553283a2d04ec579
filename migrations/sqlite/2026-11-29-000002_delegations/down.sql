DROP INDEX signatures_delegation;
ALTER TABLE signatures DROP COLUMN delegation_id;
DROP VIEW delegation_ties;
DROP TABLE delegations;
