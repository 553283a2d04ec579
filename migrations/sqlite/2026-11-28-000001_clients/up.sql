-- Service accounts: programs of offices, each on an account of its own. The other database has the same
-- file with its own types: change both.

-- Whose an account is.
ALTER TABLE users ADD COLUMN kind TEXT NOT NULL DEFAULT 'person';

CREATE TABLE clients (
    id BLOB PRIMARY KEY NOT NULL REFERENCES users (id),
    code TEXT NOT NULL UNIQUE,
    -- It works in this unit and those below.
    unit_id BLOB NOT NULL REFERENCES units (id),
    -- Words with blanks between.
    scopes TEXT NOT NULL,
    -- Public keys: a JSON list of JWK.
    keys TEXT NOT NULL,
    expires_on TEXT,
    token_seconds INTEGER NOT NULL,
    -- Noted once a minute at most.
    last_used_at INTEGER
) STRICT;
CREATE INDEX clients_unit ON clients (unit_id, id);

CREATE TABLE client_secrets (
    id BLOB PRIMARY KEY NOT NULL,
    client_id BLOB NOT NULL REFERENCES clients (id),
    -- SHA-256 of the secret, which is 256 random bits; the secret itself is never kept.
    hash BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX client_secrets_client ON client_secrets (client_id, id);

-- Assertions that clients have signed and used: each is good once, on whatever replica.
CREATE TABLE client_assertions (
    client_id BLOB NOT NULL REFERENCES clients (id),
    -- SHA-256 of its jti.
    jti BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (client_id, jti)
) STRICT;
CREATE INDEX client_assertions_expires ON client_assertions (expires_at);

CREATE VIEW client_ties AS
    SELECT id AS subject_id, 'itself' AS relation, id AS target_id, NULL AS from_on, NULL AS to_on FROM clients;
