-- The first schema. The other database has the same file with its own types: change both.

-- Accounts, sign-ins and keys.
CREATE TABLE users (
    id BLOB PRIMARY KEY NOT NULL,
    username TEXT NOT NULL UNIQUE CHECK (length(username) > 0),
    display_name TEXT NOT NULL,
    folded TEXT NOT NULL,
    person_id BLOB REFERENCES people (id),
    password_hash TEXT NOT NULL,
    status TEXT NOT NULL,
    -- Rises with every change of what the account may do, so that cached grants are never stale.
    access_version INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX users_person ON users (person_id);
CREATE INDEX users_folded ON users (folded);

CREATE TABLE grants (
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    scope TEXT NOT NULL,
    scope_id BLOB,
    from_on TEXT,
    to_on TEXT,
    note TEXT,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    CHECK ((scope = 'everything') = (scope_id IS NULL)),
    CHECK (from_on IS NULL OR to_on IS NULL OR from_on <= to_on)
) STRICT;
CREATE INDEX grants_user ON grants (user_id);
CREATE INDEX grants_scope ON grants (scope_id);

CREATE TABLE sessions (
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    revoked_why TEXT
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    -- SHA-256 of the token; the token itself is never kept.
    hash BLOB PRIMARY KEY NOT NULL,
    session_id BLOB NOT NULL REFERENCES sessions (id),
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY NOT NULL,
    algorithm TEXT NOT NULL,
    status TEXT NOT NULL,
    public_jwk TEXT NOT NULL,
    -- Private key under the master key, which is kept outside the database.
    sealed_private BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- What has been decided in answer to an Idempotency-Key.
CREATE TABLE idempotency (
    caller BLOB NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    answer BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (caller, method, path, key)
) STRICT;
CREATE INDEX idempotency_created ON idempotency (created_at);

CREATE TABLE settings (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE external_ids (
    kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    system TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (kind, subject_id, system),
    UNIQUE (kind, system, value)
) STRICT;

-- Units: identity is permanent, everything else is dated.
CREATE TABLE units (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    protocol_order INTEGER NOT NULL,
    from_on TEXT,
    to_on TEXT,
    -- The last day follows from a succession, and goes or moves with it.
    ended_by_succession INTEGER NOT NULL CHECK (ended_by_succession IN (0, 1)),
    -- The name of today, for order and search; the dated names decide what is shown.
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    collation_key TEXT NOT NULL,
    fictional INTEGER NOT NULL CHECK (fictional IN (0, 1)),
    note TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK (from_on IS NULL OR to_on IS NULL OR from_on <= to_on)
) STRICT;
CREATE INDEX units_protocol ON units (protocol_order, id);
CREATE INDEX units_collation ON units (collation_key, id);
CREATE INDEX units_kind ON units (kind, protocol_order, id);

CREATE TABLE unit_names (
    id BLOB PRIMARY KEY NOT NULL,
    unit_id BLOB NOT NULL REFERENCES units (id),
    name TEXT NOT NULL,
    short_name TEXT,
    name_en TEXT,
    folded TEXT NOT NULL,
    from_on TEXT,
    to_on TEXT,
    -- Another spelling or a name in use beside the official one.
    alias INTEGER NOT NULL CHECK (alias IN (0, 1)),
    document_id BLOB REFERENCES documents (id),
    created_at INTEGER NOT NULL,
    CHECK (from_on IS NULL OR to_on IS NULL OR from_on <= to_on)
) STRICT;
CREATE INDEX unit_names_unit ON unit_names (unit_id, from_on);
CREATE INDEX unit_names_document ON unit_names (document_id);

CREATE TABLE unit_codes (
    id BLOB PRIMARY KEY NOT NULL,
    unit_id BLOB NOT NULL REFERENCES units (id),
    system TEXT NOT NULL,
    code TEXT NOT NULL,
    normal_code TEXT NOT NULL,
    from_on TEXT,
    to_on TEXT,
    verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX unit_codes_unit ON unit_codes (unit_id);
CREATE INDEX unit_codes_code ON unit_codes (system, normal_code);

CREATE TABLE unit_relations (
    id BLOB PRIMARY KEY NOT NULL,
    unit_id BLOB NOT NULL REFERENCES units (id),
    kind TEXT NOT NULL,
    upper_id BLOB NOT NULL REFERENCES units (id),
    from_on TEXT,
    to_on TEXT,
    document_id BLOB REFERENCES documents (id),
    created_at INTEGER NOT NULL,
    CHECK (unit_id <> upper_id),
    CHECK (from_on IS NULL OR to_on IS NULL OR from_on <= to_on)
) STRICT;
CREATE INDEX unit_relations_unit ON unit_relations (unit_id, kind);
CREATE INDEX unit_relations_upper ON unit_relations (upper_id, kind);
CREATE INDEX unit_relations_document ON unit_relations (document_id);

CREATE TABLE unit_officers (
    id BLOB PRIMARY KEY NOT NULL,
    unit_id BLOB NOT NULL REFERENCES units (id),
    person_id BLOB NOT NULL REFERENCES people (id),
    duty TEXT,
    from_on TEXT,
    to_on TEXT,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX unit_officers_unit ON unit_officers (unit_id);
CREATE INDEX unit_officers_person ON unit_officers (person_id);

CREATE TABLE successions (
    id BLOB PRIMARY KEY NOT NULL,
    from_id BLOB NOT NULL REFERENCES units (id),
    to_id BLOB REFERENCES units (id),
    kind TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    document_id BLOB REFERENCES documents (id),
    document_text TEXT,
    inherits_emulation INTEGER CHECK (inherits_emulation IN (0, 1)),
    verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
    note TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CHECK (to_id IS NULL OR to_id <> from_id)
) STRICT;
CREATE INDEX successions_from ON successions (from_id);
CREATE INDEX successions_to ON successions (to_id);
CREATE INDEX successions_document ON successions (document_id);

CREATE TABLE people (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    full_name TEXT NOT NULL,
    folded TEXT NOT NULL,
    collation_key TEXT NOT NULL,
    born_on TEXT,
    born_precision TEXT,
    gender TEXT,
    owner_id BLOB NOT NULL REFERENCES units (id),
    fictional INTEGER NOT NULL CHECK (fictional IN (0, 1)),
    note TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX people_collation ON people (collation_key, id);
CREATE INDEX people_owner ON people (owner_id);

CREATE TABLE employments (
    id BLOB PRIMARY KEY NOT NULL,
    person_id BLOB NOT NULL REFERENCES people (id),
    unit_id BLOB NOT NULL REFERENCES units (id),
    position TEXT,
    head INTEGER NOT NULL CHECK (head IN (0, 1)),
    from_on TEXT,
    to_on TEXT,
    document_id BLOB REFERENCES documents (id),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CHECK (from_on IS NULL OR to_on IS NULL OR from_on <= to_on)
) STRICT;
CREATE INDEX employments_person ON employments (person_id);
CREATE INDEX employments_unit ON employments (unit_id);
CREATE INDEX employments_document ON employments (document_id);

CREATE TABLE documents (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    number TEXT,
    symbol TEXT,
    normal_symbol TEXT,
    issued_on TEXT,
    issued_precision TEXT,
    issued_year INTEGER,
    issuer_id BLOB REFERENCES units (id),
    issuer_name TEXT,
    signer_name TEXT,
    signer_position TEXT,
    signer_mode TEXT,
    title TEXT NOT NULL,
    folded TEXT NOT NULL,
    collation_key TEXT NOT NULL,
    owner_id BLOB NOT NULL REFERENCES units (id),
    origin TEXT NOT NULL,
    recorded TEXT,
    fictional INTEGER NOT NULL CHECK (fictional IN (0, 1)),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX documents_key ON documents (issuer_id, kind, normal_symbol, issued_year)
    WHERE issuer_id IS NOT NULL AND normal_symbol IS NOT NULL AND issued_year IS NOT NULL;
CREATE INDEX documents_issuer ON documents (issuer_id);
CREATE INDEX documents_owner ON documents (owner_id);
CREATE INDEX documents_symbol ON documents (normal_symbol);
CREATE INDEX documents_collation ON documents (collation_key, id);
CREATE INDEX documents_issued ON documents (issued_on, id);

CREATE TABLE campaigns (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    folded TEXT NOT NULL,
    collation_key TEXT NOT NULL,
    slogan TEXT,
    scope TEXT NOT NULL,
    form TEXT NOT NULL,
    legacy_label TEXT,
    issuer_id BLOB REFERENCES units (id),
    issuer_name TEXT,
    launched_on TEXT,
    from_on TEXT,
    from_precision TEXT,
    to_on TEXT,
    to_precision TEXT,
    document_id BLOB REFERENCES documents (id),
    owner_id BLOB NOT NULL REFERENCES units (id),
    status TEXT NOT NULL,
    origin TEXT NOT NULL,
    recorded TEXT,
    fictional INTEGER NOT NULL CHECK (fictional IN (0, 1)),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK (from_on IS NULL OR to_on IS NULL OR from_on <= to_on)
) STRICT;
CREATE INDEX campaigns_collation ON campaigns (collation_key, id);
CREATE INDEX campaigns_issuer ON campaigns (issuer_id);
CREATE INDEX campaigns_document ON campaigns (document_id);
CREATE INDEX campaigns_owner ON campaigns (owner_id);

CREATE TABLE campaign_responses (
    campaign_id BLOB NOT NULL REFERENCES campaigns (id),
    higher_id BLOB NOT NULL REFERENCES campaigns (id),
    ordinal INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, higher_id),
    CHECK (campaign_id <> higher_id)
) STRICT;
CREATE INDEX campaign_responses_higher ON campaign_responses (higher_id);

CREATE TABLE award_types (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    folded TEXT NOT NULL,
    family TEXT NOT NULL,
    level TEXT NOT NULL,
    -- Words of award-subjects, separated by blanks.
    subjects TEXT NOT NULL,
    article TEXT,
    article_verified INTEGER NOT NULL CHECK (article_verified IN (0, 1)),
    protocol_order INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX award_types_protocol ON award_types (protocol_order, id);

CREATE TABLE blocs (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    collation_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    organizer_id BLOB REFERENCES units (id),
    organizer_note TEXT,
    note TEXT,
    fictional INTEGER NOT NULL CHECK (fictional IN (0, 1)),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX blocs_collation ON blocs (collation_key, id);
CREATE INDEX blocs_organizer ON blocs (organizer_id);

CREATE TABLE bloc_years (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    bloc_id BLOB NOT NULL REFERENCES blocs (id),
    year INTEGER NOT NULL CHECK (year BETWEEN 1948 AND 2200),
    status TEXT NOT NULL,
    document_id BLOB REFERENCES documents (id),
    note TEXT,
    origin TEXT NOT NULL,
    recorded TEXT,
    fictional INTEGER NOT NULL CHECK (fictional IN (0, 1)),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (bloc_id, year)
) STRICT;
CREATE INDEX bloc_years_year ON bloc_years (year, id);
CREATE INDEX bloc_years_document ON bloc_years (document_id);

CREATE TABLE bloc_members (
    id BLOB PRIMARY KEY NOT NULL,
    bloc_year_id BLOB NOT NULL REFERENCES bloc_years (id),
    unit_id BLOB NOT NULL REFERENCES units (id),
    office TEXT NOT NULL,
    -- Order of the founding document.
    ordinal INTEGER NOT NULL,
    from_on TEXT,
    to_on TEXT,
    note TEXT,
    created_at INTEGER NOT NULL,
    CHECK (from_on IS NULL OR to_on IS NULL OR from_on <= to_on)
) STRICT;
CREATE INDEX bloc_members_year ON bloc_members (bloc_year_id, ordinal);
CREATE INDEX bloc_members_unit ON bloc_members (unit_id);

CREATE TABLE meetings (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    bloc_year_id BLOB NOT NULL REFERENCES bloc_years (id),
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    folded TEXT NOT NULL,
    meets_on TEXT NOT NULL,
    day_part TEXT,
    place TEXT,
    minutes TEXT,
    minutes_document_id BLOB REFERENCES documents (id),
    status TEXT NOT NULL,
    origin TEXT NOT NULL,
    recorded TEXT,
    fictional INTEGER NOT NULL CHECK (fictional IN (0, 1)),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX meetings_year ON meetings (bloc_year_id, meets_on);
CREATE INDEX meetings_on ON meetings (meets_on, id);
CREATE INDEX meetings_document ON meetings (minutes_document_id);

CREATE TABLE attendances (
    id BLOB PRIMARY KEY NOT NULL,
    meeting_id BLOB NOT NULL REFERENCES meetings (id),
    unit_id BLOB NOT NULL REFERENCES units (id),
    presence TEXT NOT NULL,
    attendee_name TEXT,
    attendee_position TEXT,
    ordinal INTEGER NOT NULL,
    UNIQUE (meeting_id, unit_id)
) STRICT;
CREATE INDEX attendances_unit ON attendances (unit_id);

CREATE TABLE pledges (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    bloc_year_id BLOB NOT NULL REFERENCES bloc_years (id),
    title TEXT NOT NULL,
    folded TEXT NOT NULL,
    preamble TEXT,
    status TEXT NOT NULL,
    sign_by TEXT,
    meeting_id BLOB REFERENCES meetings (id),
    copied_from_id BLOB REFERENCES pledges (id),
    in_force_on TEXT,
    -- How many have signed: whoever signs need not read what others have signed until it may be complete.
    signature_count INTEGER NOT NULL,
    origin TEXT NOT NULL,
    recorded TEXT,
    fictional INTEGER NOT NULL CHECK (fictional IN (0, 1)),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX pledges_year ON pledges (bloc_year_id, id);
CREATE INDEX pledges_meeting ON pledges (meeting_id);
CREATE INDEX pledges_copied ON pledges (copied_from_id);

CREATE TABLE pledge_requirements (
    pledge_id BLOB NOT NULL REFERENCES pledges (id),
    ordinal INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (pledge_id, ordinal)
) STRICT;

CREATE TABLE pledge_contents (
    id BLOB PRIMARY KEY NOT NULL,
    pledge_id BLOB NOT NULL REFERENCES pledges (id),
    parent_id BLOB REFERENCES pledge_contents (id),
    ordinal INTEGER NOT NULL,
    no TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX pledge_contents_pledge ON pledge_contents (pledge_id, ordinal);
CREATE INDEX pledge_contents_parent ON pledge_contents (parent_id);

CREATE TABLE pledge_references (
    id BLOB PRIMARY KEY NOT NULL,
    pledge_id BLOB NOT NULL REFERENCES pledges (id),
    content_id BLOB REFERENCES pledge_contents (id),
    document_id BLOB REFERENCES documents (id),
    campaign_id BLOB REFERENCES campaigns (id),
    ordinal INTEGER NOT NULL,
    note TEXT,
    CHECK ((document_id IS NULL) <> (campaign_id IS NULL))
) STRICT;
CREATE INDEX pledge_references_pledge ON pledge_references (pledge_id, ordinal);
CREATE INDEX pledge_references_content ON pledge_references (content_id);
CREATE INDEX pledge_references_document ON pledge_references (document_id);
CREATE INDEX pledge_references_campaign ON pledge_references (campaign_id);

CREATE TABLE pledge_partners (
    pledge_id BLOB NOT NULL REFERENCES pledges (id),
    ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL,
    unit_id BLOB REFERENCES units (id),
    name TEXT,
    PRIMARY KEY (pledge_id, ordinal),
    CHECK (unit_id IS NOT NULL OR name IS NOT NULL)
) STRICT;
CREATE INDEX pledge_partners_unit ON pledge_partners (unit_id);

CREATE TABLE pledge_targets (
    id BLOB PRIMARY KEY NOT NULL,
    pledge_id BLOB NOT NULL REFERENCES pledges (id),
    unit_id BLOB NOT NULL REFERENCES units (id),
    ordinal INTEGER NOT NULL,
    title TEXT NOT NULL,
    measure TEXT,
    planned TEXT,
    achieved TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX pledge_targets_pledge ON pledge_targets (pledge_id, unit_id, ordinal);
CREATE INDEX pledge_targets_unit ON pledge_targets (unit_id);

CREATE TABLE signatures (
    id BLOB PRIMARY KEY NOT NULL,
    pledge_id BLOB NOT NULL REFERENCES pledges (id),
    unit_id BLOB NOT NULL REFERENCES units (id),
    signer_name TEXT,
    signer_position TEXT,
    mode TEXT NOT NULL,
    signed_on TEXT NOT NULL,
    precision TEXT NOT NULL,
    origin TEXT NOT NULL,
    recorded TEXT,
    -- No foreign key: accounts are never deleted, and the check of a key locks the row of the account, where
    -- all that one clerk enters at once would meet.
    signed_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (pledge_id, unit_id)
) STRICT;
CREATE INDEX signatures_unit ON signatures (unit_id);

-- The log. `position` is dense and in the order of commits; NULL until sealed (PostgreSQL).
CREATE TABLE events (
    id BLOB PRIMARY KEY NOT NULL,
    seq INTEGER,
    position INTEGER,
    at INTEGER NOT NULL,
    actor_id BLOB,
    kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    verb TEXT NOT NULL,
    fields TEXT NOT NULL,
    from_status TEXT,
    to_status TEXT,
    origin TEXT NOT NULL,
    request_id TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_position ON events (position);
CREATE INDEX events_subject ON events (kind, subject_id, at, id);
CREATE INDEX events_unsealed ON events (seq) WHERE position IS NULL;

-- Values before and after, reasons, recorded facts: what may be personal and can be erased on its own.
-- No foreign key: both halves are written by one function and events are never deleted, and the check
-- of a key reads the end of an index where every writer beside it writes.
CREATE TABLE event_values (
    event_id BLOB PRIMARY KEY NOT NULL,
    before TEXT,
    after TEXT,
    reason TEXT,
    recorded TEXT,
    -- Codes of what would have refused a recorded act, had it been performed: a JSON list.
    warnings TEXT
) STRICT;

-- One unit stands below another: administratively, or because it was followed by it. What was only
-- split off or transferred leaves the former unit standing, and gives nobody a say over it.
CREATE VIEW unit_uppers AS
    SELECT unit_id AS lower_id, upper_id, 0 AS succession, from_on, to_on
        FROM unit_relations WHERE kind = 'administrative';
CREATE VIEW unit_heirs AS
    SELECT from_id AS lower_id, to_id AS upper_id, 1 AS succession, effective_on AS from_on, NULL AS to_on
        FROM successions WHERE to_id IS NOT NULL AND kind IN ('merge', 'rename');

-- How resources are tied to units, blocs and users: the one source for decisions and for scoping.
-- A tie with dates counts only between them. What belongs to a bloc year (meetings, pledges) has its ties.
CREATE VIEW user_ties AS
    SELECT id AS subject_id, 'oneself' AS relation, id AS target_id, NULL AS from_on, NULL AS to_on FROM users;
CREATE VIEW unit_ties AS
    SELECT id AS subject_id, 'itself' AS relation, id AS target_id, NULL AS from_on, NULL AS to_on FROM units;
CREATE VIEW award_type_ties AS
    SELECT id AS subject_id, 'itself' AS relation, id AS target_id, NULL AS from_on, NULL AS to_on FROM award_types;
CREATE VIEW person_ties AS
    SELECT id AS subject_id, 'owner' AS relation, owner_id AS target_id, NULL AS from_on, NULL AS to_on FROM people
    UNION ALL
    SELECT person_id, 'employer', unit_id, from_on, to_on FROM employments;
CREATE VIEW document_ties AS
    SELECT id AS subject_id, 'owner' AS relation, owner_id AS target_id, NULL AS from_on, NULL AS to_on FROM documents
    UNION ALL
    SELECT id, 'issuer', issuer_id, NULL, NULL FROM documents WHERE issuer_id IS NOT NULL;
CREATE VIEW campaign_ties AS
    SELECT id AS subject_id, 'owner' AS relation, owner_id AS target_id, NULL AS from_on, NULL AS to_on FROM campaigns
    UNION ALL
    SELECT id, 'issuer', issuer_id, NULL, NULL FROM campaigns WHERE issuer_id IS NOT NULL;
CREATE VIEW bloc_ties AS
    SELECT id AS subject_id, 'bloc' AS relation, id AS target_id, NULL AS from_on, NULL AS to_on FROM blocs
    UNION ALL
    SELECT id, 'organizer', organizer_id, NULL, NULL FROM blocs WHERE organizer_id IS NOT NULL
    UNION ALL
    SELECT y.bloc_id, 'member', m.unit_id, NULL, NULL FROM bloc_years y JOIN bloc_members m ON m.bloc_year_id = y.id;
CREATE VIEW bloc_year_ties AS
    SELECT id AS subject_id, 'bloc' AS relation, bloc_id AS target_id, NULL AS from_on, NULL AS to_on FROM bloc_years
    UNION ALL
    SELECT y.id, 'organizer', b.organizer_id, NULL, NULL FROM bloc_years y JOIN blocs b ON b.id = y.bloc_id WHERE b.organizer_id IS NOT NULL
    UNION ALL
    -- Membership of the year gives sight for good; an office gives a say only while it is held.
    SELECT bloc_year_id, 'member', unit_id, NULL, NULL FROM bloc_members
    UNION ALL
    SELECT bloc_year_id, office, unit_id, from_on, to_on FROM bloc_members WHERE office <> 'member';

CREATE TRIGGER events_no_update BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
-- Replacing a row deletes the old one without a delete trigger.
CREATE TRIGGER events_no_replace BEFORE INSERT ON events
    WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM events WHERE position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
