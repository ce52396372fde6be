-- Let the database fill in tasks.
--
-- From e41b7a90c6d8 to 0f7d2c85ab13, in one transaction: after an error nothing has changed.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_0920_let_the_database_fill_in_tasks.up.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     ACCESS EXCLUSIVE on tasks 7 ms
--     rewrites  nothing
--     reads     nothing
--     waits     a SELECT of tasks for 21 ms
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
    IF stamped <> 'e41b7a90c6d8' THEN
        RAISE EXCEPTION 'this file starts from revision e41b7a90c6d8' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
END
$$;

ALTER TABLE tasks ALTER COLUMN completed SET DEFAULT false;

ALTER TABLE tasks ALTER COLUMN created_at SET DEFAULT now();

ALTER TABLE tasks ALTER COLUMN updated_at SET DEFAULT now();

UPDATE alembic_version
SET version_num = '0f7d2c85ab13'
WHERE version_num = 'e41b7a90c6d8';

COMMIT;
