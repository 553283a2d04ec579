-- Score sheets: a unit's points for a year, layer by layer, with their evidence. The other database has the same file with
-- its own types: change both. Points are in hundredths.
CREATE TABLE scoresheets (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    bloc_year_id BLOB NOT NULL REFERENCES bloc_years (id),
    unit_id BLOB NOT NULL REFERENCES units (id),
    cross_checker_id BLOB REFERENCES units (id),
    status TEXT NOT NULL,
    facts TEXT NOT NULL,
    total INTEGER NOT NULL,
    complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
    recorded_total INTEGER,
    recorded_rank INTEGER CHECK (recorded_rank > 0),
    note TEXT,
    origin TEXT NOT NULL,
    recorded TEXT,
    fictional INTEGER NOT NULL CHECK (fictional IN (0, 1)),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (bloc_year_id, unit_id)
) STRICT;
CREATE INDEX scoresheets_unit ON scoresheets (unit_id);
CREATE INDEX scoresheets_cross_checker ON scoresheets (cross_checker_id);

CREATE TABLE score_entries (
    scoresheet_id BLOB NOT NULL REFERENCES scoresheets (id),
    item TEXT NOT NULL,
    layer TEXT NOT NULL,
    claim TEXT,
    points INTEGER,
    not_applicable INTEGER NOT NULL CHECK (not_applicable IN (0, 1)),
    reason TEXT,
    -- Whether it counts: what was said above the unit before a sheet went back to it does no longer.
    stands INTEGER NOT NULL CHECK (stands IN (0, 1)),
    -- What it comes to, over the claims of the layers below.
    comes_to INTEGER NOT NULL,
    entered_by BLOB NOT NULL REFERENCES users (id),
    origin TEXT NOT NULL,
    recorded TEXT,
    -- The version of the sheet with which it came.
    version INTEGER NOT NULL,
    entered_at INTEGER NOT NULL,
    PRIMARY KEY (scoresheet_id, item, layer)
) STRICT;
CREATE INDEX score_entries_by ON score_entries (entered_by);

CREATE TABLE score_evidence (
    scoresheet_id BLOB NOT NULL REFERENCES scoresheets (id),
    item TEXT NOT NULL,
    layer TEXT NOT NULL,
    file_id BLOB NOT NULL REFERENCES files (id),
    PRIMARY KEY (scoresheet_id, item, layer, file_id)
) STRICT;
CREATE INDEX score_evidence_file ON score_evidence (file_id);

CREATE VIEW scoresheet_ties AS
    SELECT id AS subject_id, 'owner' AS relation, unit_id AS target_id, NULL AS from_on, NULL AS to_on FROM scoresheets
    UNION ALL
    SELECT id, 'peer', cross_checker_id, NULL, NULL FROM scoresheets WHERE cross_checker_id IS NOT NULL
    UNION ALL
    SELECT s.id, 'bloc', y.bloc_id, NULL, NULL FROM scoresheets s JOIN bloc_years y ON y.id = s.bloc_year_id
    UNION ALL
    SELECT s.id, 'organizer', b.organizer_id, NULL, NULL FROM scoresheets s JOIN bloc_years y ON y.id = s.bloc_year_id
        JOIN blocs b ON b.id = y.bloc_id WHERE b.organizer_id IS NOT NULL
    UNION ALL
    SELECT s.id, 'member', m.unit_id, NULL, NULL FROM scoresheets s JOIN bloc_members m ON m.bloc_year_id = s.bloc_year_id
    UNION ALL
    SELECT s.id, m.office, m.unit_id, m.from_on, m.to_on FROM scoresheets s JOIN bloc_members m ON m.bloc_year_id = s.bloc_year_id
        WHERE m.office <> 'member';

-- Evidence is seen by those who compare: the members of the bloc and who organises it.
DROP VIEW file_ties;
CREATE VIEW file_ties AS
    SELECT id AS subject_id, 'owner' AS relation, owner_id AS target_id, NULL AS from_on, NULL AS to_on FROM files
    UNION ALL
    SELECT e.file_id, 'member', m.unit_id, NULL, NULL FROM score_evidence e JOIN scoresheets s ON s.id = e.scoresheet_id
        JOIN bloc_members m ON m.bloc_year_id = s.bloc_year_id
    UNION ALL
    SELECT e.file_id, 'organizer', b.organizer_id, NULL, NULL FROM score_evidence e JOIN scoresheets s ON s.id = e.scoresheet_id
        JOIN bloc_years y ON y.id = s.bloc_year_id JOIN blocs b ON b.id = y.bloc_id WHERE b.organizer_id IS NOT NULL;
