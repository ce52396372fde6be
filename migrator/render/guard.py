"""What stands around the statements of a revision, so that psql is as safe as `alembic`.

The session's settings are those of migrator.connection.settle. The guard refuses a database at
another revision: bare SQL would update no row of the version table and say nothing.
"""

from migrator.lock import KEY
from migrator.record import VERSION_TABLE
from migrator.settings import Settings

BASE = "base"

_LOCK_TIMEOUT = f"{round(Settings.model_fields['lock_timeout'].default * 1000)}ms"

IN_TRANSACTION = f"""\
SET LOCAL timezone = 'UTC';
SET LOCAL statement_timeout = 0;
SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}';"""

# No transaction holds the steps back when the guard refuses, so psql itself has to stop.
STOP = r"\set ON_ERROR_STOP on"

# A concurrent build waits for old snapshots too, and a time limit would leave an invalid index.
OUTSIDE = """\
SET statement_timeout = 0;
SET lock_timeout = 0;"""
OUTSIDE_DONE = """\
RESET statement_timeout;
RESET lock_timeout;

DO $$
BEGIN
    PERFORM pg_advisory_unlock_all();
END
$$;"""


def guard(start: str, *, whole_file: bool) -> str:
    """Refuse unless the database is at `start` (`base`: not stamped) and nobody else migrates it.

    The migration lock is held to the end of the transaction, or of the whole file.
    """
    keep = f"\n    PERFORM pg_advisory_lock({KEY});" if whole_file else ""
    return f"""\
DO $$
DECLARE
    stamped text := '{BASE}';
BEGIN
    IF NOT pg_try_advisory_xact_lock({KEY}) THEN
        RAISE EXCEPTION 'another migration of this database is running' USING
            HINT = 'nothing was changed; run this file again when it has finished';
    END IF;
    IF to_regclass('{VERSION_TABLE}') IS NOT NULL THEN
        SELECT coalesce(string_agg(version_num, ', '), '{BASE}') INTO stamped
        FROM {VERSION_TABLE};
    END IF;
    IF stamped <> '{start}' THEN
        RAISE EXCEPTION 'this file starts from revision {start}' USING
            DETAIL = 'the database is at revision ' || stamped,
            HINT = 'nothing was changed; run the file that starts from there';
    END IF;{keep}
END
$$;"""


def stamp(start: str, end: str) -> str:
    """Write down that the database has come from one revision to the other."""
    if start == BASE:
        return f"INSERT INTO {VERSION_TABLE} (version_num) VALUES ('{end}');"
    if end == BASE:
        return f"DELETE FROM {VERSION_TABLE}\nWHERE version_num = '{start}';"
    return f"UPDATE {VERSION_TABLE}\nSET version_num = '{end}'\nWHERE version_num = '{start}';"
