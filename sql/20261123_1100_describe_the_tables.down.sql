-- Undo: Describe the tables in the database.
--
-- From d05f7b2e94c6 to 36e9d1f8a07b, in one transaction: after an error nothing has changed.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_1100_describe_the_tables.down.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     SHARE UPDATE EXCLUSIVE on conversations 5 ms, messages 4 ms, tasks 7 ms
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
    IF stamped <> 'd05f7b2e94c6' THEN
        RAISE EXCEPTION 'this file starts from revision d05f7b2e94c6' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
END
$$;

COMMENT ON COLUMN tasks.id IS NULL;

COMMENT ON COLUMN tasks.user_id IS NULL;

COMMENT ON COLUMN tasks.title IS NULL;

COMMENT ON COLUMN tasks.description IS NULL;

COMMENT ON COLUMN tasks.completed IS NULL;

COMMENT ON COLUMN tasks.tags IS NULL;

COMMENT ON COLUMN tasks.due_date IS NULL;

COMMENT ON COLUMN tasks.created_at IS NULL;

COMMENT ON COLUMN tasks.updated_at IS NULL;

COMMENT ON COLUMN conversations.id IS NULL;

COMMENT ON COLUMN conversations.user_id IS NULL;

COMMENT ON COLUMN conversations.title IS NULL;

COMMENT ON COLUMN conversations.created_at IS NULL;

COMMENT ON COLUMN conversations.updated_at IS NULL;

COMMENT ON COLUMN messages.id IS NULL;

COMMENT ON COLUMN messages.conversation_id IS NULL;

COMMENT ON COLUMN messages.user_id IS NULL;

COMMENT ON COLUMN messages.role IS NULL;

COMMENT ON COLUMN messages.content IS NULL;

COMMENT ON COLUMN messages.tool_calls IS NULL;

COMMENT ON COLUMN messages.agent_name IS NULL;

COMMENT ON COLUMN messages.agent_icon IS NULL;

COMMENT ON COLUMN messages.created_at IS NULL;

COMMENT ON TABLE tasks IS NULL;

COMMENT ON TABLE conversations IS NULL;

COMMENT ON TABLE messages IS NULL;

UPDATE alembic_version
SET version_num = '36e9d1f8a07b'
WHERE version_num = 'd05f7b2e94c6';

COMMIT;
