"""Why a unique index cannot be built: which keys occur more than once, and how often.

The values are somebody's data: only their lengths are shown, unless the session's setting
`migrator.show_values` is on.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from migrator import errors
from migrator.ops import sql

EXAMPLES = 3

_KEY = """
SELECT
    ARRAY(
        SELECT pg_get_indexdef(i.indexrelid, n, true) FROM generate_series(1, i.indnkeyatts) AS n
    ),
    pg_get_expr(i.indpred, i.indrelid), i.indnullsnotdistinct
FROM pg_index AS i
WHERE i.indexrelid = to_regclass(%s)
"""


@dataclass(frozen=True)
class Key:
    """The expressions of a unique index, and the condition under which a row is in it."""

    expressions: list[str]
    where: str


def key_of(connection: sa.Connection, name: str) -> Key:
    """Read the key of the invalid index that a failed build leaves."""
    row = connection.exec_driver_sql(_KEY, (sql.name(name),)).one()
    conditions = [f"({row[1]})"] if row[1] else []
    if not row[2]:
        conditions += [f"({expression}) IS NOT NULL" for expression in row[0]]
    return Key(row[0], " AND ".join(conditions) or "true")


def refusal(connection: sa.Connection, name: str, table: str, key: Key) -> errors.Refused:
    """Count the duplicate keys, in one pass over the table."""
    reveal = connection.exec_driver_sql(
        "SELECT current_setting('migrator.show_values', true) = 'on'"
    ).scalar()
    shown = "{}::text" if reveal else "'of ' || length({}::text) || ' characters'"
    width = range(1, len(key.expressions) + 1)
    columns = ", ".join(
        f"({expression}) AS k{n}" for n, expression in enumerate(key.expressions, 1)
    )
    found = connection.execute(
        sa.text(
            sql.verbatim(f"""
            SELECT count(*) OVER (), sum(n) OVER (), n,
                ARRAY[{", ".join(f"coalesce({shown.format(f'k{n}')}, 'NULL')" for n in width)}]
            FROM (
                SELECT {columns}, count(*) AS n
                FROM {sql.name(table)}
                WHERE {key.where}
                GROUP BY {", ".join(map(str, width))}
                HAVING count(*) > 1
            ) AS duplicates
            ORDER BY n DESC, 4 LIMIT {EXAMPLES}
            """)
        )
    ).all()
    listed = ", ".join(key.expressions)
    search = (
        f"SELECT {listed}, count(*) FROM {sql.name(table)} WHERE {key.where}"
        f" GROUP BY {', '.join(map(str, width))} HAVING count(*) > 1"
    )
    keys, rows = (found[0][0], int(found[0][1])) if found else (0, 0)
    examples = [(values, count) for _, _, count, values in found]
    return errors.duplicate_keys(name, table, key.expressions, (keys, rows), examples, search)
