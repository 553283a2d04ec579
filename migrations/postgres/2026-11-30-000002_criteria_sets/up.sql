-- Criteria sets: what they are, and the table itself beside, which lists do not read. The other database has the same file
-- with its own types: change both.
CREATE TABLE criteria_sets (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    folded text NOT NULL,
    collation_key text COLLATE "C" NOT NULL,
    -- None keeps what comes with the program.
    owner_id uuid REFERENCES units (id),
    edition integer NOT NULL CHECK (edition > 0),
    amends_id uuid REFERENCES criteria_sets (id),
    document_id uuid REFERENCES documents (id),
    -- Points in hundredths.
    scale bigint NOT NULL,
    item_count integer NOT NULL,
    status text NOT NULL,
    origin text NOT NULL,
    recorded text,
    fictional boolean NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX criteria_sets_name ON criteria_sets (collation_key, id);
CREATE INDEX criteria_sets_owner ON criteria_sets (owner_id);
CREATE INDEX criteria_sets_amends ON criteria_sets (amends_id);
CREATE INDEX criteria_sets_document ON criteria_sets (document_id);

CREATE TABLE criteria_tables (
    criteria_set_id uuid PRIMARY KEY REFERENCES criteria_sets (id),
    content text NOT NULL,
    mapping text NOT NULL
);

CREATE VIEW criteria_set_ties AS
    SELECT id AS subject_id, 'owner' AS relation, owner_id AS target_id, NULL::date AS from_on, NULL::date AS to_on
    FROM criteria_sets WHERE owner_id IS NOT NULL;

ALTER TABLE bloc_years ADD COLUMN criteria_set_id uuid REFERENCES criteria_sets (id);
CREATE INDEX bloc_years_criteria_set ON bloc_years (criteria_set_id);
