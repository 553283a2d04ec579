-- Registrations: what a unit aims for in a year, for itself, its people and households; and what a bloc year makes of members
-- without one. The other database has the same file with its own types: change both.
CREATE TABLE registrations (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    unit_id BLOB NOT NULL REFERENCES units (id),
    year INTEGER NOT NULL,
    bloc_year_id BLOB REFERENCES bloc_years (id),
    folded TEXT NOT NULL,
    register_by TEXT,
    -- The first submission, by business date; being sent back does not undo it.
    submitted_on TEXT,
    item_count INTEGER NOT NULL CHECK (item_count >= 0),
    note TEXT,
    status TEXT NOT NULL,
    origin TEXT NOT NULL,
    recorded TEXT,
    fictional INTEGER NOT NULL CHECK (fictional IN (0, 1)),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
-- One a year; what was withdrawn makes room.
CREATE UNIQUE INDEX registrations_one_a_year ON registrations (unit_id, year) WHERE status <> 'withdrawn';
CREATE INDEX registrations_unit ON registrations (unit_id, year, id);
CREATE INDEX registrations_bloc_year ON registrations (bloc_year_id, year, id);
CREATE INDEX registrations_year ON registrations (year, id);

CREATE TABLE registration_items (
    id BLOB PRIMARY KEY NOT NULL,
    registration_id BLOB NOT NULL REFERENCES registrations (id),
    ordinal INTEGER NOT NULL,
    award_type_id BLOB NOT NULL REFERENCES award_types (id),
    subject_kind TEXT NOT NULL,
    unit_id BLOB REFERENCES units (id),
    person_id BLOB REFERENCES people (id),
    household_id BLOB REFERENCES households (id),
    note TEXT,
    CHECK ((subject_kind = 'unit') = (unit_id IS NOT NULL)),
    CHECK ((subject_kind = 'person') = (person_id IS NOT NULL)),
    CHECK ((subject_kind = 'household') = (household_id IS NOT NULL))
) STRICT;
CREATE INDEX registration_items_registration ON registration_items (registration_id, ordinal);
CREATE INDEX registration_items_award_type ON registration_items (award_type_id, registration_id);
CREATE INDEX registration_items_unit ON registration_items (unit_id);
CREATE INDEX registration_items_person ON registration_items (person_id);
CREATE INDEX registration_items_household ON registration_items (household_id);

CREATE VIEW registration_ties AS
    SELECT id AS subject_id, 'owner' AS relation, unit_id AS target_id, NULL AS from_on, NULL AS to_on FROM registrations
    UNION ALL
    SELECT r.id, 'bloc', y.bloc_id, NULL, NULL FROM registrations r JOIN bloc_years y ON y.id = r.bloc_year_id
    UNION ALL
    SELECT r.id, 'organizer', b.organizer_id, NULL, NULL
    FROM registrations r JOIN bloc_years y ON y.id = r.bloc_year_id JOIN blocs b ON b.id = y.bloc_id WHERE b.organizer_id IS NOT NULL
    UNION ALL
    -- Members do not see what others register; who leads them does.
    SELECT r.id, m.office, m.unit_id, m.from_on, m.to_on
    FROM registrations r JOIN bloc_members m ON m.bloc_year_id = r.bloc_year_id WHERE m.office <> 'member';

ALTER TABLE bloc_years ADD COLUMN registration_gate TEXT NOT NULL DEFAULT 'warn';
