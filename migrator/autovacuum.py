"""Asks an autovacuum to give way: it never does to short tries by itself.

PostgreSQL cancels an autovacuum for whoever has waited for its table for deadlock_timeout (1 s),
unless it prevents wraparound. No try of ours lasts that long, and so it would outlast them all. A
lock that reads and writes pass by can be waited for instead, for as long as it takes.
"""

from contextlib import suppress

import psycopg

from migrator.blockers import Blocker

_LONGER = 500  # milliseconds beyond deadlock_timeout
_PATIENCE = f"""
SELECT set_config('lock_timeout', (setting::int + {_LONGER})::text, true)
FROM pg_settings WHERE name = 'deadlock_timeout'
"""
_ITS_LOCK = "ShareUpdateExclusiveLock"


def may_be(blocker: Blocker) -> bool:
    """Whether it looks like one: it belongs to no role, which nobody is kept from seeing."""
    return blocker.pid != 0 and blocker.role is None and _ITS_LOCK in (blocker.modes or "")


def ask_to_give_way(connection: psycopg.Connection, table: str) -> None:
    """Wait for the table (as SQL writes it) in a way that nobody but autovacuum notices."""
    # Of no use: it prevents wraparound, or the table is not ours.
    with (
        suppress(psycopg.errors.LockNotAvailable, psycopg.errors.InsufficientPrivilege),
        connection.transaction(force_rollback=True),
    ):
        connection.execute(_PATIENCE)
        connection.execute(f"LOCK TABLE {table} IN SHARE UPDATE EXCLUSIVE MODE".encode())
