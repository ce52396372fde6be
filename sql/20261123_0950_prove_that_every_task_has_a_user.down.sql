-- Undo: Prove that every task has a user.
--
-- From c7194ea2f05b to b82f05d9e36c, in one transaction: after an error nothing has changed.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_0950_prove_that_every_task_has_a_user.down.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     ACCESS EXCLUSIVE on "user" 7 ms, tasks 7 ms
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
    IF stamped <> 'c7194ea2f05b' THEN
        RAISE EXCEPTION 'this file starts from revision c7194ea2f05b' USING
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
    WHERE c.conrelid = 'tasks'::regclass AND c.conname = 'fk_tasks_user_id_user';
    EXECUTE format(
        'ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %2$I %s NOT VALID',
        'tasks', 'fk_tasks_user_id_user', definition
    );
END
$$;

UPDATE alembic_version
SET version_num = 'b82f05d9e36c'
WHERE version_num = 'c7194ea2f05b';

COMMIT;
