DROP INDEX sessions_acted_by;
ALTER TABLE sessions DROP COLUMN acted_by;
