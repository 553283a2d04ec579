-- Delegations: who acts for the head of a unit. The other database has the same file with its own types: change
-- both.
CREATE TABLE delegations (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    unit_id uuid NOT NULL REFERENCES units (id),
    delegator_id uuid NOT NULL REFERENCES users (id),
    delegate_id uuid NOT NULL REFERENCES users (id),
    -- Words of delegated-acts, separated by blanks.
    acts text NOT NULL,
    from_on date NOT NULL,
    to_on date NOT NULL,
    document_id uuid NOT NULL REFERENCES documents (id),
    note text,
    status text NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (from_on <= to_on),
    CHECK (delegator_id <> delegate_id)
);
CREATE INDEX delegations_from ON delegations (from_on, id);
CREATE INDEX delegations_unit ON delegations (unit_id, to_on);
CREATE INDEX delegations_delegator ON delegations (delegator_id);
CREATE INDEX delegations_delegate ON delegations (delegate_id, to_on);
CREATE INDEX delegations_document ON delegations (document_id);

CREATE VIEW delegation_ties AS
    SELECT id AS subject_id, 'owner' AS relation, unit_id AS target_id, NULL::date AS from_on, NULL::date AS to_on FROM delegations
    UNION ALL
    SELECT id, 'oneself', delegator_id, NULL::date, NULL::date FROM delegations
    UNION ALL
    SELECT id, 'oneself', delegate_id, NULL::date, NULL::date FROM delegations;

-- Under which delegation somebody signed who does not head the unit.
ALTER TABLE signatures ADD COLUMN delegation_id uuid REFERENCES delegations (id);
CREATE INDEX signatures_delegation ON signatures (delegation_id);
