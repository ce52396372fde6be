"""Autovacuum at work on a table touched: it gives way when asked, unless it prevents wraparound."""

from collections.abc import Iterator

from migrator.preflight.finding import Finding
from migrator.preflight.look import Look
from migrator.preflight.modes import Mode
from migrator.preflight.words import tables as words

# What autovacuum says of itself is hidden from most roles. That a lock's holder is nobody's session
# and how old the table's oldest transaction is are not: past the limit it prevents wraparound.
_AT_WORK = """
SELECT w.name AS table, l.pid,
    age(c.relfrozenxid) > least(own.xids, current_setting('autovacuum_freeze_max_age')::int)
    OR mxid_age(c.relminmxid)
        > least(own.multis, current_setting('autovacuum_multixact_freeze_max_age')::int)
    AS wraparound
FROM unnest(CAST(:tables AS text[])) AS w (name) JOIN pg_class AS c ON c.oid = to_regclass(w.name)
JOIN pg_locks AS l ON l.relation = c.oid AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted
JOIN pg_stat_activity AS a ON a.pid = l.pid AND a.usesysid IS NULL
CROSS JOIN LATERAL (
    SELECT min(option_value::int) FILTER (WHERE option_name = 'autovacuum_freeze_max_age') AS xids,
        min(option_value::int) FILTER (WHERE option_name = 'autovacuum_multixact_freeze_max_age')
        AS multis
    FROM pg_options_to_table(c.reloptions)
) AS own
WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY w.name, l.pid
"""


def find(look: Look) -> Iterator[Finding]:
    waiting = {
        table: mode
        for table, mode in look.touched.items()
        if Mode.SHARE_UPDATE_EXCLUSIVE in mode.conflicting
    }
    for row in look.rows(_AT_WORK, tables=list(waiting)):
        if row.wraparound:
            yield words.wraparound(row.table, row.pid, waiting[row.table])
        else:
            yield words.autovacuum(row.table, row.pid, look.deadlock_timeout)
