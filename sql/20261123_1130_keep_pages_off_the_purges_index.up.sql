-- Keep pages of messages off the index of the purge.
--
-- From 8b26e0c94d71 to e5d3907b1c46, step by step: after an interruption run it again.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_1130_keep_pages_off_the_purges_index.up.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     SHARE UPDATE EXCLUSIVE on messages 87 ms
--     rewrites  nothing
--     reads     200,000 rows of messages
--     waits     nobody waited
--     growth    with the rows: time, rows read of messages, bytes copied
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
    IF stamped <> '8b26e0c94d71' THEN
        RAISE EXCEPTION 'this file starts from revision 8b26e0c94d71' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
    PERFORM pg_advisory_lock(7020097439640675072);
END
$$;

SET statement_timeout = 0;
SET lock_timeout = 0;

DROP INDEX CONCURRENTLY IF EXISTS ix_messages_created_at;

CREATE INDEX CONCURRENTLY ix_messages_created_at ON messages (created_at NULLS FIRST);

UPDATE alembic_version
SET version_num = 'e5d3907b1c46'
WHERE version_num = '8b26e0c94d71';

RESET statement_timeout;
RESET lock_timeout;

DO $$
BEGIN
    PERFORM pg_advisory_unlock_all();
END
$$;
