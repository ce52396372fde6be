"""What pg_catalog says about the tables to fill."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg

from migrator.rows.types import Type, Types

_TABLES = """
    SELECT c.oid::int8, format('%I.%I', n.nspname, c.relname), quote_ident(c.relname),
        c.relkind::text, c.relispartition,
        c.relforcerowsecurity AND c.relrowsecurity, pg_has_role(c.relowner, 'USAGE'),
        has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE'),
        has_table_privilege(c.oid, 'INSERT'),
        CASE WHEN c.relispartition THEN (SELECT inhparent::int8 FROM pg_inherits
            WHERE inhrelid = c.oid) END,
        CASE WHEN c.relispartition THEN pg_get_partition_constraintdef(c.oid) END,
        EXISTS (SELECT FROM pg_rewrite AS r WHERE r.ev_class = c.oid)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'
        AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
        AND NOT EXISTS (SELECT FROM pg_depend AS d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY n.nspname, c.relname
"""

# A column takes its numbers from its own sequence, or from that of the partitioned table above it:
# an identity column of a partition has none before PostgreSQL 17.
_COLUMNS = """
    WITH RECURSIVE above (oid, top) AS (
        SELECT oid, oid FROM pg_class WHERE relkind IN ('r', 'p')
        UNION ALL
        SELECT a.oid, i.inhparent FROM above AS a JOIN pg_class AS c ON c.oid = a.top
            JOIN pg_inherits AS i ON i.inhrelid = a.top WHERE c.relispartition
    ), drawn AS (
        SELECT b.adrelid AS relid, b.adnum AS num, d.refobjid AS sequence
        FROM pg_attrdef AS b JOIN pg_depend AS d ON d.classid = 'pg_attrdef'::regclass
            AND d.objid = b.oid AND d.refclassid = 'pg_class'::regclass
        JOIN pg_class AS s ON s.oid = d.refobjid AND s.relkind = 'S'
        UNION ALL
        SELECT d.refobjid, d.refobjsubid, d.objid FROM pg_depend AS d
        JOIN pg_class AS s ON s.oid = d.objid AND s.relkind = 'S'
        WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'i' AND d.refobjsubid > 0
    )
    SELECT a.attrelid::int8, a.attname::text, quote_ident(a.attname), a.attnum,
        a.atttypid::int8, a.atttypmod, a.attnotnull, a.attidentity::text,
        CASE WHEN a.attgenerated <> '' THEN pg_get_expr(b.adbin, b.adrelid) END,
        CASE WHEN a.attgenerated = '' THEN pg_get_expr(b.adbin, b.adrelid) END,
        (SELECT min(format('%%I.%%I', n.nspname, s.relname))
            FROM above JOIN pg_attribute AS u ON u.attrelid = above.top AND u.attname = a.attname
            JOIN drawn ON drawn.relid = above.top AND drawn.num = u.attnum
            JOIN pg_class AS s ON s.oid = drawn.sequence
            JOIN pg_namespace AS n ON n.oid = s.relnamespace
            WHERE above.oid = a.attrelid)
    FROM pg_attribute AS a LEFT JOIN pg_attrdef AS b
        ON b.adrelid = a.attrelid AND b.adnum = a.attnum
    WHERE a.attrelid = ANY(%s::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attrelid, a.attnum
"""

# The last condition leaves out the copies of a foreign key for each partition of its target.
_CONSTRAINTS = """
    SELECT c.conrelid::int8, c.contype::text, c.conkey,
        CASE WHEN c.contype = 'c' THEN pg_get_expr(c.conbin, c.conrelid) END,
        c.confrelid::int8, c.confkey, c.confmatchtype::text, quote_ident(c.conname),
        CASE WHEN c.condeferrable THEN 'DEFERRABLE INITIALLY ' ELSE 'NOT DEFERRABLE' END
            || CASE WHEN NOT c.condeferrable THEN ''
                WHEN c.condeferred THEN 'DEFERRED' ELSE 'IMMEDIATE' END
    FROM pg_constraint AS c LEFT JOIN pg_constraint AS p ON p.oid = c.conparentid
    WHERE c.conrelid = ANY(%s::oid[]) AND c.contype IN ('c', 'f', 'x')
        AND coalesce((to_jsonb(c) ->> 'conenforced')::bool, true)
        AND p.conrelid IS DISTINCT FROM c.conrelid
    ORDER BY c.conrelid, c.contype, c.conname
"""

_INDEXES = """
    SELECT i.indrelid::int8, i.indkey::int2[], i.indisunique, NOT i.indimmediate,
        i.indisexclusion, i.indexprs IS NOT NULL OR i.indpred IS NOT NULL,
        ARRAY(SELECT DISTINCT d.refobjsubid FROM pg_depend AS d
            WHERE d.objid = i.indexrelid AND d.refobjid = i.indrelid AND d.refobjsubid > 0
            ORDER BY d.refobjsubid), i.indnkeyatts, i.indisprimary
    FROM pg_index AS i WHERE i.indrelid = ANY(%s::oid[]) ORDER BY i.indrelid, i.indexrelid
"""

_FIELDS = (
    "oid", "name", "alias", "kind", "partition", "forced", "owned", "may_read", "may_insert",
    "parent", "bound", "ruled",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    name: str
    quoted: str
    number: int
    type: Type
    nullable: bool
    identity: str
    generated: str | None
    """The expression of a generated column."""
    default: str | None
    sequence: str | None
    """The sequence that the server would number it from, by its full name."""


@dataclass(frozen=True)
class Unique:
    """A unique index or exclusion constraint; `columns` are all that it depends on."""

    columns: tuple[str, ...]
    deferrable: bool
    plain: bool
    """Neither partial nor over an expression."""
    exclusion: bool


@dataclass(frozen=True)
class ForeignKey:
    columns: tuple[str, ...]
    target: int
    target_columns: tuple[str, ...]
    full: bool
    name: str
    deferral: str
    """How it is deferred, in SQL."""


@dataclass(frozen=True)
class Table:
    oid: int
    name: str
    alias: str
    kind: str
    partition: bool
    forced: bool
    """Row-level security holds for its owner too."""
    owned: bool
    may_read: bool
    may_insert: bool
    parent: int | None
    """The table that it is a partition of."""
    bound: str | None
    """The condition that the rows of a partition meet."""
    ruled: bool
    columns: tuple[Column, ...]
    checks: tuple[str, ...]
    uniques: tuple[Unique, ...]
    keys: tuple[ForeignKey, ...]
    indexed: frozenset[str]

    def column(self, name: str) -> Column:
        return next(one for one in self.columns if one.name == name)

    def may_be_null(self, key: ForeignKey) -> bool:
        """Whether a row may refer to nothing."""
        nullable = [self.column(name).nullable for name in key.columns]
        return all(nullable) if key.full else any(nullable)


def read(connection: psycopg.Connection, types: Types) -> dict[int, Table]:
    """All tables that are not the system's nor an extension's, by oid, in the order of names."""
    found = connection.execute(_TABLES).fetchall()
    oids = [row[0] for row in found]
    columns = _by_table(connection.execute(_COLUMNS, [oids]))
    constraints = _by_table(connection.execute(_CONSTRAINTS, [oids]))
    indexes = _by_table(connection.execute(_INDEXES, [oids]))
    names = {oid: {row[2]: row[0] for row in rows} for oid, rows in columns.items()}
    tables = {}
    for row in found:
        oid = row[0]
        own = names.get(oid, {})
        tables[oid] = Table(
            **dict(zip(_FIELDS, row, strict=True)),
            columns=tuple(_column(types, *one) for one in columns.get(oid, ())),
            checks=tuple(one[2] for one in constraints.get(oid, ()) if one[0] == "c"),
            uniques=tuple(_unique(own, *one) for one in indexes.get(oid, ()) if one[1] or one[3]),
            keys=tuple(
                ForeignKey(
                    _named(own, key), target, _named(names.get(target, {}), there), m == "f", *rest
                )
                for kind, key, _, target, there, m, *rest in constraints.get(oid, ())
                if kind == "f" and target in names
            ),
            indexed=frozenset(name for one in indexes.get(oid, ()) for name in _named(own, one[5])),
        )
    return tables


def _by_table(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    grouped: dict[int, list[tuple[Any, ...]]] = {}
    for oid, *rest in rows:
        grouped.setdefault(oid, []).append(tuple(rest))
    return grouped


def _named(names: dict[int, str], numbers: Iterable[int]) -> tuple[str, ...]:
    return tuple(names[number] for number in numbers if number > 0)


def _column(
    types: Types,
    name: str,
    quoted: str,
    number: int,
    type_oid: int,
    modifier: int,
    not_null: bool,
    *rest: str | None,
) -> Column:
    made = types.get(type_oid, modifier)
    identity, generated, default, sequence = rest
    if not identity and not re.fullmatch(r"nextval\('.*'::regclass\)", default or ""):
        sequence = None  # the number is only a part of the default
    nullable = not (not_null or types.unwrap(made)[2])
    return Column(
        name, quoted, number, made, nullable, identity or "", generated, default, sequence
    )


def _unique(
    names: dict[int, str],
    keys: list[int],
    _: bool,
    deferrable: bool,
    exclusion: bool,
    partly: bool,
    depends: list[int],
    count: int,
    __: bool,
) -> Unique:
    numbers = depends if partly else keys[:count]
    return Unique(_named(names, numbers), deferrable, not partly, exclusion)
