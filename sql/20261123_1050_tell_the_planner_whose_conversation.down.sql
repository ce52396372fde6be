-- Undo: Tell the planner whose conversation it is.
--
-- From 36e9d1f8a07b to f4b60a7c5e21, in one transaction: after an error nothing has changed.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_1050_tell_the_planner_whose_conversation.down.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     SHARE UPDATE EXCLUSIVE on messages 3 ms
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
    IF stamped <> '36e9d1f8a07b' THEN
        RAISE EXCEPTION 'this file starts from revision 36e9d1f8a07b' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
END
$$;

DROP STATISTICS st_messages_user_id_conversation_id;

UPDATE alembic_version
SET version_num = 'f4b60a7c5e21'
WHERE version_num = '36e9d1f8a07b';

COMMIT;
