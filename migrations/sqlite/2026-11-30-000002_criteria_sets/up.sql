-- Criteria sets: what they are, and the table itself beside, which lists do not read. The other database has the same file
-- with its own types: change both.
CREATE TABLE criteria_sets (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    collation_key TEXT NOT NULL,
    -- None keeps what comes with the program.
    owner_id BLOB REFERENCES units (id),
    edition INTEGER NOT NULL CHECK (edition > 0),
    amends_id BLOB REFERENCES criteria_sets (id),
    document_id BLOB REFERENCES documents (id),
    -- Points in hundredths.
    scale INTEGER NOT NULL,
    item_count INTEGER NOT NULL,
    status TEXT NOT NULL,
    origin TEXT NOT NULL,
    recorded TEXT,
    fictional INTEGER NOT NULL CHECK (fictional IN (0, 1)),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX criteria_sets_name ON criteria_sets (collation_key, id);
CREATE INDEX criteria_sets_owner ON criteria_sets (owner_id);
CREATE INDEX criteria_sets_amends ON criteria_sets (amends_id);
CREATE INDEX criteria_sets_document ON criteria_sets (document_id);

CREATE TABLE criteria_tables (
    criteria_set_id BLOB PRIMARY KEY NOT NULL REFERENCES criteria_sets (id),
    content TEXT NOT NULL,
    mapping TEXT NOT NULL
) STRICT;

CREATE VIEW criteria_set_ties AS
    SELECT id AS subject_id, 'owner' AS relation, owner_id AS target_id, NULL AS from_on, NULL AS to_on
    FROM criteria_sets WHERE owner_id IS NOT NULL;

ALTER TABLE bloc_years ADD COLUMN criteria_set_id BLOB REFERENCES criteria_sets (id);
CREATE INDEX bloc_years_criteria_set ON bloc_years (criteria_set_id);
