DROP VIEW file_ties;
CREATE VIEW file_ties AS
    SELECT id AS subject_id, 'owner' AS relation, owner_id AS target_id, NULL::date AS from_on, NULL::date AS to_on FROM files
    UNION ALL
    SELECT e.file_id, 'member', m.unit_id, NULL, NULL FROM score_evidence e JOIN scoresheets s ON s.id = e.scoresheet_id
        JOIN bloc_members m ON m.bloc_year_id = s.bloc_year_id
    UNION ALL
    SELECT e.file_id, 'organizer', b.organizer_id, NULL, NULL FROM score_evidence e JOIN scoresheets s ON s.id = e.scoresheet_id
        JOIN bloc_years y ON y.id = s.bloc_year_id JOIN blocs b ON b.id = y.bloc_id WHERE b.organizer_id IS NOT NULL;
DROP VIEW appeal_ties;
DROP TABLE appeal_evidence;
DROP TABLE appeals;
