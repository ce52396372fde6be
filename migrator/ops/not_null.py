"""NOT NULL for a column of a table that is in use: promised, proved, then made.

A plain SET NOT NULL reads every row while nobody else may read any. A revision of such a step
holds nothing else, since it commits between its parts; run again it goes on.
"""

from textwrap import indent

from migrator.ops import sql
from migrator.ops.outside import outside_transaction


def set_not_null(table: str, column: str) -> None:
    """Forbid NULL in a column. Fails on the first row that has one, and says which column.

    From PostgreSQL 18 on the promise is NOT NULL NOT VALID itself. Before, it is a CHECK, which
    spares SET NOT NULL the reading and is dropped with it.
    """
    owner, name = sql.name(table), f"{table}_{column}_not_null"
    # The server decides, so that psql and Alembic do the same.
    _promise(owner, column, name)
    with outside_transaction():
        # Reads all rows, which go on being read and written.
        _if_there(owner, name, f"ALTER TABLE {owner} VALIDATE CONSTRAINT {sql.name(name)};")
    # Two statements: one would drop the CHECK first, and then read all rows after all.
    _if_there(
        owner,
        name,
        f"ALTER TABLE {owner} ALTER COLUMN {sql.name(column)} SET NOT NULL;\n"
        f"ALTER TABLE {owner} DROP CONSTRAINT {sql.name(name)};",
        kind="c",
    )


def drop_not_null(table: str, column: str) -> None:
    """Allow NULL again. Reads nothing."""
    sql.execute(f"ALTER TABLE {sql.name(table)} ALTER COLUMN {sql.name(column)} DROP NOT NULL")


def _promise(owner: str, column: str, name: str) -> None:
    add = f"ALTER TABLE {owner} ADD CONSTRAINT {sql.name(name)}"
    promise = f"{add} NOT NULL {sql.name(column)} NOT VALID"
    sql.do(
        f"""\
IF EXISTS (
    SELECT FROM pg_attribute
    WHERE attrelid = {sql.literal(owner)}::regclass AND attname = {sql.literal(column)}
        AND attnotnull
) OR {_there(owner, name)} THEN
    RETURN;
END IF;
IF current_setting('server_version_num')::integer >= 180000 THEN
    -- An older server would refuse to read it.
    EXECUTE {sql.literal(promise)};
ELSE
    {add} CHECK ({sql.name(column)} IS NOT NULL) NOT VALID;
END IF;
"""
    )


def _if_there(owner: str, name: str, body: str, kind: str = "") -> None:
    sql.do(f"IF {_there(owner, name, kind)} THEN\n{indent(body, '    ')}\nEND IF;")


def _there(owner: str, name: str, kind: str = "") -> str:
    # ::name shortens as PostgreSQL shortens what is too long.
    of_kind = f" AND contype = {sql.literal(kind)}" if kind else ""
    return f"""\
EXISTS (
    SELECT FROM pg_constraint
    WHERE conrelid = {sql.literal(owner)}::regclass
        AND conname = {sql.literal(name)}::name{of_kind}
)"""
