-- Store task times with their zone.
--
-- From 5a0c1e7d93f2 to e41b7a90c6d8, in one transaction: after an error nothing has changed.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_0910_store_task_times_with_their_zone.up.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     ACCESS EXCLUSIVE on tasks 1 ms
--     rewrites  nothing
--     reads     nothing
--     waits     a SELECT of tasks for 13 ms
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
    IF stamped <> '5a0c1e7d93f2' THEN
        RAISE EXCEPTION 'this file starts from revision 5a0c1e7d93f2' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
END
$$;

DO $$
DECLARE
    -- What the database had when it was adopted; NULL for one that the revisions built.
    adopted jsonb := substring(
        obj_description('alembic_version'::regclass, 'pg_class') FROM '^adopted: (.*)$'
    );
BEGIN
    PERFORM set_config('timezone', coalesce(adopted ->> 'legacy_timezone', 'UTC'), true);
END
$$;

ALTER TABLE tasks
    ALTER COLUMN created_at TYPE timestamptz,
    ALTER COLUMN updated_at TYPE timestamptz;

DO $$
BEGIN
    PERFORM set_config('timezone', 'UTC', true);
END
$$;

UPDATE alembic_version
SET version_num = 'e41b7a90c6d8'
WHERE version_num = '5a0c1e7d93f2';

COMMIT;
