-- Undo: Let the database fill in tasks.
--
-- From 0f7d2c85ab13 to e41b7a90c6d8, in one transaction: after an error nothing has changed.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_0920_let_the_database_fill_in_tasks.down.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     ACCESS EXCLUSIVE on tasks 23 ms
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
    IF stamped <> '0f7d2c85ab13' THEN
        RAISE EXCEPTION 'this file starts from revision 0f7d2c85ab13' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
END
$$;

ALTER TABLE tasks ALTER COLUMN updated_at DROP DEFAULT;

ALTER TABLE tasks ALTER COLUMN created_at DROP DEFAULT;

ALTER TABLE tasks ALTER COLUMN completed DROP DEFAULT;

UPDATE alembic_version
SET version_num = 'e41b7a90c6d8'
WHERE version_num = '0f7d2c85ab13';

COMMIT;
