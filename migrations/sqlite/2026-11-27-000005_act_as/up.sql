-- Who looks on as somebody else: the session is that of the account looked at, and reads only.
ALTER TABLE sessions ADD COLUMN acted_by BLOB REFERENCES users (id);
CREATE INDEX sessions_acted_by ON sessions (acted_by);
