-- Indices that others publish, and what they say about units. The other database has the same file with its own types:
-- change both. Values are in ten-thousandths.
CREATE TABLE indices (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    name_en text,
    folded text NOT NULL,
    collation_key text COLLATE "C" NOT NULL,
    publisher text NOT NULL,
    better text NOT NULL,
    least bigint,
    most bigint,
    note text,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (least < most)
);
CREATE INDEX indices_name ON indices (collation_key, id);

CREATE TABLE index_results (
    id uuid PRIMARY KEY,
    index_id uuid NOT NULL REFERENCES indices (id),
    unit_id uuid NOT NULL REFERENCES units (id),
    edition integer NOT NULL,
    value bigint,
    rank integer CHECK (rank > 0),
    ranked integer CHECK (ranked > 0),
    published_on date NOT NULL,
    source text NOT NULL,
    document_id uuid REFERENCES documents (id),
    fictional boolean NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (index_id, unit_id, edition),
    CHECK (value IS NOT NULL OR rank IS NOT NULL)
);
CREATE INDEX index_results_edition ON index_results (edition, id);
CREATE INDEX index_results_unit ON index_results (unit_id, edition);
CREATE INDEX index_results_document ON index_results (document_id);

CREATE VIEW index_ties AS
    SELECT id AS subject_id, 'itself' AS relation, id AS target_id, NULL::date AS from_on, NULL::date AS to_on FROM indices;
CREATE VIEW index_result_ties AS
    SELECT id AS subject_id, 'itself' AS relation, id AS target_id, NULL::date AS from_on, NULL::date AS to_on FROM index_results;
