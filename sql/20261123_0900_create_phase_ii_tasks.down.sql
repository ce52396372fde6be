-- Undo: Create the tasks of Phase II.
--
-- From 5a0c1e7d93f2 to base, in one transaction: after an error nothing has changed.
-- Refuses to destroy rows; to insist: PGOPTIONS='-c migrator.allow_data_loss=<name>'.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_0900_create_phase_ii_tasks.down.sql

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
    IF stamped <> '5a0c1e7d93f2' THEN
        RAISE EXCEPTION 'this file starts from revision 5a0c1e7d93f2' USING
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
    IF (adopted -> 'tables' ? 'tasks') IS NOT TRUE THEN
        IF 'tasks' <> ALL (
            string_to_array(coalesce(current_setting('migrator.allow_data_loss', true), ''), ',')
        ) THEN
            -- Counted twice: first without stopping anybody, then with nobody left to add a row.
            SELECT count(*) INTO lost FROM tasks WHERE true;
            IF lost = 0 THEN
                LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE;
                SELECT count(*) INTO lost FROM tasks WHERE true;
            END IF;
            IF lost > 0 THEN
                RAISE EXCEPTION 'this downgrade would destroy data in "tasks"' USING
                    ERRCODE = 'MG001',
                    DETAIL = 'rows of "tasks" that the older schema has no room for: ' || lost,
                    HINT = 'this revision stays applied; insist by name: make downgrade ALLOW=tasks';
            END IF;
        END IF;
        DROP TABLE tasks;
    END IF;
END
$$;

DELETE FROM alembic_version
WHERE version_num = '5a0c1e7d93f2';

COMMIT;
