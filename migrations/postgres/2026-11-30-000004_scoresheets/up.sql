-- Score sheets: a unit's points for a year, layer by layer, with their evidence. The other database has the same file with
-- its own types: change both. Points are in hundredths.
CREATE TABLE scoresheets (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    bloc_year_id uuid NOT NULL REFERENCES bloc_years (id),
    unit_id uuid NOT NULL REFERENCES units (id),
    cross_checker_id uuid REFERENCES units (id),
    status text NOT NULL,
    facts text NOT NULL,
    total bigint NOT NULL,
    complete boolean NOT NULL,
    recorded_total bigint,
    recorded_rank integer CHECK (recorded_rank > 0),
    note text,
    origin text NOT NULL,
    recorded text,
    fictional boolean NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (bloc_year_id, unit_id)
);
CREATE INDEX scoresheets_unit ON scoresheets (unit_id);
CREATE INDEX scoresheets_cross_checker ON scoresheets (cross_checker_id);

CREATE TABLE score_entries (
    scoresheet_id uuid NOT NULL REFERENCES scoresheets (id),
    item text NOT NULL,
    layer text NOT NULL,
    claim text,
    points bigint,
    not_applicable boolean NOT NULL,
    reason text,
    -- Whether it counts: what was said above the unit before a sheet went back to it does no longer.
    stands boolean NOT NULL,
    -- What it comes to, over the claims of the layers below.
    comes_to bigint NOT NULL,
    entered_by uuid NOT NULL REFERENCES users (id),
    origin text NOT NULL,
    recorded text,
    -- The version of the sheet with which it came.
    version bigint NOT NULL,
    entered_at timestamptz NOT NULL,
    PRIMARY KEY (scoresheet_id, item, layer)
);
CREATE INDEX score_entries_by ON score_entries (entered_by);

CREATE TABLE score_evidence (
    scoresheet_id uuid NOT NULL REFERENCES scoresheets (id),
    item text NOT NULL,
    layer text NOT NULL,
    file_id uuid NOT NULL REFERENCES files (id),
    PRIMARY KEY (scoresheet_id, item, layer, file_id)
);
CREATE INDEX score_evidence_file ON score_evidence (file_id);

CREATE VIEW scoresheet_ties AS
    SELECT id AS subject_id, 'owner' AS relation, unit_id AS target_id, NULL::date AS from_on, NULL::date AS to_on FROM scoresheets
    UNION ALL
    SELECT id, 'peer', cross_checker_id, NULL::date, NULL::date FROM scoresheets WHERE cross_checker_id IS NOT NULL
    UNION ALL
    SELECT s.id, 'bloc', y.bloc_id, NULL::date, NULL::date FROM scoresheets s JOIN bloc_years y ON y.id = s.bloc_year_id
    UNION ALL
    SELECT s.id, 'organizer', b.organizer_id, NULL::date, NULL::date FROM scoresheets s JOIN bloc_years y ON y.id = s.bloc_year_id
        JOIN blocs b ON b.id = y.bloc_id WHERE b.organizer_id IS NOT NULL
    UNION ALL
    SELECT s.id, 'member', m.unit_id, NULL::date, NULL::date FROM scoresheets s JOIN bloc_members m ON m.bloc_year_id = s.bloc_year_id
    UNION ALL
    SELECT s.id, m.office, m.unit_id, m.from_on, m.to_on FROM scoresheets s JOIN bloc_members m ON m.bloc_year_id = s.bloc_year_id
        WHERE m.office <> 'member';

-- Evidence is seen by those who compare: the members of the bloc and who organises it.
DROP VIEW file_ties;
CREATE VIEW file_ties AS
    SELECT id AS subject_id, 'owner' AS relation, owner_id AS target_id, NULL::date AS from_on, NULL::date AS to_on FROM files
    UNION ALL
    SELECT e.file_id, 'member', m.unit_id, NULL::date, NULL::date FROM score_evidence e JOIN scoresheets s ON s.id = e.scoresheet_id
        JOIN bloc_members m ON m.bloc_year_id = s.bloc_year_id
    UNION ALL
    SELECT e.file_id, 'organizer', b.organizer_id, NULL::date, NULL::date FROM score_evidence e JOIN scoresheets s ON s.id = e.scoresheet_id
        JOIN bloc_years y ON y.id = s.bloc_year_id JOIN blocs b ON b.id = y.bloc_id WHERE b.organizer_id IS NOT NULL;
