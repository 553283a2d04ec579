-- Who signs in from where, passwords that serve once, and keys that follow each other. The other
-- database has the same file with its own types: change both.

-- From where and with what somebody signed in, as told to the account itself.
ALTER TABLE sessions ADD COLUMN address TEXT;
ALTER TABLE sessions ADD COLUMN agent TEXT;

-- When the password was chosen; for accounts from before, nobody knows.
ALTER TABLE users ADD COLUMN password_set_at INTEGER;
-- A password handed out by somebody else serves until then, and only to choose another.
ALTER TABLE users ADD COLUMN password_once_until INTEGER;

-- The state of a key follows from its dates.
ALTER TABLE signing_keys DROP COLUMN status;
ALTER TABLE signing_keys ADD COLUMN activates_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE signing_keys ADD COLUMN retires_at INTEGER;
ALTER TABLE signing_keys ADD COLUMN ends_at INTEGER;
UPDATE signing_keys SET activates_at = created_at;
