-- Back to before.
DROP TABLE used_states;
ALTER TABLE sessions DROP COLUMN vouched_by;
