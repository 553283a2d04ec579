ALTER TABLE signing_keys DROP COLUMN ends_at;
ALTER TABLE signing_keys DROP COLUMN retires_at;
ALTER TABLE signing_keys DROP COLUMN activates_at;
ALTER TABLE signing_keys ADD COLUMN status text NOT NULL DEFAULT 'active';
ALTER TABLE users DROP COLUMN password_once_until;
ALTER TABLE users DROP COLUMN password_set_at;
ALTER TABLE sessions DROP COLUMN agent;
ALTER TABLE sessions DROP COLUMN address;
