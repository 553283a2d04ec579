-- Rankings as they were published, each with what it said then; and what ballot or council decided between equals. The other
-- database has the same file with its own types: change both.
CREATE TABLE ranking_publications (
    bloc_year_id BLOB NOT NULL REFERENCES bloc_years (id),
    number INTEGER NOT NULL CHECK (number > 0),
    stage TEXT NOT NULL,
    -- The ranking as it was, as JSON, with its SHA-256: nothing changes it.
    snapshot TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    status TEXT NOT NULL,
    document_id BLOB REFERENCES documents (id),
    note TEXT,
    published_on TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    published_by BLOB NOT NULL REFERENCES users (id),
    -- The last day for appeals, where the year had one.
    appeals_until TEXT,
    origin TEXT NOT NULL,
    recorded TEXT,
    withdrawn_on TEXT,
    withdrawn_at INTEGER,
    withdrawn_by BLOB REFERENCES users (id),
    withdrawn_because TEXT,
    PRIMARY KEY (bloc_year_id, number),
    CHECK ((withdrawn_on IS NULL) = (withdrawn_at IS NULL)),
    CHECK ((withdrawn_on IS NULL) = (withdrawn_by IS NULL)),
    CHECK ((withdrawn_on IS NULL) = (withdrawn_because IS NULL))
) STRICT;
-- The council decides once; what it withdraws makes room.
CREATE UNIQUE INDEX ranking_publications_decided ON ranking_publications (bloc_year_id) WHERE stage = 'decided' AND withdrawn_at IS NULL;
CREATE INDEX ranking_publications_document ON ranking_publications (document_id);
CREATE INDEX ranking_publications_published_by ON ranking_publications (published_by);
CREATE INDEX ranking_publications_withdrawn_by ON ranking_publications (withdrawn_by);

CREATE TABLE tie_decisions (
    bloc_year_id BLOB NOT NULL REFERENCES bloc_years (id),
    decided_by TEXT NOT NULL,
    decided_on TEXT NOT NULL,
    document_id BLOB REFERENCES documents (id),
    meeting_id BLOB REFERENCES meetings (id),
    note TEXT,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (bloc_year_id, decided_by)
) STRICT;
CREATE INDEX tie_decisions_document ON tie_decisions (document_id);
CREATE INDEX tie_decisions_meeting ON tie_decisions (meeting_id);

CREATE TABLE tie_decision_units (
    bloc_year_id BLOB NOT NULL REFERENCES bloc_years (id),
    decided_by TEXT NOT NULL,
    unit_id BLOB NOT NULL REFERENCES units (id),
    -- Votes of a ballot, the place that a council gave.
    value INTEGER NOT NULL CHECK (value >= 0),
    PRIMARY KEY (bloc_year_id, decided_by, unit_id)
) STRICT;
CREATE INDEX tie_decision_units_unit ON tie_decision_units (unit_id);

ALTER TABLE bloc_years ADD COLUMN appeal_days INTEGER CHECK (appeal_days BETWEEN 1 AND 365);
