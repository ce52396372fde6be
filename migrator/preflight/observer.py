"""Watches a backend from a second connection: what it locks, and what its statements leave."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.pq import TransactionStatus
from sqlalchemy import event

from migrator.preflight.modes import Mode

_OURS = r"""
c.relkind IN ('r', 'p', 'm', 'f') AND n.nspname NOT LIKE 'pg\_%%'
AND n.nspname <> 'information_schema'
"""

# A table that the watched transaction has just made is not seen, and keeps nobody waiting.
_LOCKS = f"""
SELECT format('%%I.%%I', n.nspname, c.relname), l.mode
FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE l.pid = %(pid)s AND l.granted AND {_OURS}
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""

# The number of the file that holds the rows: another one is a rewrite.
_FILES = f"""
SELECT format('%%I.%%I', n.nspname, c.relname), pg_relation_filenode(c.oid)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE {_OURS} AND %(pid)s > 0
"""

_COLUMNS = f"""
SELECT format('%%I.%%I', n.nspname, c.relname), quote_ident(a.attname),
    format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attcollation <> t.typcollation
        THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END
FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_type AS t ON t.oid = a.atttypid
WHERE {_OURS} AND a.attnum > 0 AND NOT a.attisdropped AND %(pid)s > 0
ORDER BY c.oid, a.attnum
"""

_INDEXES = f"""
SELECT format('%%I.%%I', n.nspname, c.relname), i.indexrelid::text
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE {_OURS} AND %(pid)s > 0
"""

_CONCURRENTLY = re.compile(r"\s*(CREATE|DROP|REINDEX)\b.*\bCONCURRENTLY\b", re.IGNORECASE | re.S)

# Statements that may stand in a transaction; outside of one their locks would be gone at once.
_TRANSACTIONAL = re.compile(
    r"\s*(ALTER TABLE|COMMENT|CREATE|DELETE|DROP|GRANT|INSERT|LOCK|REVOKE|TRUNCATE|UPDATE)\b",
    re.IGNORECASE,
)

Columns = Mapping[str, Mapping[str, str]]
"""The type of each column, by table and column."""


@dataclass
class Watch:
    """What one revision was seen to do; tables stand in the order in which they were locked."""

    modes: dict[str, Mode] = field(default_factory=dict)
    in_transaction: bool = True

    def add(self, table: str, mode: Mode) -> None:
        self.modes[table] = max(mode, self.modes.get(table, mode))


class Observer:
    """Sees through `own`, in autocommit: with a snapshot it would keep CONCURRENTLY waiting."""

    def __init__(self, own: psycopg.Connection, watched: sa.Connection) -> None:
        self._own = own
        self._raw = _raw(watched)
        self._indexes: set[tuple[str, str]] = set()
        self.watch = Watch()
        event.listen(watched, "before_cursor_execute", self._before)
        event.listen(watched, "after_cursor_execute", self._after)

    def files(self) -> dict[str, int | None]:
        """The tables, with what changes when one is rewritten."""
        return dict(self._ask(_FILES))

    def columns(self) -> Columns:
        """The columns of all tables, in their order in the table."""
        found: dict[str, dict[str, str]] = {}
        for table, column, type_ in self._ask(_COLUMNS):
            found.setdefault(table, {})[column] = type_
        return found

    def _ask(self, query: str) -> list[tuple[Any, ...]]:
        return self._own.execute(query, {"pid": self._raw.info.backend_pid}).fetchall()

    def _before(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if self._raw.autocommit:
            self.watch.in_transaction = False
            self._indexes = self._indexes_now()
            if _TRANSACTIONAL.match(statement) and not _CONCURRENTLY.match(statement):
                self._raw.execute("BEGIN")

    def _after(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        # One statement locks its tables in the order in which it names them.
        for table, mode in sorted(self._ask(_LOCKS), key=lambda row: _position(row[0], statement)):
            self.watch.add(table, Mode.of(mode))
        if not self._raw.autocommit:
            return
        if self._raw.info.transaction_status == TransactionStatus.INTRANS:
            self._raw.execute("COMMIT")
        if _CONCURRENTLY.match(statement):
            # All three kinds take this one, and have given it back before anybody could look.
            for table, _index in self._indexes ^ self._indexes_now():
                self.watch.add(table, Mode.SHARE_UPDATE_EXCLUSIVE)

    def _indexes_now(self) -> set[tuple[str, str]]:
        return {(table, index) for table, index in self._ask(_INDEXES)}


def _position(table: str, statement: str) -> int:
    name = re.escape(table.partition(".")[2])
    found = re.search(rf"(?<![\w\"]){name}(?![\w\"])", statement)
    return found.start() if found else len(statement)


def _raw(connection: sa.Connection) -> psycopg.Connection:
    raw = connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        raise TypeError(f"locks are watched through psycopg, not {type(raw).__name__}")
    return raw
