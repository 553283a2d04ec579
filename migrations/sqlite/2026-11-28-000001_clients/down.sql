-- Back to before: accounts of services, and all that they were given, go with them.
DROP VIEW client_ties;
DROP TABLE client_assertions;
DROP TABLE client_secrets;
DELETE FROM refresh_tokens WHERE session_id IN (SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.kind = 'client');
DELETE FROM sessions WHERE user_id IN (SELECT id FROM users WHERE kind = 'client');
DELETE FROM grants WHERE user_id IN (SELECT id FROM users WHERE kind = 'client');
DROP TABLE clients;
DELETE FROM users WHERE kind = 'client';
ALTER TABLE users DROP COLUMN kind;
