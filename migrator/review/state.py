"""The state of a backend between two statements: its relations, its locks, what it has counted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

import psycopg

from migrator.preflight.modes import Mode
from migrator.review.backend import Backend

SETTINGS = ("lock_timeout", "statement_timeout", "TimeZone")

_NOT_OURS = "n.nspname ~ '^pg_' OR n.nspname = 'information_schema'"


def _rows(counters: str) -> str:
    """Rows read, inserted, updated, deleted; those read by way of an index are counted there."""
    return f"""
        {counters}returned(c.oid) + {counters}fetched(c.oid) + coalesce((
            SELECT sum({counters}fetched(y.indexrelid)) FROM pg_index AS y WHERE y.indrelid = c.oid
        ), 0)::bigint,
        {counters}inserted(c.oid), {counters}updated(c.oid), {counters}deleted(c.oid)
    """


# One row, one text: the same for every driver, and nothing that the watched statements could change
# but pg_catalog. An index is told with its table, and by the file that holds it: another file is a
# rewrite. Counters are those of this transaction, as only the backend itself can see them.
_QUERY = f"""
SELECT json_build_object(
    'wal', pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text,
    'next_xid', (pg_snapshot_xmax(pg_current_snapshot())::text::numeric % 4294967296)::text,
    'settings', json_build_object({", ".join(f"'{s}', current_setting('{s}')" for s in SETTINGS)}),
    'relations', (
        SELECT coalesce(json_object_agg(c.oid, json_build_array(
            format('%I.%I', n.nspname, c.relname), c.relkind, pg_relation_filenode(c.oid)::bigint,
            x.indrelid::bigint, coalesce(x.indisvalid, true),
            pg_relation_size(c.oid), {_rows("pg_stat_get_xact_tuples_")}
        )), '{{}}')
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        LEFT JOIN pg_index AS x ON x.indexrelid = c.oid
        WHERE NOT ({_NOT_OURS}) AND c.relkind IN ('r', 'p', 'm', 'f', 'v', 'i', 'I')
    ),
    'locks', (
        SELECT coalesce(json_agg(json_build_array(l.relation::bigint, l.mode)), '[]')
        FROM pg_locks AS l
        WHERE l.pid = pg_backend_pid() AND l.relation IS NOT NULL AND l.granted
    ),
    'catalog', (
        SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_sys_tables
        WHERE schemaname = 'pg_catalog' AND relname !~ '^pg_statistic'
    )
)::text
"""

# What keeps its number when its name changes, with what it is a part of: a table's own name is
# told from that of its schema.
_IDENTITIES = f"""
SELECT coalesce(
    json_object_agg(kind || ' ' || key, json_build_array(kind, name, part_of || '.' || own)), '{{}}'
)::text
FROM (
    SELECT 'schema', n.oid::text, quote_ident(n.nspname), 0, n.nspname
    FROM pg_namespace AS n WHERE NOT ({_NOT_OURS})
    UNION ALL
    SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
        WHEN 'S' THEN 'sequence' WHEN 'i' THEN 'index' WHEN 'I' THEN 'index'
        WHEN 'f' THEN 'foreign table' ELSE 'table' END,
        c.oid::text, format('%I.%I', n.nspname, c.relname), coalesce(x.indrelid, n.oid), c.relname
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_index AS x ON x.indexrelid = c.oid
    WHERE NOT ({_NOT_OURS}) AND c.relkind IN ('r', 'p', 'm', 'f', 'v', 'i', 'I', 'S')
    UNION ALL
    SELECT 'table column', c.oid || '.' || a.attnum,
        format('%I.%I.%I', n.nspname, c.relname, a.attname), c.oid, a.attname
    FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE NOT ({_NOT_OURS}) AND c.relkind IN ('r', 'p', 'm', 'f', 'v')
        AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, t.oid::text,
        format('%I.%I', n.nspname, t.typname), n.oid, t.typname
    FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
    WHERE NOT ({_NOT_OURS}) AND t.typtype IN ('d', 'e', 'r', 'b', 'c') AND t.typcategory <> 'A'
        AND (t.typrelid = 0 OR (SELECT c.relkind FROM pg_class AS c WHERE c.oid = t.typrelid) = 'c')
    UNION ALL
    SELECT 'enum label', e.oid::text,
        format('%I.%I.%s', n.nspname, t.typname, quote_literal(e.enumlabel)), t.oid, e.enumlabel
    FROM pg_enum AS e JOIN pg_type AS t ON t.oid = e.enumtypid
    JOIN pg_namespace AS n ON n.oid = t.typnamespace
    UNION ALL
    SELECT 'function', p.oid::text, format('%I.%I(%s)', n.nspname, p.proname,
        pg_get_function_identity_arguments(p.oid)), n.oid, p.proname
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE NOT ({_NOT_OURS})
) AS named (kind, key, name, part_of, own)
"""

_COUNTERS = ("read", "inserted", "updated", "deleted")

# Those of all transactions that are over.
_COUNTED = f"""
SELECT c.oid::bigint, {_rows("pg_stat_get_tuples_")}
FROM pg_class AS c WHERE c.relkind IN ('r', 'p', 'm', 'i')
"""


@dataclass(frozen=True)
class Relation:
    """A table, view or index: `kind` is pg_class.relkind, `file` the number of what holds it.

    `table` is the oid of an index's table, None of everything else. `bytes` are those of
    the file. The counters are rows of this transaction.
    """

    name: str
    kind: str
    file: int | None
    table: int | None
    valid: bool
    bytes: int
    read: int
    inserted: int
    updated: int
    deleted: int

    @property
    def has_rows(self) -> bool:
        return self.kind in "rpmf"

    @property
    def stored(self) -> bool:
        """Whether it holds rows of its own."""
        return self.kind in "rm"

    @property
    def is_index(self) -> bool:
        return self.kind in "iI"


@dataclass(frozen=True)
class State:
    """`relations` by oid, `locks` as (oid, mode); `catalog` counts the writes to pg_catalog."""

    wal: int
    next_xid: str
    settings: Mapping[str, str]
    relations: Mapping[int, Relation]
    locks: frozenset[tuple[int, Mode]]
    catalog: int

    @classmethod
    def of(cls, backend: Backend) -> "State":
        """Ask a backend that is in a transaction."""
        found = json.loads(backend.ask(_QUERY))
        return cls(
            int(found["wal"]),
            found["next_xid"],
            found["settings"],
            {int(oid): Relation(*one) for oid, one in found["relations"].items()},
            frozenset((oid, Mode.of(mode)) for oid, mode in found["locks"] if mode in _MODES),
            int(found["catalog"]),
        )

    @classmethod
    def outside(cls, backend: Backend, own: psycopg.Connection) -> "State":
        """Ask a backend that is in no transaction: what it has counted stands with the server's."""
        flush = "SELECT pg_stat_force_next_flush()::text"
        own.execute(flush.encode())
        backend.ask(flush)
        state = cls.of(backend)
        counted = {row[0]: row[1:] for row in own.execute(_COUNTED).fetchall()}
        relations = {
            oid: replace(one, **dict(zip(_COUNTERS, counted.get(oid, (0, 0, 0, 0)), strict=True)))
            for oid, one in state.relations.items()
        }
        return replace(state, relations=relations, locks=frozenset())


@dataclass(frozen=True)
class Named:
    """`name` is full; `own` changes only when the thing itself is renamed, or moved elsewhere."""

    kind: str
    name: str
    own: str


def identities(backend: Backend) -> dict[str, Named]:
    """Everything that can be renamed, by a key that a new name leaves alone."""
    found: dict[str, list[str]] = json.loads(backend.ask(_IDENTITIES))
    return {key: Named(*one) for key, one in found.items()}


# Serializable transactions have SIReadLock besides, which keeps nobody waiting.
_MODES = frozenset(mode.pg_name for mode in Mode)
