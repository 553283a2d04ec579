-- People beyond the offices: farmers and residents, foreigners, the dead; their identity papers, their
-- households, and records of one person that were merged. The other database has the same file with its own
-- types: change both.

-- ISO 3166-1, two letters.
ALTER TABLE people ADD COLUMN nationality TEXT;
ALTER TABLE people ADD COLUMN residence_id BLOB REFERENCES units (id);
ALTER TABLE people ADD COLUMN died_on TEXT;
ALTER TABLE people ADD COLUMN died_precision TEXT;
-- What statistics count by, where it was stated.
ALTER TABLE people ADD COLUMN ethnicity TEXT;
ALTER TABLE people ADD COLUMN livelihood TEXT;
ALTER TABLE people ADD COLUMN direct_worker INTEGER CHECK (direct_worker IN (0, 1));
ALTER TABLE people ADD COLUMN party_member INTEGER CHECK (party_member IN (0, 1));
-- The record that goes on instead of this one.
ALTER TABLE people ADD COLUMN merged_into_id BLOB REFERENCES people (id);
CREATE INDEX people_residence ON people (residence_id);
CREATE INDEX people_merged_into ON people (merged_into_id);

CREATE TABLE identity_papers (
    id BLOB PRIMARY KEY NOT NULL,
    person_id BLOB NOT NULL REFERENCES people (id),
    kind TEXT NOT NULL,
    country TEXT NOT NULL,
    -- The number under the master key, which is kept outside the database.
    sealed BLOB NOT NULL,
    -- Under which master key.
    key_id TEXT NOT NULL,
    -- By which the same number is known again, made with a key of its own.
    mark BLOB NOT NULL,
    issued_on TEXT,
    expires_on TEXT,
    issued_by TEXT,
    created_at INTEGER NOT NULL,
    CHECK (issued_on IS NULL OR expires_on IS NULL OR issued_on <= expires_on)
) STRICT;
CREATE UNIQUE INDEX identity_papers_mark ON identity_papers (mark);
CREATE INDEX identity_papers_person ON identity_papers (person_id);

CREATE TABLE households (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    collation_key TEXT NOT NULL,
    -- Where it lives; that unit keeps the record.
    unit_id BLOB NOT NULL REFERENCES units (id),
    address TEXT,
    note TEXT,
    fictional INTEGER NOT NULL CHECK (fictional IN (0, 1)),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX households_collation ON households (collation_key, id);
CREATE INDEX households_unit ON households (unit_id);

CREATE TABLE household_members (
    id BLOB PRIMARY KEY NOT NULL,
    household_id BLOB NOT NULL REFERENCES households (id),
    person_id BLOB NOT NULL REFERENCES people (id),
    bond TEXT NOT NULL,
    from_on TEXT,
    to_on TEXT,
    created_at INTEGER NOT NULL,
    CHECK (from_on IS NULL OR to_on IS NULL OR from_on <= to_on)
) STRICT;
CREATE INDEX household_members_household ON household_members (household_id);
CREATE INDEX household_members_person ON household_members (person_id);

CREATE VIEW household_ties AS
    SELECT id AS subject_id, 'owner' AS relation, unit_id AS target_id, NULL AS from_on, NULL AS to_on FROM households;

CREATE TABLE person_merges (
    id BLOB PRIMARY KEY NOT NULL,
    from_id BLOB NOT NULL REFERENCES people (id),
    into_id BLOB NOT NULL REFERENCES people (id),
    document_id BLOB REFERENCES documents (id),
    -- Which rows were moved: JSON, by list.
    moved TEXT NOT NULL,
    -- No foreign key: accounts are never deleted.
    merged_by BLOB NOT NULL,
    merged_at INTEGER NOT NULL,
    undone_by BLOB,
    undone_at INTEGER,
    CHECK (from_id <> into_id)
) STRICT;
CREATE INDEX person_merges_from ON person_merges (from_id);
CREATE INDEX person_merges_into ON person_merges (into_id);
CREATE INDEX person_merges_document ON person_merges (document_id);
