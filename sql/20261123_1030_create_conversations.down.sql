-- Undo: Create conversations.
--
-- From 18cf47b0d2e9 to a95d82e6013f, in one transaction: after an error nothing has changed.
-- Refuses to destroy rows; to insist: PGOPTIONS='-c migrator.allow_data_loss=<name>'.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_1030_create_conversations.down.sql

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
    IF stamped <> '18cf47b0d2e9' THEN
        RAISE EXCEPTION 'this file starts from revision 18cf47b0d2e9' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
END
$$;

DO $$
DECLARE
    lost bigint;
BEGIN
    IF 'conversations' <> ALL (
        string_to_array(coalesce(current_setting('migrator.allow_data_loss', true), ''), ',')
    ) THEN
        -- Counted twice: first without stopping anybody, then with nobody left to add a row.
        SELECT count(*) INTO lost FROM conversations WHERE true;
        IF lost = 0 THEN
            LOCK TABLE conversations IN ACCESS EXCLUSIVE MODE;
            SELECT count(*) INTO lost FROM conversations WHERE true;
        END IF;
        IF lost > 0 THEN
            RAISE EXCEPTION 'this downgrade would destroy data in "conversations"' USING
                ERRCODE = 'MG001',
                DETAIL = 'rows of "conversations" that the older schema has no room for: ' || lost,
                HINT = 'this revision stays applied; insist by name: make downgrade ALLOW=conversations';
        END IF;
    END IF;
END
$$;

DROP TABLE conversations;

UPDATE alembic_version
SET version_num = 'a95d82e6013f'
WHERE version_num = '18cf47b0d2e9';

COMMIT;
