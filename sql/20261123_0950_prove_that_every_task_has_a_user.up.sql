-- Prove that every task has a user.
--
-- From b82f05d9e36c to c7194ea2f05b, in one transaction: after an error nothing has changed.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_0950_prove_that_every_task_has_a_user.up.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     SHARE UPDATE EXCLUSIVE on tasks 79 ms; ROW SHARE on "user" 79 ms
--     rewrites  nothing
--     reads     100,000 rows of "user", 100,000 rows of tasks
--     waits     nobody waited
--     growth    with the rows: rows read of "user", rows read of tasks, time
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

ALTER TABLE tasks VALIDATE CONSTRAINT fk_tasks_user_id_user;

UPDATE alembic_version
SET version_num = 'c7194ea2f05b'
WHERE version_num = 'b82f05d9e36c';

COMMIT;
