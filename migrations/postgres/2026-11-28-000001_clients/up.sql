-- Service accounts: programs of offices, each on an account of its own. The other database has the same
-- file with its own types: change both.

-- Whose an account is.
ALTER TABLE users ADD COLUMN kind text NOT NULL DEFAULT 'person';

CREATE TABLE clients (
    id uuid PRIMARY KEY REFERENCES users (id),
    code text NOT NULL UNIQUE,
    -- It works in this unit and those below.
    unit_id uuid NOT NULL REFERENCES units (id),
    -- Words with blanks between.
    scopes text NOT NULL,
    -- Public keys: a JSON list of JWK.
    keys text NOT NULL,
    expires_on date,
    token_seconds integer NOT NULL,
    -- Noted once a minute at most.
    last_used_at timestamptz
);
CREATE INDEX clients_unit ON clients (unit_id, id);

CREATE TABLE client_secrets (
    id uuid PRIMARY KEY,
    client_id uuid NOT NULL REFERENCES clients (id),
    -- SHA-256 of the secret, which is 256 random bits; the secret itself is never kept.
    hash bytea NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX client_secrets_client ON client_secrets (client_id, id);

-- Assertions that clients have signed and used: each is good once, on whatever replica.
CREATE TABLE client_assertions (
    client_id uuid NOT NULL REFERENCES clients (id),
    -- SHA-256 of its jti.
    jti bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (client_id, jti)
);
CREATE INDEX client_assertions_expires ON client_assertions (expires_at);

CREATE VIEW client_ties AS
    SELECT id AS subject_id, 'itself' AS relation, id AS target_id, NULL::date AS from_on, NULL::date AS to_on FROM clients;
