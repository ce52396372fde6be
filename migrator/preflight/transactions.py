"""Transactions that have been open for long: sessions, and those that were prepared to commit."""

from collections.abc import Iterator
from typing import Any

from migrator.blockers import age
from migrator.preflight.finding import Finding
from migrator.preflight.look import Look
from migrator.preflight.modes import Mode
from migrator.preflight.words import tables as words

_WANTED = """
unnest(CAST(:tables AS text[]), CAST(:modes AS text[])) AS w (name, mode)
JOIN pg_locks AS l ON l.relation = to_regclass(w.name) AND l.mode = w.mode AND l.granted
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""

# To a role that is no member of pg_read_all_stats, age, state and statement of others are NULL;
# their locks are not. Only a snapshot (backend_xmin) makes a concurrent build wait.
_OPEN = f"""
SELECT a.pid, a.usename AS role, nullif(a.application_name, '') AS application, a.state,
    coalesce(a.query, '') AS query, extract(epoch FROM now() - a.xact_start)::float AS seconds,
    a.backend_xmin IS NOT NULL AS snapshot, held.name, held.mode
FROM pg_stat_activity AS a LEFT JOIN LATERAL (
    SELECT w.name, w.mode FROM {_WANTED} WHERE l.pid = a.pid ORDER BY 1, 2 LIMIT 1
) AS held ON true
WHERE a.datname = current_database() AND a.usesysid IS NOT NULL AND a.pid <> pg_backend_pid()
    AND (a.xact_start < now() - make_interval(secs => :long)
        OR a.xact_start IS NULL AND held.name IS NOT NULL)
ORDER BY a.xact_start, a.pid
"""

# Its locks have no pid, and until a restart the virtual id of the session that prepared it.
_PREPARED = f"""
SELECT p.gid, p.owner, extract(epoch FROM now() - p.prepared)::float AS seconds,
    held.name, held.mode
FROM pg_prepared_xacts AS p LEFT JOIN LATERAL (
    SELECT w.name, w.mode FROM {_WANTED}
    JOIN pg_locks AS self ON self.virtualtransaction = l.virtualtransaction AND self.pid IS NULL
        AND self.locktype = 'transactionid' AND self.transactionid = p.transaction
    WHERE l.pid IS NULL ORDER BY 1, 2 LIMIT 1
) AS held ON true
WHERE p.database = current_database() AND p.prepared < now() - make_interval(secs => :long)
ORDER BY p.prepared, p.gid
"""


def find(look: Look) -> Iterator[Finding]:
    tables, modes = look.conflicts()
    known = {"tables": tables, "modes": modes, "long": look.limits.transaction}
    for row in look.rows(_OPEN, **known):
        who = "@".join(name for name in (row.role, row.application) if name)
        doing = row.state or "its state is hidden from this role"
        if row.seconds is not None:
            doing = f"{doing}, open for {age(row.seconds)}"
        waits = _waits_for_snapshots(look) and row.snapshot
        yield words.transaction(row.pid, who, doing, _statement(row), _held(row), waits=waits)
    for row in look.rows(_PREPARED, **known):
        yield words.prepared(row.gid, row.owner, row.seconds, _held(row))


def _waits_for_snapshots(look: Look) -> bool:
    """Whether a pending revision has concurrent steps; unknown counts as yes."""
    if look.rehearsal is None:
        return True
    return any(not one.in_transaction for one in look.rehearsal.revisions)


def _statement(row: Any) -> str:
    return row.query if row.state else ""


def _held(row: Any) -> tuple[str, str] | None:
    return (row.name, str(Mode.of(row.mode))) if row.name else None
