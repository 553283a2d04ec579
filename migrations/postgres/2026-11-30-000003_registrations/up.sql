-- Registrations: what a unit aims for in a year, for itself, its people and households; and what a bloc year makes of members
-- without one. The other database has the same file with its own types: change both.
CREATE TABLE registrations (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    unit_id uuid NOT NULL REFERENCES units (id),
    year integer NOT NULL,
    bloc_year_id uuid REFERENCES bloc_years (id),
    folded text NOT NULL,
    register_by date,
    -- The first submission, by business date; being sent back does not undo it.
    submitted_on date,
    item_count integer NOT NULL CHECK (item_count >= 0),
    note text,
    status text NOT NULL,
    origin text NOT NULL,
    recorded text,
    fictional boolean NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
-- One a year; what was withdrawn makes room.
CREATE UNIQUE INDEX registrations_one_a_year ON registrations (unit_id, year) WHERE status <> 'withdrawn';
CREATE INDEX registrations_unit ON registrations (unit_id, year, id);
CREATE INDEX registrations_bloc_year ON registrations (bloc_year_id, year, id);
CREATE INDEX registrations_year ON registrations (year, id);

CREATE TABLE registration_items (
    id uuid PRIMARY KEY,
    registration_id uuid NOT NULL REFERENCES registrations (id),
    ordinal integer NOT NULL,
    award_type_id uuid NOT NULL REFERENCES award_types (id),
    subject_kind text NOT NULL,
    unit_id uuid REFERENCES units (id),
    person_id uuid REFERENCES people (id),
    household_id uuid REFERENCES households (id),
    note text,
    CHECK ((subject_kind = 'unit') = (unit_id IS NOT NULL)),
    CHECK ((subject_kind = 'person') = (person_id IS NOT NULL)),
    CHECK ((subject_kind = 'household') = (household_id IS NOT NULL))
);
CREATE INDEX registration_items_registration ON registration_items (registration_id, ordinal);
CREATE INDEX registration_items_award_type ON registration_items (award_type_id, registration_id);
CREATE INDEX registration_items_unit ON registration_items (unit_id);
CREATE INDEX registration_items_person ON registration_items (person_id);
CREATE INDEX registration_items_household ON registration_items (household_id);

CREATE VIEW registration_ties AS
    SELECT id AS subject_id, 'owner' AS relation, unit_id AS target_id, NULL::date AS from_on, NULL::date AS to_on FROM registrations
    UNION ALL
    SELECT r.id, 'bloc', y.bloc_id, NULL::date, NULL::date FROM registrations r JOIN bloc_years y ON y.id = r.bloc_year_id
    UNION ALL
    SELECT r.id, 'organizer', b.organizer_id, NULL::date, NULL::date
    FROM registrations r JOIN bloc_years y ON y.id = r.bloc_year_id JOIN blocs b ON b.id = y.bloc_id WHERE b.organizer_id IS NOT NULL
    UNION ALL
    -- Members do not see what others register; who leads them does.
    SELECT r.id, m.office, m.unit_id, m.from_on, m.to_on
    FROM registrations r JOIN bloc_members m ON m.bloc_year_id = r.bloc_year_id WHERE m.office <> 'member';

ALTER TABLE bloc_years ADD COLUMN registration_gate text NOT NULL DEFAULT 'warn';
