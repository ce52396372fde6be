"""Columns that a sequence numbers: rows take its next values, and it goes on after them."""

from collections.abc import Callable

import psycopg

from migrator.rows.shape import Column, Table

_QUERY = """
    SELECT s.seqincrement, s.seqmin, s.seqmax, v.last_value, v.is_called,
        (SELECT min({column})::numeric FROM ONLY {table}),
        (SELECT max({column})::numeric FROM ONLY {table})
    FROM {sequence} AS v, pg_sequence AS s WHERE s.seqrelid = %s::regclass
"""


def numbers(
    connection: psycopg.Connection, table: Table, column: Column
) -> Callable[[int], str | None]:
    """The values that the sequence would give next, after all that the column holds."""
    query = _QUERY.format(column=column.quoted, table=table.name, sequence=column.sequence)
    found = connection.execute(query.encode(), [column.sequence]).fetchone()
    if found is None:
        raise LookupError(column.sequence)
    increment, low, high, last, called, smallest, biggest = found
    up = increment > 0
    start = last + (1 if up else -1) if called else last
    if biggest is not None:
        start = max(start, int(biggest) + 1) if up else min(start, int(smallest) - 1)

    def nth(number: int) -> str | None:
        value = start + (number if up else -number)
        return str(value) if low <= value <= high else None

    return nth


def move_sequences(connection: psycopg.Connection, table: Table) -> None:
    """Let each sequence go on after the values of its column."""
    for column in table.columns:
        if column.sequence is None:
            continue
        query = f"""
            SELECT setval(%s::regclass, last) FROM (
                SELECT CASE WHEN s.seqincrement > 0 THEN t.highest ELSE t.lowest END AS last,
                    s.seqincrement > 0 AS up, v.last_value, s.seqmin, s.seqmax
                FROM (SELECT max({column.quoted})::numeric::int8 AS highest,
                        min({column.quoted})::numeric::int8 AS lowest FROM ONLY {table.name}) AS t,
                    {column.sequence} AS v, pg_sequence AS s WHERE s.seqrelid = %s::regclass
            ) AS found
            WHERE last BETWEEN seqmin AND seqmax
                AND CASE WHEN up THEN last >= last_value ELSE last <= last_value END
        """
        connection.execute(query.encode(), [column.sequence, column.sequence])
