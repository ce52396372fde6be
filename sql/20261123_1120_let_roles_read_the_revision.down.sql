-- Undo: Let roles read the revision, and call only what is granted.
--
-- From 8b26e0c94d71 to 4e8ac3d7106f, in one transaction: after an error nothing has changed.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_1120_let_roles_read_the_revision.down.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     none on what was there before
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
    IF stamped <> '8b26e0c94d71' THEN
        RAISE EXCEPTION 'this file starts from revision 8b26e0c94d71' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
END
$$;

ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;

REVOKE SELECT ON alembic_version FROM app_user, app_readonly, app_maintenance;

UPDATE alembic_version
SET version_num = '4e8ac3d7106f'
WHERE version_num = '8b26e0c94d71';

COMMIT;
