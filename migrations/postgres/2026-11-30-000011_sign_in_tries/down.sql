ALTER TABLE used_states DROP COLUMN tries;
ALTER TABLE used_states DROP COLUMN user_id;
