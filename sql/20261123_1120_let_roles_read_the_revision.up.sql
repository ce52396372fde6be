-- Let roles read the revision, and call only what is granted.
--
-- From 4e8ac3d7106f to 8b26e0c94d71, in one transaction: after an error nothing has changed.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_1120_let_roles_read_the_revision.up.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     none on what was there before
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
    IF stamped <> '4e8ac3d7106f' THEN
        RAISE EXCEPTION 'this file starts from revision 4e8ac3d7106f' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
END
$$;

GRANT SELECT ON alembic_version TO app_user, app_readonly, app_maintenance;

ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

UPDATE alembic_version
SET version_num = '8b26e0c94d71'
WHERE version_num = '4e8ac3d7106f';

COMMIT;
