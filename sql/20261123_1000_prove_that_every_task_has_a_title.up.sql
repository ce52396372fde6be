-- Prove that every task has a title.
--
-- From c7194ea2f05b to 2d6ab93f81e7, in one transaction: after an error nothing has changed.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_1000_prove_that_every_task_has_a_title.up.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     SHARE UPDATE EXCLUSIVE on tasks 16 ms
--     rewrites  nothing
--     reads     100,000 rows of tasks
--     waits     nobody waited
--     growth    with the rows: rows read of tasks
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
    IF stamped <> 'c7194ea2f05b' THEN
        RAISE EXCEPTION 'this file starts from revision c7194ea2f05b' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
END
$$;

ALTER TABLE tasks VALIDATE CONSTRAINT ck_tasks_title_not_empty;

UPDATE alembic_version
SET version_num = '2d6ab93f81e7'
WHERE version_num = 'c7194ea2f05b';

COMMIT;
