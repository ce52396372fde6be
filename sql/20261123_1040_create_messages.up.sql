-- Create messages.
--
-- From 18cf47b0d2e9 to f4b60a7c5e21, in one transaction: after an error nothing has changed.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_1040_create_messages.up.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     SHARE ROW EXCLUSIVE on conversations 8 ms
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
    IF stamped <> '18cf47b0d2e9' THEN
        RAISE EXCEPTION 'this file starts from revision 18cf47b0d2e9' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
END
$$;

CREATE TABLE messages (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    conversation_id UUID NOT NULL,
    user_id VARCHAR NOT NULL,
    role VARCHAR(20) NOT NULL,
    content TEXT NOT NULL,
    tool_calls JSONB,
    agent_name VARCHAR(50),
    agent_icon VARCHAR(10),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_messages PRIMARY KEY (id),
    CONSTRAINT ck_messages_role CHECK (role IN ('user', 'assistant', 'system')),
    CONSTRAINT ck_messages_content_length CHECK (char_length(content) <= 10000),
    CONSTRAINT fk_messages_user_id_conversation_id_conversations
        FOREIGN KEY (user_id, conversation_id)
            REFERENCES conversations (user_id, id)
            ON DELETE CASCADE
);

CREATE INDEX ix_messages_conversation_id_created_at ON messages (conversation_id, created_at, id);

CREATE INDEX ix_messages_user_id_conversation_id ON messages (user_id, conversation_id);

CREATE INDEX ix_messages_created_at ON messages (created_at);

UPDATE alembic_version
SET version_num = 'f4b60a7c5e21'
WHERE version_num = '18cf47b0d2e9';

COMMIT;
