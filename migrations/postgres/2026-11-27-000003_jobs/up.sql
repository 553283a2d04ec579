-- Work that the service does by itself, a step at a time. The other database has the same file with its own types: change both.
CREATE TABLE jobs (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    status text NOT NULL,
    -- Rises each time somebody takes the job on; whoever had it before has lost it.
    attempts integer NOT NULL,
    -- Until then the job is somebody's; afterwards whoever comes first takes it on.
    lease_until timestamptz,
    heartbeat_at timestamptz,
    done bigint NOT NULL,
    total bigint,
    -- Where to go on: JSON of the kind's own.
    resume text,
    result text,
    error_code text,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX jobs_status ON jobs (status, id);
CREATE INDEX jobs_kind ON jobs (kind, status);

CREATE VIEW job_ties AS
    SELECT id AS subject_id, 'itself' AS relation, id AS target_id, NULL::date AS from_on, NULL::date AS to_on FROM jobs;
