"""Who keeps a session waiting, read on another connection while it waits."""

from dataclasses import dataclass, field

import psycopg
from psycopg.rows import class_row

from migrator.ops.sql import literal
from migrator.redact import redact

_HIDDEN = "what it does is shown to members of pg_read_all_stats only"
_BLOCKED = "SELECT cardinality(pg_blocking_pids(%(pid)s)) > 0"
_WANTED = """
SELECT CASE WHEN l.database = d.oid THEN l.relation::regclass::text END
FROM pg_locks AS l, pg_database AS d
WHERE l.pid = %(pid)s AND NOT l.granted AND d.datname = current_database()
"""
# A prepared transaction has no process: pg_blocking_pids calls it 0. Its virtual transaction is
# -1/<xid> up to PostgreSQL 17 and that of its session since; it always holds a lock on its own xid.
_BLOCKERS = """
WITH wanted AS (
    SELECT * FROM pg_locks WHERE pid = %(pid)s AND NOT granted LIMIT 1
), blocking AS (
    SELECT DISTINCT pid FROM unnest(pg_blocking_pids(%(pid)s)) AS pid
), held AS (
    SELECT l.pid, l.virtualtransaction, string_agg(DISTINCT l.mode, ', ' ORDER BY l.mode) AS modes
    FROM pg_locks AS l JOIN wanted AS w USING (locktype, database, relation)
    WHERE l.granted AND l.locktype = 'relation'
    GROUP BY l.pid, l.virtualtransaction
)
SELECT
    a.pid, a.usename AS role, a.backend_type AS kind, a.state, held.modes, a.query,
    coalesce(nullif(a.application_name, ''), host(a.client_addr)) AS application,
    extract(epoch FROM clock_timestamp() - CASE
        WHEN a.state LIKE 'idle in transaction%%' THEN a.state_change ELSE a.xact_start
    END)::float AS seconds
FROM blocking JOIN pg_stat_activity AS a USING (pid) LEFT JOIN held USING (pid)
UNION ALL
SELECT
    0, p.owner, 'prepared transaction', NULL, held.modes, p.gid, NULL,
    extract(epoch FROM clock_timestamp() - p.prepared)::float
FROM pg_prepared_xacts AS p
JOIN pg_locks AS its_own ON its_own.pid IS NULL AND its_own.transactionid = p.transaction
CROSS JOIN wanted
LEFT JOIN held ON held.pid IS NULL AND held.virtualtransaction = its_own.virtualtransaction
WHERE 0 IN (SELECT pid FROM blocking)
    AND (held.modes IS NOT NULL OR its_own.transactionid = wanted.transactionid)
ORDER BY seconds DESC NULLS LAST
"""
# Read and ended in one statement: a session that has gone on since is no longer idle.
_END = """
SELECT a.pid, pg_terminate_backend(a.pid)
FROM pg_stat_activity AS a
WHERE a.pid = ANY(pg_blocking_pids(%(pid)s))
    AND a.state IN ('idle in transaction', 'idle in transaction (aborted)')
    AND a.state_change < clock_timestamp() - make_interval(secs => %(longer_than)s)
"""


@dataclass(frozen=True)
class Blocker:
    """A session that is waited for, or a prepared transaction: that has no process, and a name."""

    pid: int
    role: str | None
    application: str | None
    kind: str | None
    state: str | None
    """None, as `kind`, also when the looking role may not know: see `hidden`."""
    seconds: float | None
    """How long it has been idle in its transaction; of one at work, how old its transaction is."""
    modes: str | None
    query: str
    """As it came: shown only through `redact`. Of a prepared transaction its name."""

    def __str__(self) -> str:
        if self.pid == 0:
            return f'prepared transaction "{self.query}" ({self._what()})'
        shown = _HIDDEN if self.hidden else redact(self.query)
        return f"pid {self.pid} ({self._what()})" + (f": {shown}" if shown else "")

    def _what(self) -> str:
        who = "@".join(name for name in (self.role, self.application) if name)
        doing = self.state or (self.kind if self.pid and self.kind else "")
        if self.seconds is not None:
            doing = f"{doing} for {age(self.seconds)}".strip()
        holds = f"holds {_sql(self.modes)}" if self.modes else ""
        return ", ".join(part for part in (who, doing, holds) if part)

    @property
    def end(self) -> str:
        """The SQL that ends it."""
        if self.pid == 0:
            return f"ROLLBACK PREPARED {literal(self.query)}"
        return f"SELECT pg_terminate_backend({self.pid})"

    @property
    def hidden(self) -> bool:
        """Whether the looking role, no member of pg_read_all_stats, may not see what it does."""
        return self.kind is None


@dataclass(frozen=True)
class Wait:
    """A moment at which a session waited. `table` is None where it waits for no table's lock."""

    table: str | None
    blockers: list[Blocker] = field(default_factory=list)

    def __str__(self) -> str:
        shown = "; ".join(map(str, self.blockers[:3]))
        more = f"; and {len(self.blockers) - 3} more" if self.blockers[3:] else ""
        return f"blocked by {shown}{more}"


def look(connection: psycopg.Connection, pid: int) -> Wait | None:
    """Whom the session `pid` waits for at this moment, None when it does not wait."""
    whom = {"pid": pid}
    if connection.execute(_BLOCKED, whom).fetchone() != (True,):
        return None
    wanted = connection.execute(_WANTED, whom).fetchone()
    with connection.cursor(row_factory=class_row(Blocker)) as cursor:
        blockers = cursor.execute(_BLOCKERS, whom).fetchall()
    return Wait(wanted[0] if wanted else None, blockers) if blockers else None


def end_idle(connection: psycopg.Connection, pid: int, longer_than: float) -> list[int]:
    """End the sessions that block `pid` now and are idle in a transaction; returns their pids.

    Only those idle for more than `longer_than` seconds. Raises InsufficientPrivilege.
    """
    whom = {"pid": pid, "longer_than": longer_than}
    return [ended for ended, done in connection.execute(_END, whom) if done]


def age(seconds: float) -> str:
    """A length of time in one word of two parts, such as `6 min`."""
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def _sql(modes: str) -> str:
    """`AccessShareLock` as SQL says it: ACCESS SHARE."""
    names = (name.strip().removesuffix("Lock") for name in modes.split(","))
    words = ("".join(f" {c}" if c.isupper() else c for c in name).strip() for name in names)
    return ", ".join(words).upper()
