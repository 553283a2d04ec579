-- Indices that others publish, and what they say about units. The other database has the same file with its own types:
-- change both. Values are in ten-thousandths.
CREATE TABLE indices (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_en TEXT,
    folded TEXT NOT NULL,
    collation_key TEXT NOT NULL,
    publisher TEXT NOT NULL,
    better TEXT NOT NULL,
    least INTEGER,
    most INTEGER,
    note TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK (least < most)
) STRICT;
CREATE INDEX indices_name ON indices (collation_key, id);

CREATE TABLE index_results (
    id BLOB PRIMARY KEY NOT NULL,
    index_id BLOB NOT NULL REFERENCES indices (id),
    unit_id BLOB NOT NULL REFERENCES units (id),
    edition INTEGER NOT NULL,
    value INTEGER,
    rank INTEGER CHECK (rank > 0),
    ranked INTEGER CHECK (ranked > 0),
    published_on TEXT NOT NULL,
    source TEXT NOT NULL,
    document_id BLOB REFERENCES documents (id),
    fictional INTEGER NOT NULL CHECK (fictional IN (0, 1)),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (index_id, unit_id, edition),
    CHECK (value IS NOT NULL OR rank IS NOT NULL)
) STRICT;
CREATE INDEX index_results_edition ON index_results (edition, id);
CREATE INDEX index_results_unit ON index_results (unit_id, edition);
CREATE INDEX index_results_document ON index_results (document_id);

CREATE VIEW index_ties AS
    SELECT id AS subject_id, 'itself' AS relation, id AS target_id, NULL AS from_on, NULL AS to_on FROM indices;
CREATE VIEW index_result_ties AS
    SELECT id AS subject_id, 'itself' AS relation, id AS target_id, NULL AS from_on, NULL AS to_on FROM index_results;
