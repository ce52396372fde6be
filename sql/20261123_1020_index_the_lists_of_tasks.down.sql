-- Undo: Index the lists of tasks.
--
-- From a95d82e6013f to 7e30f1c4b95d, step by step: after an interruption run it again.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_1020_index_the_lists_of_tasks.down.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     SHARE UPDATE EXCLUSIVE on tasks 60 ms
--     rewrites  nothing
--     reads     nothing
--     growth    with the rows: time
--     undoing   reversible

\set ON_ERROR_STOP on

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
    IF stamped <> 'a95d82e6013f' THEN
        RAISE EXCEPTION 'this file starts from revision a95d82e6013f' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
    PERFORM pg_advisory_lock(7020097439640675072);
END
$$;

SET statement_timeout = 0;
SET lock_timeout = 0;

DROP INDEX CONCURRENTLY IF EXISTS ix_tasks_user_id_due_date;

DROP INDEX CONCURRENTLY IF EXISTS ix_tasks_due_date;

DROP INDEX CONCURRENTLY IF EXISTS ix_tasks_tags;

DROP INDEX CONCURRENTLY IF EXISTS ix_tasks_user_id_completed;

UPDATE alembic_version
SET version_num = '7e30f1c4b95d'
WHERE version_num = 'a95d82e6013f';

RESET statement_timeout;
RESET lock_timeout;

DO $$
BEGIN
    PERFORM pg_advisory_unlock_all();
END
$$;
