ALTER TABLE tasks SET (fillfactor = 80);
COMMENT ON TABLE tasks IS 'Phase II';
GRANT SELECT ON tasks TO better_auth;
-- finds:
-- [kept]
-- note: table "tasks" differs from the first revision in "comment"; it stays
-- detail: Phase II
--
-- [kept]
-- note: table "tasks" differs from the first revision in "grants to better_auth"; it stays
-- detail: SELECT
--
-- [kept]
-- note: table "tasks" differs from the first revision in "options"; it stays
-- detail: fillfactor=80
