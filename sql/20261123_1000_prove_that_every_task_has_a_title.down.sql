-- Undo: Prove that every task has a title.
--
-- From 2d6ab93f81e7 to c7194ea2f05b, in one transaction: after an error nothing has changed.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_1000_prove_that_every_task_has_a_title.down.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     ACCESS EXCLUSIVE on tasks 6 ms
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
    IF stamped <> '2d6ab93f81e7' THEN
        RAISE EXCEPTION 'this file starts from revision 2d6ab93f81e7' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
END
$$;

DO $$
DECLARE
    definition text;
BEGIN
    SELECT pg_get_constraintdef(c.oid) INTO STRICT definition
    FROM pg_constraint AS c
    WHERE c.conrelid = 'tasks'::regclass AND c.conname = 'ck_tasks_title_not_empty';
    EXECUTE format(
        'ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %2$I %s NOT VALID',
        'tasks', 'ck_tasks_title_not_empty', definition
    );
END
$$;

UPDATE alembic_version
SET version_num = 'c7194ea2f05b'
WHERE version_num = '2d6ab93f81e7';

COMMIT;
