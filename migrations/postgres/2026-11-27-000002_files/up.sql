-- Files of units. The other database has the same file with its own types: change both.

-- Bytes in the object store, by what they are. A row is here before its bytes are there and goes after they
-- went: what nobody names is found without listing the store.
CREATE TABLE file_objects (
    sha256 bytea PRIMARY KEY,
    -- When somebody last set out to put the bytes there.
    announced_at timestamptz NOT NULL,
    -- Set while the bytes are being taken away: until the row is gone nobody may name them.
    condemned_at timestamptz
);
CREATE INDEX file_objects_announced ON file_objects (announced_at);

CREATE TABLE files (
    id uuid PRIMARY KEY,
    owner_id uuid NOT NULL REFERENCES units (id),
    name text NOT NULL,
    folded text NOT NULL,
    collation_key text COLLATE "C" NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL CHECK (size > 0),
    sha256 bytea NOT NULL REFERENCES file_objects (sha256),
    -- No foreign key: accounts are never deleted, and the check of a key locks the row of the account.
    created_by uuid NOT NULL,
    links integer NOT NULL CHECK (links >= 0),
    -- Since when nothing is linked to it; NULL while something is.
    loose_since timestamptz,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((links = 0) = (loose_since IS NOT NULL))
);
-- What a unit has in use is summed up along this index alone.
CREATE INDEX files_owner ON files (owner_id, size);
CREATE INDEX files_collation ON files (collation_key, id);
CREATE INDEX files_sha256 ON files (sha256);
CREATE INDEX files_loose ON files (loose_since);

CREATE VIEW file_ties AS
    SELECT id AS subject_id, 'owner' AS relation, owner_id AS target_id, NULL::date AS from_on, NULL::date AS to_on FROM files;
