-- A sign-in through an issuer that waits for a second factor. The other database has the same file with its own types:
-- change both.

-- Who came back with the state, while only the code of the second factor is wanted. No reference: it lasts ten minutes.
ALTER TABLE used_states ADD COLUMN user_id uuid;
-- How often the state was sent.
ALTER TABLE used_states ADD COLUMN tries integer NOT NULL DEFAULT 1;
