-- Describe the tables in the database.
--
-- From 36e9d1f8a07b to d05f7b2e94c6, in one transaction: after an error nothing has changed.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_1100_describe_the_tables.up.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     SHARE UPDATE EXCLUSIVE on conversations 27 ms, messages 27 ms, tasks 30 ms
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
    IF stamped <> '36e9d1f8a07b' THEN
        RAISE EXCEPTION 'this file starts from revision 36e9d1f8a07b' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
END
$$;

COMMENT ON TABLE tasks IS 'One thing to do, owned by exactly one user.';

COMMENT ON TABLE conversations IS 'One thread of messages, owned by exactly one user.';

COMMENT ON TABLE messages
    IS 'One thing said in a conversation by the user, the assistant or the system.';

COMMENT ON COLUMN tasks.id IS 'Number of the task, from the sequence that Phase II made.';

COMMENT ON COLUMN tasks.user_id IS 'Owner: a Better Auth user. Deleting the user deletes it too.';

COMMENT ON COLUMN tasks.title IS 'What to do, 1 to 200 characters.';

COMMENT ON COLUMN tasks.description IS 'Anything more there is to say.';

COMMENT ON COLUMN tasks.completed IS 'Done or not.';

COMMENT ON COLUMN tasks.tags IS 'Labels that the user chose; none is an empty array, never NULL.';

COMMENT ON COLUMN tasks.due_date IS 'When it should be done; NULL means whenever.';

COMMENT ON COLUMN tasks.created_at IS 'When the task was written down.';

COMMENT ON COLUMN tasks.updated_at IS 'When the task last changed.';

COMMENT ON COLUMN conversations.id
    IS 'Version 7 when the client makes it, so that a retry is recognised.';

COMMENT ON COLUMN conversations.user_id
    IS 'Owner: a Better Auth user. Deleting the user deletes it too.';

COMMENT ON COLUMN conversations.title IS 'What it is about, up to 200 characters.';

COMMENT ON COLUMN conversations.created_at IS 'When it began.';

COMMENT ON COLUMN conversations.updated_at
    IS 'When a message was last appended or the title last changed.';

COMMENT ON COLUMN messages.id
    IS 'Version 7 when the client makes it, so that a retry is recognised.';

COMMENT ON COLUMN messages.conversation_id
    IS 'Thread that it belongs to. Deleting the thread deletes it too.';

COMMENT ON COLUMN messages.user_id
    IS 'Owner of the conversation, repeated so that every query filters on it.';

COMMENT ON COLUMN messages.role IS 'Who speaks: user, assistant or system.';

COMMENT ON COLUMN messages.content
    IS 'What was said, up to 10000 characters; may be empty beside tool calls.';

COMMENT ON COLUMN messages.tool_calls
    IS 'Tools that the assistant called: a JSON array of objects.';

COMMENT ON COLUMN messages.agent_name IS 'Which agent answered.';

COMMENT ON COLUMN messages.agent_icon
    IS 'Its emoji, up to 10 code points: the longest standard one has as many.';

COMMENT ON COLUMN messages.created_at
    IS 'When it was said. History is read in the order of (created_at, id).';

UPDATE alembic_version
SET version_num = 'd05f7b2e94c6'
WHERE version_num = '36e9d1f8a07b';

COMMIT;
