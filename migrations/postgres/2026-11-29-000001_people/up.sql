-- People beyond the offices: farmers and residents, foreigners, the dead; their identity papers, their
-- households, and records of one person that were merged. The other database has the same file with its own
-- types: change both.

-- ISO 3166-1, two letters.
ALTER TABLE people ADD COLUMN nationality text;
ALTER TABLE people ADD COLUMN residence_id uuid REFERENCES units (id);
ALTER TABLE people ADD COLUMN died_on date;
ALTER TABLE people ADD COLUMN died_precision text;
-- What statistics count by, where it was stated.
ALTER TABLE people ADD COLUMN ethnicity text;
ALTER TABLE people ADD COLUMN livelihood text;
ALTER TABLE people ADD COLUMN direct_worker boolean;
ALTER TABLE people ADD COLUMN party_member boolean;
-- The record that goes on instead of this one.
ALTER TABLE people ADD COLUMN merged_into_id uuid REFERENCES people (id);
CREATE INDEX people_residence ON people (residence_id);
CREATE INDEX people_merged_into ON people (merged_into_id);

CREATE TABLE identity_papers (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES people (id),
    kind text NOT NULL,
    country text NOT NULL,
    -- The number under the master key, which is kept outside the database.
    sealed bytea NOT NULL,
    -- Under which master key.
    key_id text NOT NULL,
    -- By which the same number is known again, made with a key of its own.
    mark bytea NOT NULL,
    issued_on date,
    expires_on date,
    issued_by text,
    created_at timestamptz NOT NULL,
    CHECK (issued_on IS NULL OR expires_on IS NULL OR issued_on <= expires_on)
);
CREATE UNIQUE INDEX identity_papers_mark ON identity_papers (mark);
CREATE INDEX identity_papers_person ON identity_papers (person_id);

CREATE TABLE households (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    folded text NOT NULL,
    collation_key text COLLATE "C" NOT NULL,
    -- Where it lives; that unit keeps the record.
    unit_id uuid NOT NULL REFERENCES units (id),
    address text,
    note text,
    fictional boolean NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX households_collation ON households (collation_key, id);
CREATE INDEX households_unit ON households (unit_id);

CREATE TABLE household_members (
    id uuid PRIMARY KEY,
    household_id uuid NOT NULL REFERENCES households (id),
    person_id uuid NOT NULL REFERENCES people (id),
    bond text NOT NULL,
    from_on date,
    to_on date,
    created_at timestamptz NOT NULL,
    CHECK (from_on IS NULL OR to_on IS NULL OR from_on <= to_on)
);
CREATE INDEX household_members_household ON household_members (household_id);
CREATE INDEX household_members_person ON household_members (person_id);

CREATE VIEW household_ties AS
    SELECT id AS subject_id, 'owner' AS relation, unit_id AS target_id, NULL::date AS from_on, NULL::date AS to_on FROM households;

CREATE TABLE person_merges (
    id uuid PRIMARY KEY,
    from_id uuid NOT NULL REFERENCES people (id),
    into_id uuid NOT NULL REFERENCES people (id),
    document_id uuid REFERENCES documents (id),
    -- Which rows were moved: JSON, by list.
    moved text NOT NULL,
    -- No foreign key: accounts are never deleted.
    merged_by uuid NOT NULL,
    merged_at timestamptz NOT NULL,
    undone_by uuid,
    undone_at timestamptz,
    CHECK (from_id <> into_id)
);
CREATE INDEX person_merges_from ON person_merges (from_id);
CREATE INDEX person_merges_into ON person_merges (into_id);
CREATE INDEX person_merges_document ON person_merges (document_id);
