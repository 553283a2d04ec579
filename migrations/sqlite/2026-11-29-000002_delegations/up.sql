-- Delegations: who acts for the head of a unit. The other database has the same file with its own types: change
-- both.
CREATE TABLE delegations (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    unit_id BLOB NOT NULL REFERENCES units (id),
    delegator_id BLOB NOT NULL REFERENCES users (id),
    delegate_id BLOB NOT NULL REFERENCES users (id),
    -- Words of delegated-acts, separated by blanks.
    acts TEXT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    document_id BLOB NOT NULL REFERENCES documents (id),
    note TEXT,
    status TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK (from_on <= to_on),
    CHECK (delegator_id <> delegate_id)
) STRICT;
CREATE INDEX delegations_from ON delegations (from_on, id);
CREATE INDEX delegations_unit ON delegations (unit_id, to_on);
CREATE INDEX delegations_delegator ON delegations (delegator_id);
CREATE INDEX delegations_delegate ON delegations (delegate_id, to_on);
CREATE INDEX delegations_document ON delegations (document_id);

CREATE VIEW delegation_ties AS
    SELECT id AS subject_id, 'owner' AS relation, unit_id AS target_id, NULL AS from_on, NULL AS to_on FROM delegations
    UNION ALL
    SELECT id, 'oneself', delegator_id, NULL, NULL FROM delegations
    UNION ALL
    SELECT id, 'oneself', delegate_id, NULL, NULL FROM delegations;

-- Under which delegation somebody signed who does not head the unit.
ALTER TABLE signatures ADD COLUMN delegation_id BLOB REFERENCES delegations (id);
CREATE INDEX signatures_delegation ON signatures (delegation_id);
