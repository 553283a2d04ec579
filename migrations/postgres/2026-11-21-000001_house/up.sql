-- The first schema. The other database has the same file with its own types: change both.

-- Accounts, sign-ins and keys.
CREATE TABLE users (
    id uuid PRIMARY KEY,
    username text NOT NULL UNIQUE CHECK (length(username) > 0),
    display_name text NOT NULL,
    folded text NOT NULL,
    person_id uuid,
    password_hash text NOT NULL,
    status text NOT NULL,
    -- Rises with every change of what the account may do, so that cached grants are never stale.
    access_version bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX users_person ON users (person_id);
CREATE INDEX users_folded ON users (folded);

CREATE TABLE grants (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    role text NOT NULL,
    scope text NOT NULL,
    scope_id uuid,
    from_on date,
    to_on date,
    note text,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CHECK ((scope = 'everything') = (scope_id IS NULL)),
    CHECK (from_on IS NULL OR to_on IS NULL OR from_on <= to_on)
);
CREATE INDEX grants_user ON grants (user_id);
CREATE INDEX grants_scope ON grants (scope_id);

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_why text
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    -- SHA-256 of the token; the token itself is never kept.
    hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions (id),
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE signing_keys (
    kid text PRIMARY KEY,
    algorithm text NOT NULL,
    status text NOT NULL,
    public_jwk text NOT NULL,
    -- Private key under the master key, which is kept outside the database.
    sealed_private bytea NOT NULL,
    created_at timestamptz NOT NULL
);

-- What has been decided in answer to an Idempotency-Key.
CREATE TABLE idempotency (
    caller uuid NOT NULL,
    method text NOT NULL,
    path text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    answer bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (caller, method, path, key)
);
CREATE INDEX idempotency_created ON idempotency (created_at);

CREATE TABLE settings (
    name text PRIMARY KEY,
    value text NOT NULL
);

CREATE TABLE external_ids (
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    system text NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (kind, subject_id, system),
    UNIQUE (kind, system, value)
);

-- Units: identity is permanent, everything else is dated.
CREATE TABLE units (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    kind text NOT NULL,
    protocol_order integer NOT NULL,
    from_on date,
    to_on date,
    -- The last day follows from a succession, and goes or moves with it.
    ended_by_succession boolean NOT NULL,
    -- The name of today, for order and search; the dated names decide what is shown.
    name text NOT NULL,
    folded text NOT NULL,
    collation_key text COLLATE "C" NOT NULL,
    fictional boolean NOT NULL,
    note text,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (from_on IS NULL OR to_on IS NULL OR from_on <= to_on)
);
CREATE INDEX units_protocol ON units (protocol_order, id);
CREATE INDEX units_collation ON units (collation_key, id);
CREATE INDEX units_kind ON units (kind, protocol_order, id);

CREATE TABLE unit_names (
    id uuid PRIMARY KEY,
    unit_id uuid NOT NULL REFERENCES units (id),
    name text NOT NULL,
    short_name text,
    name_en text,
    folded text NOT NULL,
    from_on date,
    to_on date,
    -- Another spelling or a name in use beside the official one.
    alias boolean NOT NULL,
    document_id uuid,
    created_at timestamptz NOT NULL,
    CHECK (from_on IS NULL OR to_on IS NULL OR from_on <= to_on)
);
CREATE INDEX unit_names_unit ON unit_names (unit_id, from_on);
CREATE INDEX unit_names_document ON unit_names (document_id);

CREATE TABLE unit_codes (
    id uuid PRIMARY KEY,
    unit_id uuid NOT NULL REFERENCES units (id),
    system text NOT NULL,
    code text NOT NULL,
    normal_code text NOT NULL,
    from_on date,
    to_on date,
    verified boolean NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX unit_codes_unit ON unit_codes (unit_id);
CREATE INDEX unit_codes_code ON unit_codes (system, normal_code);

CREATE TABLE unit_relations (
    id uuid PRIMARY KEY,
    unit_id uuid NOT NULL REFERENCES units (id),
    kind text NOT NULL,
    upper_id uuid NOT NULL REFERENCES units (id),
    from_on date,
    to_on date,
    document_id uuid,
    created_at timestamptz NOT NULL,
    CHECK (unit_id <> upper_id),
    CHECK (from_on IS NULL OR to_on IS NULL OR from_on <= to_on)
);
CREATE INDEX unit_relations_unit ON unit_relations (unit_id, kind);
CREATE INDEX unit_relations_upper ON unit_relations (upper_id, kind);
CREATE INDEX unit_relations_document ON unit_relations (document_id);

CREATE TABLE unit_officers (
    id uuid PRIMARY KEY,
    unit_id uuid NOT NULL REFERENCES units (id),
    person_id uuid NOT NULL,
    duty text,
    from_on date,
    to_on date,
    created_at timestamptz NOT NULL
);
CREATE INDEX unit_officers_unit ON unit_officers (unit_id);
CREATE INDEX unit_officers_person ON unit_officers (person_id);

CREATE TABLE successions (
    id uuid PRIMARY KEY,
    from_id uuid NOT NULL REFERENCES units (id),
    to_id uuid REFERENCES units (id),
    kind text NOT NULL,
    effective_on date NOT NULL,
    document_id uuid,
    document_text text,
    inherits_emulation boolean,
    verified boolean NOT NULL,
    note text,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (to_id IS NULL OR to_id <> from_id)
);
CREATE INDEX successions_from ON successions (from_id);
CREATE INDEX successions_to ON successions (to_id);
CREATE INDEX successions_document ON successions (document_id);

CREATE TABLE people (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    full_name text NOT NULL,
    folded text NOT NULL,
    collation_key text COLLATE "C" NOT NULL,
    born_on date,
    born_precision text,
    gender text,
    owner_id uuid NOT NULL REFERENCES units (id),
    fictional boolean NOT NULL,
    note text,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX people_collation ON people (collation_key, id);
CREATE INDEX people_owner ON people (owner_id);

CREATE TABLE employments (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES people (id),
    unit_id uuid NOT NULL REFERENCES units (id),
    position text,
    head boolean NOT NULL,
    from_on date,
    to_on date,
    document_id uuid,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (from_on IS NULL OR to_on IS NULL OR from_on <= to_on)
);
CREATE INDEX employments_person ON employments (person_id);
CREATE INDEX employments_unit ON employments (unit_id);
CREATE INDEX employments_document ON employments (document_id);

CREATE TABLE documents (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    kind text NOT NULL,
    number text,
    symbol text,
    normal_symbol text,
    issued_on date,
    issued_precision text,
    issued_year integer,
    issuer_id uuid REFERENCES units (id),
    issuer_name text,
    signer_name text,
    signer_position text,
    signer_mode text,
    title text NOT NULL,
    folded text NOT NULL,
    collation_key text COLLATE "C" NOT NULL,
    owner_id uuid NOT NULL REFERENCES units (id),
    origin text NOT NULL,
    recorded text,
    fictional boolean NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX documents_key ON documents (issuer_id, kind, normal_symbol, issued_year)
    WHERE issuer_id IS NOT NULL AND normal_symbol IS NOT NULL AND issued_year IS NOT NULL;
CREATE INDEX documents_issuer ON documents (issuer_id);
CREATE INDEX documents_owner ON documents (owner_id);
CREATE INDEX documents_symbol ON documents (normal_symbol);
CREATE INDEX documents_collation ON documents (collation_key, id);
CREATE INDEX documents_issued ON documents (issued_on, id);

CREATE TABLE campaigns (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    title text NOT NULL,
    folded text NOT NULL,
    collation_key text COLLATE "C" NOT NULL,
    slogan text,
    scope text NOT NULL,
    form text NOT NULL,
    legacy_label text,
    issuer_id uuid REFERENCES units (id),
    issuer_name text,
    launched_on date,
    from_on date,
    from_precision text,
    to_on date,
    to_precision text,
    document_id uuid REFERENCES documents (id),
    owner_id uuid NOT NULL REFERENCES units (id),
    status text NOT NULL,
    origin text NOT NULL,
    recorded text,
    fictional boolean NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (from_on IS NULL OR to_on IS NULL OR from_on <= to_on)
);
CREATE INDEX campaigns_collation ON campaigns (collation_key, id);
CREATE INDEX campaigns_issuer ON campaigns (issuer_id);
CREATE INDEX campaigns_document ON campaigns (document_id);
CREATE INDEX campaigns_owner ON campaigns (owner_id);

CREATE TABLE campaign_responses (
    campaign_id uuid NOT NULL REFERENCES campaigns (id),
    higher_id uuid NOT NULL REFERENCES campaigns (id),
    ordinal integer NOT NULL,
    PRIMARY KEY (campaign_id, higher_id),
    CHECK (campaign_id <> higher_id)
);
CREATE INDEX campaign_responses_higher ON campaign_responses (higher_id);

CREATE TABLE award_types (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    name_en text NOT NULL,
    folded text NOT NULL,
    family text NOT NULL,
    level text NOT NULL,
    -- Words of award-subjects, separated by blanks.
    subjects text NOT NULL,
    article text,
    article_verified boolean NOT NULL,
    protocol_order integer NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX award_types_protocol ON award_types (protocol_order, id);

CREATE TABLE blocs (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    folded text NOT NULL,
    collation_key text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    scope text NOT NULL,
    organizer_id uuid REFERENCES units (id),
    organizer_note text,
    note text,
    fictional boolean NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX blocs_collation ON blocs (collation_key, id);
CREATE INDEX blocs_organizer ON blocs (organizer_id);

CREATE TABLE bloc_years (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    bloc_id uuid NOT NULL REFERENCES blocs (id),
    year integer NOT NULL CHECK (year BETWEEN 1948 AND 2200),
    status text NOT NULL,
    document_id uuid REFERENCES documents (id),
    note text,
    origin text NOT NULL,
    recorded text,
    fictional boolean NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (bloc_id, year)
);
CREATE INDEX bloc_years_year ON bloc_years (year, id);
CREATE INDEX bloc_years_document ON bloc_years (document_id);

CREATE TABLE bloc_members (
    id uuid PRIMARY KEY,
    bloc_year_id uuid NOT NULL REFERENCES bloc_years (id),
    unit_id uuid NOT NULL REFERENCES units (id),
    office text NOT NULL,
    -- Order of the founding document.
    ordinal integer NOT NULL,
    from_on date,
    to_on date,
    note text,
    created_at timestamptz NOT NULL,
    CHECK (from_on IS NULL OR to_on IS NULL OR from_on <= to_on)
);
CREATE INDEX bloc_members_year ON bloc_members (bloc_year_id, ordinal);
CREATE INDEX bloc_members_unit ON bloc_members (unit_id);

CREATE TABLE meetings (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    bloc_year_id uuid NOT NULL REFERENCES bloc_years (id),
    kind text NOT NULL,
    title text NOT NULL,
    folded text NOT NULL,
    meets_on date NOT NULL,
    day_part text,
    place text,
    minutes text,
    minutes_document_id uuid REFERENCES documents (id),
    status text NOT NULL,
    origin text NOT NULL,
    recorded text,
    fictional boolean NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX meetings_year ON meetings (bloc_year_id, meets_on);
CREATE INDEX meetings_on ON meetings (meets_on, id);
CREATE INDEX meetings_document ON meetings (minutes_document_id);

CREATE TABLE attendances (
    id uuid PRIMARY KEY,
    meeting_id uuid NOT NULL REFERENCES meetings (id),
    unit_id uuid NOT NULL REFERENCES units (id),
    presence text NOT NULL,
    attendee_name text,
    attendee_position text,
    ordinal integer NOT NULL,
    UNIQUE (meeting_id, unit_id)
);
CREATE INDEX attendances_unit ON attendances (unit_id);

CREATE TABLE pledges (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    bloc_year_id uuid NOT NULL REFERENCES bloc_years (id),
    title text NOT NULL,
    folded text NOT NULL,
    preamble text,
    status text NOT NULL,
    sign_by date,
    meeting_id uuid REFERENCES meetings (id),
    copied_from_id uuid REFERENCES pledges (id),
    in_force_on date,
    -- How many have signed: whoever signs need not read what others have signed until it may be complete.
    signature_count integer NOT NULL,
    origin text NOT NULL,
    recorded text,
    fictional boolean NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX pledges_year ON pledges (bloc_year_id, id);
CREATE INDEX pledges_meeting ON pledges (meeting_id);
CREATE INDEX pledges_copied ON pledges (copied_from_id);

CREATE TABLE pledge_requirements (
    pledge_id uuid NOT NULL REFERENCES pledges (id),
    ordinal integer NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (pledge_id, ordinal)
);

CREATE TABLE pledge_contents (
    id uuid PRIMARY KEY,
    pledge_id uuid NOT NULL REFERENCES pledges (id),
    parent_id uuid REFERENCES pledge_contents (id),
    ordinal integer NOT NULL,
    no text NOT NULL,
    body text NOT NULL
);
CREATE INDEX pledge_contents_pledge ON pledge_contents (pledge_id, ordinal);
CREATE INDEX pledge_contents_parent ON pledge_contents (parent_id);

CREATE TABLE pledge_references (
    id uuid PRIMARY KEY,
    pledge_id uuid NOT NULL REFERENCES pledges (id),
    content_id uuid REFERENCES pledge_contents (id),
    document_id uuid REFERENCES documents (id),
    campaign_id uuid REFERENCES campaigns (id),
    ordinal integer NOT NULL,
    note text,
    CHECK ((document_id IS NULL) <> (campaign_id IS NULL))
);
CREATE INDEX pledge_references_pledge ON pledge_references (pledge_id, ordinal);
CREATE INDEX pledge_references_content ON pledge_references (content_id);
CREATE INDEX pledge_references_document ON pledge_references (document_id);
CREATE INDEX pledge_references_campaign ON pledge_references (campaign_id);

CREATE TABLE pledge_partners (
    pledge_id uuid NOT NULL REFERENCES pledges (id),
    ordinal integer NOT NULL,
    kind text NOT NULL,
    unit_id uuid REFERENCES units (id),
    name text,
    PRIMARY KEY (pledge_id, ordinal),
    CHECK (unit_id IS NOT NULL OR name IS NOT NULL)
);
CREATE INDEX pledge_partners_unit ON pledge_partners (unit_id);

CREATE TABLE pledge_targets (
    id uuid PRIMARY KEY,
    pledge_id uuid NOT NULL REFERENCES pledges (id),
    unit_id uuid NOT NULL REFERENCES units (id),
    ordinal integer NOT NULL,
    title text NOT NULL,
    measure text,
    planned text,
    achieved text,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX pledge_targets_pledge ON pledge_targets (pledge_id, unit_id, ordinal);
CREATE INDEX pledge_targets_unit ON pledge_targets (unit_id);

CREATE TABLE signatures (
    id uuid PRIMARY KEY,
    pledge_id uuid NOT NULL REFERENCES pledges (id),
    unit_id uuid NOT NULL REFERENCES units (id),
    signer_name text,
    signer_position text,
    mode text NOT NULL,
    signed_on date NOT NULL,
    precision text NOT NULL,
    origin text NOT NULL,
    recorded text,
    -- No foreign key: accounts are never deleted, and the check of a key locks the row of the account, where
    -- all that one clerk enters at once would meet.
    signed_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (pledge_id, unit_id)
);
CREATE INDEX signatures_unit ON signatures (unit_id);

-- The log. `position` is dense and in the order of commits; NULL until sealed (PostgreSQL).
CREATE TABLE events (
    id uuid PRIMARY KEY,
    seq bigint GENERATED ALWAYS AS IDENTITY,
    position bigint,
    at timestamptz NOT NULL,
    actor_id uuid,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    verb text NOT NULL,
    fields text NOT NULL,
    from_status text,
    to_status text,
    origin text NOT NULL,
    request_id text NOT NULL
);
CREATE UNIQUE INDEX events_position ON events (position) WHERE position IS NOT NULL;
CREATE INDEX events_subject ON events (kind, subject_id, at, id);
CREATE INDEX events_unsealed ON events (seq) WHERE position IS NULL;

-- Values before and after, reasons, recorded facts: what may be personal and can be erased on its own.
-- No foreign key: both halves are written by one function and events are never deleted, and the check
-- of a key reads the end of an index where every writer beside it writes.
CREATE TABLE event_values (
    event_id uuid PRIMARY KEY,
    before text,
    after text,
    reason text,
    recorded text,
    -- Codes of what would have refused a recorded act, had it been performed: a JSON list.
    warnings text
);

-- References to tables that come later in this file.
ALTER TABLE users ADD FOREIGN KEY (person_id) REFERENCES people (id);
ALTER TABLE unit_names ADD FOREIGN KEY (document_id) REFERENCES documents (id);
ALTER TABLE unit_relations ADD FOREIGN KEY (document_id) REFERENCES documents (id);
ALTER TABLE unit_officers ADD FOREIGN KEY (person_id) REFERENCES people (id);
ALTER TABLE successions ADD FOREIGN KEY (document_id) REFERENCES documents (id);
ALTER TABLE employments ADD FOREIGN KEY (document_id) REFERENCES documents (id);

-- One unit stands below another: administratively, or because it was followed by it. What was only
-- split off or transferred leaves the former unit standing, and gives nobody a say over it.
CREATE VIEW unit_uppers AS
    SELECT unit_id AS lower_id, upper_id, FALSE AS succession, from_on, to_on
        FROM unit_relations WHERE kind = 'administrative';
CREATE VIEW unit_heirs AS
    SELECT from_id AS lower_id, to_id AS upper_id, TRUE AS succession, effective_on AS from_on, NULL::date AS to_on
        FROM successions WHERE to_id IS NOT NULL AND kind IN ('merge', 'rename');

-- How resources are tied to units, blocs and users: the one source for decisions and for scoping.
-- A tie with dates counts only between them. What belongs to a bloc year (meetings, pledges) has its ties.
CREATE VIEW user_ties AS
    SELECT id AS subject_id, 'oneself' AS relation, id AS target_id, NULL::date AS from_on, NULL::date AS to_on FROM users;
CREATE VIEW unit_ties AS
    SELECT id AS subject_id, 'itself' AS relation, id AS target_id, NULL::date AS from_on, NULL::date AS to_on FROM units;
CREATE VIEW award_type_ties AS
    SELECT id AS subject_id, 'itself' AS relation, id AS target_id, NULL::date AS from_on, NULL::date AS to_on FROM award_types;
CREATE VIEW person_ties AS
    SELECT id AS subject_id, 'owner' AS relation, owner_id AS target_id, NULL::date AS from_on, NULL::date AS to_on FROM people
    UNION ALL
    SELECT person_id, 'employer', unit_id, from_on, to_on FROM employments;
CREATE VIEW document_ties AS
    SELECT id AS subject_id, 'owner' AS relation, owner_id AS target_id, NULL::date AS from_on, NULL::date AS to_on FROM documents
    UNION ALL
    SELECT id, 'issuer', issuer_id, NULL::date, NULL::date FROM documents WHERE issuer_id IS NOT NULL;
CREATE VIEW campaign_ties AS
    SELECT id AS subject_id, 'owner' AS relation, owner_id AS target_id, NULL::date AS from_on, NULL::date AS to_on FROM campaigns
    UNION ALL
    SELECT id, 'issuer', issuer_id, NULL::date, NULL::date FROM campaigns WHERE issuer_id IS NOT NULL;
CREATE VIEW bloc_ties AS
    SELECT id AS subject_id, 'bloc' AS relation, id AS target_id, NULL::date AS from_on, NULL::date AS to_on FROM blocs
    UNION ALL
    SELECT id, 'organizer', organizer_id, NULL::date, NULL::date FROM blocs WHERE organizer_id IS NOT NULL
    UNION ALL
    SELECT y.bloc_id, 'member', m.unit_id, NULL::date, NULL::date FROM bloc_years y JOIN bloc_members m ON m.bloc_year_id = y.id;
CREATE VIEW bloc_year_ties AS
    SELECT id AS subject_id, 'bloc' AS relation, bloc_id AS target_id, NULL::date AS from_on, NULL::date AS to_on FROM bloc_years
    UNION ALL
    SELECT y.id, 'organizer', b.organizer_id, NULL::date, NULL::date FROM bloc_years y JOIN blocs b ON b.id = y.bloc_id WHERE b.organizer_id IS NOT NULL
    UNION ALL
    -- Membership of the year gives sight for good; an office gives a say only while it is held.
    SELECT bloc_year_id, 'member', unit_id, NULL::date, NULL::date FROM bloc_members
    UNION ALL
    SELECT bloc_year_id, office, unit_id, from_on, to_on FROM bloc_members WHERE office <> 'member';

CREATE FUNCTION events_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are append-only';
END $$;
-- Only the sealer changes an event: it gives one that has no position its position.
CREATE TRIGGER events_no_update BEFORE UPDATE ON events
    FOR EACH ROW WHEN (OLD.position IS NOT NULL OR
        (NEW.id, NEW.seq, NEW.at, NEW.actor_id, NEW.kind, NEW.subject_id, NEW.verb, NEW.fields, NEW.from_status, NEW.to_status,
            NEW.origin, NEW.request_id)
        IS DISTINCT FROM
        (OLD.id, OLD.seq, OLD.at, OLD.actor_id, OLD.kind, OLD.subject_id, OLD.verb, OLD.fields, OLD.from_status, OLD.to_status,
            OLD.origin, OLD.request_id))
    EXECUTE FUNCTION events_are_append_only();
CREATE TRIGGER events_no_delete BEFORE DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION events_are_append_only();
CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION events_are_append_only();
