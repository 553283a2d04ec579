-- Signing in through another service. The other database has the same file with its own types: change both.

-- Who vouched for the user, when that was not the own password.
ALTER TABLE sessions ADD COLUMN vouched_by TEXT;

-- States with which somebody came back from there: each is good once, on whatever replica.
CREATE TABLE used_states (
    -- SHA-256 of the state.
    hash BLOB PRIMARY KEY NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX used_states_expires ON used_states (expires_at);
