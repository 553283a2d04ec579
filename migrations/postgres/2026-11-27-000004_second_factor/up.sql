-- A second factor beside the password. The other database has the same file with its own types: change
-- both.
CREATE TABLE second_factors (
    user_id uuid PRIMARY KEY REFERENCES users (id),
    -- The shared secret under the master key.
    sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    -- Counts from then on: its owner has shown to hold it.
    confirmed_at timestamptz,
    -- Each code serves once.
    used_step bigint
);

CREATE TABLE recovery_codes (
    -- A mark of the code, made with the master key.
    mark bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX recovery_codes_user ON recovery_codes (user_id);

ALTER TABLE sessions ADD COLUMN second_factor boolean NOT NULL DEFAULT false;
