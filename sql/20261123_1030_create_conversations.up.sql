-- Create conversations.
--
-- From a95d82e6013f to 18cf47b0d2e9, in one transaction: after an error nothing has changed.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_1030_create_conversations.up.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     SHARE ROW EXCLUSIVE on "user" 5 ms
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
    IF stamped <> 'a95d82e6013f' THEN
        RAISE EXCEPTION 'this file starts from revision a95d82e6013f' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
END
$$;

CREATE TABLE conversations (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id VARCHAR NOT NULL,
    title VARCHAR(200),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_conversations PRIMARY KEY (id),
    CONSTRAINT uq_conversations_user_id_id UNIQUE (user_id, id),
    CONSTRAINT fk_conversations_user_id_user
        FOREIGN KEY (user_id) REFERENCES "user" (id) ON DELETE CASCADE
);

CREATE INDEX ix_conversations_user_id_updated_at
    ON conversations (user_id, updated_at DESC, id DESC);

UPDATE alembic_version
SET version_num = '18cf47b0d2e9'
WHERE version_num = 'a95d82e6013f';

COMMIT;
