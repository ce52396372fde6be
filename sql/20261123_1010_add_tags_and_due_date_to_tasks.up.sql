-- Add tags and due_date to tasks.
--
-- From 2d6ab93f81e7 to 7e30f1c4b95d, in one transaction: after an error nothing has changed.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_1010_add_tags_and_due_date_to_tasks.up.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     ACCESS EXCLUSIVE on tasks 0.7 ms
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
    IF stamped <> '2d6ab93f81e7' THEN
        RAISE EXCEPTION 'this file starts from revision 2d6ab93f81e7' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
END
$$;

ALTER TABLE tasks
    ADD COLUMN IF NOT EXISTS tags TEXT[] DEFAULT '{}' NOT NULL,
    ADD COLUMN IF NOT EXISTS due_date TIMESTAMP WITH TIME ZONE;

UPDATE alembic_version
SET version_num = '7e30f1c4b95d'
WHERE version_num = '2d6ab93f81e7';

COMMIT;
