"""Steps that find their work already done in an adopted database, and undo only their own.

`adopt` notes in the comment of Alembic's version table what the database had when it came:
`adopted: {"tables": ["tasks"], "columns": ["tasks.tags"], "legacy_timezone": "Asia/Karachi"}`.
The steps read it in SQL, so that psql with the rendered files does the same as Alembic.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateColumn

from migrator.ops import data_loss, sql


def _declare_adopted() -> str:
    version_table = sql.literal(sql.name(op.get_context().version_table))
    return f"""\
-- What the database had when it was adopted; NULL for one that the revisions built.
adopted jsonb := substring(
    obj_description({version_table}::regclass, 'pg_class') FROM '^adopted: (.*)$'
);
"""


def add_columns(table: str, *columns: sa.Column[object]) -> None:
    """Add columns in one statement; those that the database came with are kept as they are."""
    clauses = ", ".join(f"ADD COLUMN IF NOT EXISTS {_definition(column)}" for column in columns)
    sql.execute(f"ALTER TABLE {sql.name(table)} {clauses}")


def drop_columns(table: str, **holds_data: str) -> None:
    """Drop the named columns; those that the database came with stay.

    The value of each is the condition under which a row would lose something: then it refuses.
    """
    for column, where in holds_data.items():
        full_name = f"{table}.{column}"
        drop = f"ALTER TABLE {sql.name(table)} DROP COLUMN {sql.name(column)};"
        _unless_adopted("columns", full_name, data_loss.refusal(full_name, table, where) + drop)


def drop_table(table: str) -> None:
    """Drop a table, refusing while it has rows; one that the database came with stays."""
    drop = f"DROP TABLE {sql.name(table)};"
    _unless_adopted("tables", table, data_loss.refusal(table, table, "true") + drop)


def _unless_adopted(kind: str, item: str, body: str) -> None:
    condition = f"adopted -> {sql.literal(kind)} ? {sql.literal(item)}"
    declare = f"{data_loss.DECLARE}\n{_declare_adopted()}"
    sql.do(data_loss.unless(condition, body), declare=declare)


def timestamp_to_timestamptz(table: str, *columns: str) -> None:
    """Read naive times as UTC, or as the zone that `adopt --legacy-timezone` noted.

    Without USING and in UTC the heap is kept: the bytes are the same. Another zone rewrites it,
    since every value changes. Columns that have a time zone already stay as they are.
    """
    _retype(table, columns, "timestamptz")


def timestamptz_to_timestamp(table: str, *columns: str) -> None:
    """Write times without their zone again: the reverse, with the same zone."""
    _retype(table, columns, "timestamp")


def _retype(table: str, columns: tuple[str, ...], type_: str) -> None:
    sql.do(
        "PERFORM set_config('timezone', coalesce(adopted ->> 'legacy_timezone', 'UTC'), true);",
        declare=_declare_adopted(),
    )
    clauses = ", ".join(f"ALTER COLUMN {sql.name(column)} TYPE {type_}" for column in columns)
    sql.execute(f"ALTER TABLE {sql.name(table)} {clauses}")
    # The rest of the transaction is in UTC again.
    sql.do("PERFORM set_config('timezone', 'UTC', true);")


def _definition(column: sa.Column[object]) -> str:
    sa.Table("of_the_column", sa.MetaData(), column)
    return str(CreateColumn(column).compile(dialect=op.get_context().dialect)).strip()
