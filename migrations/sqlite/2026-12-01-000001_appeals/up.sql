-- Appeals: what members have against the points of a score sheet, with their evidence and what they were answered. The other
-- database has the same file with its own types: change both. Points are in hundredths.
CREATE TABLE appeals (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    scoresheet_id BLOB NOT NULL REFERENCES scoresheets (id),
    by_unit_id BLOB NOT NULL REFERENCES units (id),
    item TEXT,
    grounds TEXT NOT NULL,
    folded TEXT NOT NULL,
    asked_points INTEGER,
    -- What the item, or the sheet, came to when it was filed and when it was answered.
    points_filed INTEGER NOT NULL,
    points_answered INTEGER,
    filed_on TEXT NOT NULL,
    outcome TEXT,
    answer TEXT,
    answered_on TEXT,
    document_id BLOB REFERENCES documents (id),
    status TEXT NOT NULL,
    origin TEXT NOT NULL,
    recorded TEXT,
    fictional INTEGER NOT NULL CHECK (fictional IN (0, 1)),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK ((status = 'answered') = (outcome IS NOT NULL))
) STRICT;
CREATE INDEX appeals_scoresheet ON appeals (scoresheet_id, status);
CREATE INDEX appeals_by_unit ON appeals (by_unit_id);
CREATE INDEX appeals_document ON appeals (document_id);
CREATE INDEX appeals_filed_on ON appeals (filed_on, id);

CREATE TABLE appeal_evidence (
    appeal_id BLOB NOT NULL REFERENCES appeals (id),
    file_id BLOB NOT NULL REFERENCES files (id),
    PRIMARY KEY (appeal_id, file_id)
) STRICT;
CREATE INDEX appeal_evidence_file ON appeal_evidence (file_id);

CREATE VIEW appeal_ties AS
    SELECT a.id AS subject_id, 'owner' AS relation, s.unit_id AS target_id, NULL AS from_on, NULL AS to_on
        FROM appeals a JOIN scoresheets s ON s.id = a.scoresheet_id
    UNION ALL
    SELECT id, 'appellant', by_unit_id, NULL, NULL FROM appeals
    UNION ALL
    SELECT a.id, 'bloc', y.bloc_id, NULL, NULL FROM appeals a JOIN scoresheets s ON s.id = a.scoresheet_id
        JOIN bloc_years y ON y.id = s.bloc_year_id
    UNION ALL
    SELECT a.id, 'organizer', b.organizer_id, NULL, NULL FROM appeals a JOIN scoresheets s ON s.id = a.scoresheet_id
        JOIN bloc_years y ON y.id = s.bloc_year_id JOIN blocs b ON b.id = y.bloc_id WHERE b.organizer_id IS NOT NULL
    UNION ALL
    SELECT a.id, 'member', m.unit_id, NULL, NULL FROM appeals a JOIN scoresheets s ON s.id = a.scoresheet_id
        JOIN bloc_members m ON m.bloc_year_id = s.bloc_year_id
    UNION ALL
    SELECT a.id, m.office, m.unit_id, m.from_on, m.to_on FROM appeals a JOIN scoresheets s ON s.id = a.scoresheet_id
        JOIN bloc_members m ON m.bloc_year_id = s.bloc_year_id WHERE m.office <> 'member';

-- What an appeal rests on is seen by those who see the appeal.
DROP VIEW file_ties;
CREATE VIEW file_ties AS
    SELECT id AS subject_id, 'owner' AS relation, owner_id AS target_id, NULL AS from_on, NULL AS to_on FROM files
    UNION ALL
    SELECT e.file_id, 'member', m.unit_id, NULL, NULL FROM score_evidence e JOIN scoresheets s ON s.id = e.scoresheet_id
        JOIN bloc_members m ON m.bloc_year_id = s.bloc_year_id
    UNION ALL
    SELECT e.file_id, 'organizer', b.organizer_id, NULL, NULL FROM score_evidence e JOIN scoresheets s ON s.id = e.scoresheet_id
        JOIN bloc_years y ON y.id = s.bloc_year_id JOIN blocs b ON b.id = y.bloc_id WHERE b.organizer_id IS NOT NULL
    UNION ALL
    SELECT e.file_id, 'member', m.unit_id, NULL, NULL FROM appeal_evidence e JOIN appeals a ON a.id = e.appeal_id
        JOIN scoresheets s ON s.id = a.scoresheet_id JOIN bloc_members m ON m.bloc_year_id = s.bloc_year_id
    UNION ALL
    SELECT e.file_id, 'organizer', b.organizer_id, NULL, NULL FROM appeal_evidence e JOIN appeals a ON a.id = e.appeal_id
        JOIN scoresheets s ON s.id = a.scoresheet_id JOIN bloc_years y ON y.id = s.bloc_year_id JOIN blocs b ON b.id = y.bloc_id
        WHERE b.organizer_id IS NOT NULL;
