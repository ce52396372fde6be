-- Key tasks to their user.
--
-- From 0f7d2c85ab13 to 93c6e8b1740a, in one transaction: after an error nothing has changed.
-- Rendered by `make sql`, never edited. Apply with
--     psql --set ON_ERROR_STOP=1 --file 20261123_0930_key_tasks_to_their_user.up.sql

-- Measured on PostgreSQL 18.6 with 100,000 rows in each table:
--     locks     SHARE ROW EXCLUSIVE on "user" 2 ms, tasks 2 ms
--     rewrites  nothing
--     reads     nothing
--     waits     an UPDATE of "user" for 48 ms
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
    IF stamped <> '0f7d2c85ab13' THEN
        RAISE EXCEPTION 'this file starts from revision 0f7d2c85ab13' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;
END
$$;

ALTER TABLE tasks
    ADD CONSTRAINT fk_tasks_user_id_user
        FOREIGN KEY (user_id) REFERENCES "user" (id) ON DELETE CASCADE NOT VALID;

UPDATE alembic_version
SET version_num = '93c6e8b1740a'
WHERE version_num = '0f7d2c85ab13';

COMMIT;
