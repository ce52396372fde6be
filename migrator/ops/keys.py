"""Unique constraints and primary keys whose index is built before, without stopping anybody.

The index is built concurrently under a name of its own and becomes the constraint's in the
transaction of the version stamp. A revision of such a step holds nothing else.
"""

from collections.abc import Sequence
from typing import Any, Literal

from migrator.ops import sql
from migrator.ops.indexes import create_index_concurrently


def add_unique(
    name: str,
    table: str,
    columns: Sequence[str],
    *,
    deferrable: bool = False,
    initially: Literal["IMMEDIATE", "DEFERRED"] = "IMMEDIATE",
    **postgresql: Any,
) -> None:
    """Add a unique constraint. Over duplicates it is refused as a unique index is.

    Its reverse is `op.drop_constraint`, which drops the index too. `postgresql` are Alembic's own
    options of an index, such as `postgresql_include`.
    """
    when = f" DEFERRABLE INITIALLY {initially}" if deferrable else ""
    _add("UNIQUE", name, table, columns, when, **postgresql)


def add_primary_key(name: str, table: str, columns: Sequence[str]) -> None:
    """Add a primary key. Its columns are NOT NULL already: it would read all rows to make them so.

    Refuses otherwise, with `ops.set_not_null` as the way. Its reverse is `op.drop_constraint`.
    """
    listed = ", ".join(sql.literal(column) for column in columns)
    owner = sql.literal(sql.name(table))
    sql.do(
        f"""\
SELECT string_agg(attname, ', ') INTO missing
FROM pg_attribute
WHERE attrelid = {owner}::regclass AND attname IN ({listed}) AND NOT attnotnull;
IF missing IS NOT NULL THEN
    RAISE EXCEPTION '% of % may be NULL', missing, {owner} USING
        HINT = 'nothing was changed; ops.set_not_null in a revision before this one';
END IF;
""",
        declare="missing text;",
    )
    _add("PRIMARY KEY", name, table, columns)


def _add(
    kind: str, name: str, table: str, columns: Sequence[str], when: str = "", **postgresql: Any
) -> None:
    built = f"{name[:59]}_new"
    create_index_concurrently(built, table, columns, unique=True, **postgresql)
    owner = sql.name(table)
    # An interruption after this and before the stamp of a file for psql: the constraint is there.
    sql.do(
        f"""\
IF EXISTS (
    SELECT FROM pg_constraint
    WHERE conrelid = {sql.literal(owner)}::regclass AND conname = {sql.literal(name)}
) THEN
    DROP INDEX {sql.name(built)};
ELSE
    ALTER TABLE {owner} ADD CONSTRAINT {sql.name(name)} {kind} USING INDEX {sql.name(built)}{when};
END IF;
"""
    )
