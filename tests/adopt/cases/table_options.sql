ALTER TABLE tasks SET (fillfactor = 80);
COMMENT ON TABLE tasks IS 'Phase II';
GRANT SELECT ON tasks TO better_auth;
-- finds:
