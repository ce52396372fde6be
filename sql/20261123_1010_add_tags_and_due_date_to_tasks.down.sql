-- Undo: Add tags and due_date to tasks.
--
-- From 7e30f1c4b95d to 2d6ab93f81e7, in one transaction: after an error nothing has changed.
-- Refuses to destroy rows; to insist: PGOPTIONS='-c migrator.allow_data_loss=<name>'.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_1010_add_tags_and_due_date_to_tasks.down.sql

-- not rehearsed: make review

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
    IF stamped <> '7e30f1c4b95d' THEN
        RAISE EXCEPTION 'this file starts from revision 7e30f1c4b95d' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
END
$$;

DO $$
DECLARE
    lost bigint;
    -- What the database had when it was adopted; NULL for one that the revisions built.
    adopted jsonb := substring(
        obj_description('alembic_version'::regclass, 'pg_class') FROM '^adopted: (.*)$'
    );
BEGIN
    IF (adopted -> 'columns' ? 'tasks.due_date') IS NOT TRUE THEN
        IF 'tasks.due_date' <> ALL (
            string_to_array(coalesce(current_setting('migrator.allow_data_loss', true), ''), ',')
        ) THEN
            -- Counted twice: first without stopping anybody, then with nobody left to add a row.
            SELECT count(*) INTO lost FROM tasks WHERE due_date IS NOT NULL;
            IF lost = 0 THEN
                LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE;
                SELECT count(*) INTO lost FROM tasks WHERE due_date IS NOT NULL;
            END IF;
            IF lost > 0 THEN
                RAISE EXCEPTION 'this downgrade would destroy data in "tasks.due_date"' USING
                    ERRCODE = 'MG001',
                    DETAIL = 'rows of "tasks" that the older schema has no room for: ' || lost,
                    HINT = 'this revision stays applied; insist by name: make downgrade ALLOW=tasks.due_date';
            END IF;
        END IF;
        ALTER TABLE tasks DROP COLUMN due_date;
    END IF;
END
$$;

DO $$
DECLARE
    lost bigint;
    -- What the database had when it was adopted; NULL for one that the revisions built.
    adopted jsonb := substring(
        obj_description('alembic_version'::regclass, 'pg_class') FROM '^adopted: (.*)$'
    );
BEGIN
    IF (adopted -> 'columns' ? 'tasks.tags') IS NOT TRUE THEN
        IF 'tasks.tags' <> ALL (
            string_to_array(coalesce(current_setting('migrator.allow_data_loss', true), ''), ',')
        ) THEN
            -- Counted twice: first without stopping anybody, then with nobody left to add a row.
            SELECT count(*) INTO lost FROM tasks WHERE tags <> '{}';
            IF lost = 0 THEN
                LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE;
                SELECT count(*) INTO lost FROM tasks WHERE tags <> '{}';
            END IF;
            IF lost > 0 THEN
                RAISE EXCEPTION 'this downgrade would destroy data in "tasks.tags"' USING
                    ERRCODE = 'MG001',
                    DETAIL = 'rows of "tasks" that the older schema has no room for: ' || lost,
                    HINT = 'this revision stays applied; insist by name: make downgrade ALLOW=tasks.tags';
            END IF;
        END IF;
        ALTER TABLE tasks DROP COLUMN tags;
    END IF;
END
$$;

UPDATE alembic_version
SET version_num = '2d6ab93f81e7'
WHERE version_num = '7e30f1c4b95d';

COMMIT;
