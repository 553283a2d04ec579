-- A second factor beside the password. The other database has the same file with its own types: change
-- both.
CREATE TABLE second_factors (
    user_id BLOB PRIMARY KEY NOT NULL REFERENCES users (id),
    -- The shared secret under the master key.
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    -- Counts from then on: its owner has shown to hold it.
    confirmed_at INTEGER,
    -- Each code serves once.
    used_step INTEGER
) STRICT;

CREATE TABLE recovery_codes (
    -- A mark of the code, made with the master key.
    mark BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX recovery_codes_user ON recovery_codes (user_id);

ALTER TABLE sessions ADD COLUMN second_factor INTEGER NOT NULL DEFAULT 0 CHECK (second_factor IN (0, 1));
