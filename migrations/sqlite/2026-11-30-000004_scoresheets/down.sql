DROP VIEW file_ties;
CREATE VIEW file_ties AS
    SELECT id AS subject_id, 'owner' AS relation, owner_id AS target_id, NULL AS from_on, NULL AS to_on FROM files;
DROP VIEW scoresheet_ties;
DROP TABLE score_evidence;
DROP TABLE score_entries;
DROP TABLE scoresheets;
