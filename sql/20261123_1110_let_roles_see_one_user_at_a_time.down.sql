-- Undo: Let roles see one user at a time.
--
-- From 4e8ac3d7106f to d05f7b2e94c6, in one transaction: after an error nothing has changed.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_1110_let_roles_see_one_user_at_a_time.down.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     ACCESS EXCLUSIVE on conversations 31 ms, messages 22 ms, tasks 34 ms
--     rewrites  nothing
--     reads     nothing
--     growth    constant
--     undoing   reversible

BEGIN;

SET LOCAL timezone = 'UTC';
SET LOCAL statement_timeout = 0;
SET LOCAL lock_timeout = '250ms';

DO $$
DECLARE
    stamped text := 'base';
BEGIN
    IF NOT pg_try_advisory_xact_lock(7020097439640675072) THEN
        RAISE EXCEPTION 'another migration of this database is running' USING
            HINT = 'nothing was changed; run this file again when it has finished';
    END IF;
    IF to_regclass('alembic_version') IS NOT NULL THEN
        SELECT coalesce(string_agg(version_num, ', '), 'base') INTO stamped
        FROM alembic_version;
    END IF;
    IF stamped <> '4e8ac3d7106f' THEN
        RAISE EXCEPTION 'this file starts from revision 4e8ac3d7106f' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
END
$$;

DROP POLICY app_user_select ON tasks;

DROP POLICY app_user_insert ON tasks;

DROP POLICY app_user_update ON tasks;

DROP POLICY app_user_delete ON tasks;

REVOKE ALL ON tasks FROM app_user;

DROP POLICY app_user_select ON conversations;

DROP POLICY app_user_insert ON conversations;

DROP POLICY app_user_update ON conversations;

DROP POLICY app_user_delete ON conversations;

REVOKE ALL ON conversations FROM app_user;

DROP POLICY app_user_select ON messages;

DROP POLICY app_user_insert ON messages;

REVOKE ALL ON messages FROM app_user;

DROP POLICY app_readonly_select ON tasks;

REVOKE ALL ON tasks FROM app_readonly;

DROP POLICY app_readonly_select ON conversations;

REVOKE ALL ON conversations FROM app_readonly;

DROP POLICY app_readonly_select ON messages;

REVOKE ALL ON messages FROM app_readonly;

DROP POLICY app_maintenance_select ON tasks;

REVOKE ALL ON tasks FROM app_maintenance;

DROP POLICY app_maintenance_select ON conversations;

REVOKE ALL ON conversations FROM app_maintenance;

DROP POLICY app_maintenance_select ON messages;

DROP POLICY app_maintenance_delete ON messages;

REVOKE ALL ON messages FROM app_maintenance;

ALTER TABLE messages DISABLE ROW LEVEL SECURITY;

ALTER TABLE conversations DISABLE ROW LEVEL SECURITY;

ALTER TABLE tasks DISABLE ROW LEVEL SECURITY;

REVOKE ALL ON SEQUENCE tasks_id_seq FROM app_user;

DROP FUNCTION set_app_user(text);

REVOKE ALL ON SCHEMA public FROM app_user, app_readonly, app_maintenance;

UPDATE alembic_version
SET version_num = 'd05f7b2e94c6'
WHERE version_num = '4e8ac3d7106f';

COMMIT;
