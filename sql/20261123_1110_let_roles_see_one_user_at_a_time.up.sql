-- Let roles see one user at a time.
--
-- From d05f7b2e94c6 to 4e8ac3d7106f, in one transaction: after an error nothing has changed.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_1110_let_roles_see_one_user_at_a_time.up.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     ACCESS EXCLUSIVE on conversations 42 ms, messages 42 ms, tasks 43 ms
--     rewrites  nothing
--     reads     nothing
--     waits     nobody waited
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
    IF stamped <> 'd05f7b2e94c6' THEN
        RAISE EXCEPTION 'this file starts from revision d05f7b2e94c6' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
END
$$;

DO $$
BEGIN
    IF to_regrole('app_user') IS NULL THEN
        CREATE ROLE app_user NOLOGIN;
    END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
END
$$;

DO $$
BEGIN
    IF to_regrole('app_readonly') IS NULL THEN
        CREATE ROLE app_readonly NOLOGIN;
    END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
END
$$;

DO $$
BEGIN
    IF to_regrole('app_maintenance') IS NULL THEN
        CREATE ROLE app_maintenance NOLOGIN;
    END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
END
$$;

GRANT USAGE ON SCHEMA public TO app_user, app_readonly, app_maintenance;

CREATE FUNCTION set_app_user(user_id text) RETURNS void
LANGUAGE plpgsql SECURITY INVOKER
AS $$
BEGIN
    IF coalesce(user_id, '') = '' THEN
        RAISE EXCEPTION 'user id must not be empty' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    EXECUTE pg_catalog.format('SET LOCAL app.user_id = %L', user_id);
END
$$;

COMMENT ON FUNCTION set_app_user(text) IS 'Say on whose behalf the rest of the transaction runs.';

REVOKE EXECUTE ON FUNCTION set_app_user(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION set_app_user(text) TO app_user, app_readonly;

GRANT USAGE ON SEQUENCE tasks_id_seq TO app_user;

ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;

ALTER TABLE conversations ENABLE ROW LEVEL SECURITY;

ALTER TABLE messages ENABLE ROW LEVEL SECURITY;

GRANT SELECT, INSERT, UPDATE, DELETE ON tasks TO app_user;

CREATE POLICY app_user_select ON tasks FOR SELECT TO app_user
    USING (user_id = (SELECT current_setting('app.user_id', true)));

CREATE POLICY app_user_insert ON tasks FOR INSERT TO app_user
    WITH CHECK (user_id = (SELECT current_setting('app.user_id', true)));

CREATE POLICY app_user_update ON tasks FOR UPDATE TO app_user
    USING (user_id = (SELECT current_setting('app.user_id', true)))
    WITH CHECK (user_id = (SELECT current_setting('app.user_id', true)));

CREATE POLICY app_user_delete ON tasks FOR DELETE TO app_user
    USING (user_id = (SELECT current_setting('app.user_id', true)));

GRANT SELECT, INSERT, UPDATE, DELETE ON conversations TO app_user;

CREATE POLICY app_user_select ON conversations FOR SELECT TO app_user
    USING (user_id = (SELECT current_setting('app.user_id', true)));

CREATE POLICY app_user_insert ON conversations FOR INSERT TO app_user
    WITH CHECK (user_id = (SELECT current_setting('app.user_id', true)));

CREATE POLICY app_user_update ON conversations FOR UPDATE TO app_user
    USING (user_id = (SELECT current_setting('app.user_id', true)))
    WITH CHECK (user_id = (SELECT current_setting('app.user_id', true)));

CREATE POLICY app_user_delete ON conversations FOR DELETE TO app_user
    USING (user_id = (SELECT current_setting('app.user_id', true)));

GRANT SELECT, INSERT ON messages TO app_user;

CREATE POLICY app_user_select ON messages FOR SELECT TO app_user
    USING (user_id = (SELECT current_setting('app.user_id', true)));

CREATE POLICY app_user_insert ON messages FOR INSERT TO app_user
    WITH CHECK (user_id = (SELECT current_setting('app.user_id', true)));

GRANT SELECT ON tasks TO app_readonly;

CREATE POLICY app_readonly_select ON tasks FOR SELECT TO app_readonly
    USING (user_id = (SELECT current_setting('app.user_id', true)));

GRANT SELECT ON conversations TO app_readonly;

CREATE POLICY app_readonly_select ON conversations FOR SELECT TO app_readonly
    USING (user_id = (SELECT current_setting('app.user_id', true)));

GRANT SELECT ON messages TO app_readonly;

CREATE POLICY app_readonly_select ON messages FOR SELECT TO app_readonly
    USING (user_id = (SELECT current_setting('app.user_id', true)));

GRANT SELECT ON tasks TO app_maintenance;

CREATE POLICY app_maintenance_select ON tasks FOR SELECT TO app_maintenance USING (true);

GRANT SELECT ON conversations TO app_maintenance;

CREATE POLICY app_maintenance_select ON conversations FOR SELECT TO app_maintenance USING (true);

GRANT SELECT, DELETE ON messages TO app_maintenance;

CREATE POLICY app_maintenance_select ON messages FOR SELECT TO app_maintenance USING (true);

CREATE POLICY app_maintenance_delete ON messages FOR DELETE TO app_maintenance USING (true);

UPDATE alembic_version
SET version_num = '4e8ac3d7106f'
WHERE version_num = 'd05f7b2e94c6';

COMMIT;
