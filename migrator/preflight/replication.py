"""Replicas that are behind, and slots for which the server keeps WAL that nobody reads."""

from collections.abc import Iterator

from migrator.preflight.finding import Finding
from migrator.preflight.look import Look
from migrator.preflight.words import database as words

_IN_RECOVERY = "SELECT pg_is_in_recovery()"

# Empty to a role that is no member of pg_read_all_stats; a slot says nearly the same, to everybody.
_REPLICAS = """
SELECT application_name AS name, pg_wal_lsn_diff(
    pg_current_wal_lsn(), coalesce(replay_lsn, flush_lsn, write_lsn, sent_lsn))::bigint AS lag
FROM pg_stat_replication WHERE state IS NOT NULL
"""
_SLOTS = """
SELECT slot_name AS name, active, coalesce(wal_status, 'unknown') AS status,
    pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint AS kept,
    active_pid IN (SELECT pid FROM pg_stat_replication WHERE state IS NOT NULL) AS told
FROM pg_replication_slots WHERE restart_lsn IS NOT NULL AND NOT temporary ORDER BY slot_name
"""


def find(look: Look) -> Iterator[Finding]:
    if look.rows(_IN_RECOVERY)[0][0]:
        return
    for row in look.rows(_REPLICAS):
        if row.lag is not None and row.lag > look.limits.lag:
            yield words.lagging(row.name, row.lag)
    for row in look.rows(_SLOTS):
        if row.active and not row.told and row.kept > look.limits.lag:
            yield words.lagging(row.name, row.kept)
        elif not row.active and row.kept > look.limits.retained:
            yield words.inactive_slot(row.name, row.kept, row.status)
