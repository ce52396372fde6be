"""The tables of a database as far as rows are concerned: columns, keys and what binds them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from migrator.record import TOOLS_OWN

VERSION = "version_num"
"""The only column of a table of Alembic's own."""

_TABLES = """
    SELECT c.oid::bigint, format('%I.%I', n.nspname, c.relname), c.relkind = 'p',
        coalesce((SELECT jsonb_agg(jsonb_build_object(
            'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
            'base', format_type(coalesce(nullif(t.typbasetype, 0), t.oid), NULL),
            'kind', t.typtype, 'category', t.typcategory, 'size', greatest(a.atttypmod - 4, 0),
            'not_null', a.attnotnull OR t.typnotnull, 'generated', a.attgenerated <> '',
            'identity', a.attidentity <> '',
            'sequence', pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname),
            'default', a.atthasdef OR a.attidentity <> '', 'usual', (SELECT
                pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef AS d
                WHERE d.adrelid = c.oid AND d.adnum = a.attnum AND a.attgenerated = ''),
            'labels', (SELECT jsonb_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum
                WHERE enumtypid = a.atttypid)
        ) ORDER BY a.attnum) FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]'),
        coalesce((SELECT jsonb_agg(jsonb_build_object(
            'primary', x.indisprimary, 'columns', (SELECT jsonb_agg(a.attname ORDER BY k.at)
                FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k (attnum, at)
                JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.attnum
                WHERE k.at <= x.indnkeyatts), 'whole', x.indpred IS NULL AND x.indexprs IS NULL
        ) ORDER BY x.indisprimary DESC, x.indexrelid) FROM pg_index AS x
            WHERE x.indrelid = c.oid AND x.indisunique AND x.indisvalid), '[]'),
        coalesce((SELECT jsonb_agg(jsonb_build_object(
            'name', f.conname, 'columns', (SELECT jsonb_agg(a.attname ORDER BY k.at)
                FROM unnest(f.conkey) WITH ORDINALITY AS k (attnum, at)
                JOIN pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = k.attnum),
            'table', (SELECT format('%I.%I', pn.nspname, p.relname) FROM pg_class AS p
                JOIN pg_namespace AS pn ON pn.oid = p.relnamespace WHERE p.oid = f.confrelid),
            'parents', (SELECT jsonb_agg(a.attname ORDER BY k.at)
                FROM unnest(f.confkey) WITH ORDINALITY AS k (attnum, at)
                JOIN pg_attribute AS a ON a.attrelid = f.confrelid AND a.attnum = k.attnum)
        ) ORDER BY f.conname) FROM pg_constraint AS f
            WHERE f.conrelid = c.oid AND f.contype = 'f'), '[]'),
        coalesce((SELECT jsonb_object_agg(k.conname, jsonb_build_object(
            'definition', pg_get_constraintdef(k.oid),
            'columns', (SELECT coalesce(jsonb_agg(a.attname), '[]') FROM pg_attribute AS a
                WHERE a.attrelid = c.oid AND a.attnum = ANY (k.conkey))))
            FROM pg_constraint AS k WHERE k.conrelid = c.oid AND k.contype = 'c'), '{}')
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND NOT starts_with(n.nspname, 'pg_') AND n.nspname <> 'information_schema'
        AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass
            AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 2
"""


@dataclass(frozen=True)
class Column:
    """`type` as declared, `base` without its modifier and domain, `size` what varchar(n) says.

    `usual` is the expression of the default.
    """

    name: str
    type: str
    base: str
    kind: str
    category: str
    size: int
    not_null: bool
    generated: bool
    identity: bool
    sequence: str | None
    default: bool
    usual: str | None
    labels: Sequence[str] | None


@dataclass(frozen=True)
class ForeignKey:
    """`columns` of the table that has it, `parents` of the table that it refers to."""

    name: str
    columns: tuple[str, ...]
    table: str
    parents: tuple[str, ...]


@dataclass(frozen=True)
class Check:
    """`definition` as PostgreSQL writes it."""

    definition: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """`name` is quoted where need be; `unique` are sets of columns, without the primary key."""

    oid: int
    name: str
    partitioned: bool
    columns: Mapping[str, Column]
    primary: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: Mapping[str, Check] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, ...]:
        """What tells one row from another: the primary key, or else a unique one without NULL."""
        certain = [u for u in self.unique if all(self.columns[c].not_null for c in u)]
        return self.primary or (min(certain, key=len) if certain else ())

    @property
    def source(self) -> str:
        """The table without those that inherit from it, which stand for themselves."""
        return self.name if self.partitioned else f"ONLY {self.name}"

    @property
    def internal(self) -> bool:
        """Whether it is Alembic's own, or this tool's."""
        bare = self.name.rpartition(".")[2]
        return set(self.columns) == {VERSION} or bare in TOOLS_OWN


def tables(connection: psycopg.Connection) -> dict[str, Table]:
    """All user-made tables by full name. A partition's rows are those of the whole."""
    with connection.transaction():
        connection.execute("SET LOCAL search_path = pg_catalog")
        rows = connection.execute(_TABLES).fetchall()
    return {row[1]: _table(*row) for row in rows}


def names(known: Iterable[Table]) -> set[str]:
    """What tables, columns and constraints are called."""
    found = {"upgrade", "downgrade"}
    for table in known:
        found |= {table.name.rpartition(".")[2].strip('"'), *table.columns, *table.checks}
        found |= {key.name for key in table.foreign_keys}
    return found


def _table(
    oid: int,
    name: str,
    partitioned: bool,
    columns: list[dict[str, Any]],
    unique: list[dict[str, object]],
    keys: list[dict[str, object]],
    checks: dict[str, dict[str, object]],
) -> Table:
    whole = [(bool(u["primary"]), _names(u["columns"])) for u in unique if u["whole"]]
    return Table(
        oid,
        name,
        partitioned,
        {str(c["name"]): Column(**c) for c in columns},
        next((names for primary, names in whole if primary), ()),
        tuple(names for primary, names in whole if not primary),
        tuple(
            ForeignKey(str(k["name"]), _names(k["columns"]), str(k["table"]), _names(k["parents"]))
            for k in keys
        ),
        {n: Check(str(c["definition"]), _names(c["columns"])) for n, c in checks.items()},
    )


def _names(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
