-- Work that the service does by itself, a step at a time. The other database has the same file with its own types: change both.
CREATE TABLE jobs (
    id BLOB PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    -- Rises each time somebody takes the job on; whoever had it before has lost it.
    attempts INTEGER NOT NULL,
    -- Until then the job is somebody's; afterwards whoever comes first takes it on.
    lease_until INTEGER,
    heartbeat_at INTEGER,
    done INTEGER NOT NULL,
    total INTEGER,
    -- Where to go on: JSON of the kind's own.
    resume TEXT,
    result TEXT,
    error_code TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_status ON jobs (status, id);
CREATE INDEX jobs_kind ON jobs (kind, status);

CREATE VIEW job_ties AS
    SELECT id AS subject_id, 'itself' AS relation, id AS target_id, NULL AS from_on, NULL AS to_on FROM jobs;
