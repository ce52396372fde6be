-- Undo: Refuse tasks without a title.
--
-- From b82f05d9e36c to 93c6e8b1740a, in one transaction: after an error nothing has changed.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_0940_refuse_tasks_without_a_title.down.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     ACCESS EXCLUSIVE on tasks 3 ms
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
    IF stamped <> 'b82f05d9e36c' THEN
        RAISE EXCEPTION 'this file starts from revision b82f05d9e36c' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
END
$$;

ALTER TABLE tasks DROP CONSTRAINT ck_tasks_title_not_empty;

UPDATE alembic_version
SET version_num = '93c6e8b1740a'
WHERE version_num = 'b82f05d9e36c';

COMMIT;
