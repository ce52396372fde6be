"""GIN on (tags) or on (user_id, tags), for the owner of tasks and under a policy."""

from collections import defaultdict
from statistics import median

from benchmarks.writes.place import Connection, Cost, cost, value
from docs._generate import markdown

NONE = "none"
GINS = {NONE: "", "gin (tags)": "tags", "gin (user_id, tags)": "user_id, tags"}
"""Beside a B-tree on user_id, which all of them have."""

USER = "heavy"
_MAKE = """
CREATE TABLE {table} (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id varchar NOT NULL,
    title varchar(200) NOT NULL, tags text[] NOT NULL
) WITH (autovacuum_enabled = false);
CREATE INDEX ON {table} (user_id);
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON {table} TO app_user
    USING (user_id = (SELECT current_setting('app.user_id', true)));
GRANT SELECT ON {table} TO app_user
"""
# The heavy user has one in 400, anywhere in the table; the others have 50 each.
_ROWS = """
INSERT INTO {table} (user_id, title, tags)
SELECT CASE WHEN n %% 400 = 7 THEN '{user}' ELSE md5((n %% {users})::text) END, 'Task ' || n,
    CASE WHEN n %% 1000 = 7 THEN ARRAY['rare', 'work'] WHEN n %% 3 = 0 THEN ARRAY['home', 'shop']
    ELSE '{{}}' END
FROM generate_series(%s::int, %s::int) n
"""
_ASK = f"SELECT id, title FROM {{table}} WHERE user_id = '{USER}' AND tags @> ARRAY[%s]"
CHUNK = 5000


def measure(connection: Connection, rows: int) -> str:
    """Markdown: a line for each index, who asks and the tag."""
    connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gin")
    connection.execute("CREATE ROLE app_user NOLOGIN")
    writes = _fill(connection, rows)
    lines = []
    for name in GINS:
        size = value(connection, "SELECT pg_indexes_size(%s)", [_table(name)])
        for role in ("owner", "app_user"):
            for tag in ("rare", "home"):
                seen = _asked(connection, name, role, tag)
                lines.append(
                    [
                        name,
                        role,
                        tag,
                        " + ".join(one.removeprefix(f"{_table(name)}_") for one in seen.indexes),
                        str(seen.buffers),
                        f"{seen.ms:.2f}",
                        f"{1000 * median(one.ms for one in writes[name]) / CHUNK:.1f}",
                        f"{median(one.wal for one in writes[name]) / CHUNK:,.0f}",
                        f"{size / rows:.0f}",
                    ]
                )
    heads = ("index", "who", "tag", "planner takes", "pages", "ms")
    return markdown.table((*heads, "insert, us/row", "WAL bytes/row", "index bytes/row"), lines)


def _fill(connection: Connection, rows: int) -> dict[str, list[Cost]]:
    """In turns; what waits in a GIN's list of pending entries is merged by the vacuum."""
    costs: dict[str, list[Cost]] = defaultdict(list)
    for name, columns in GINS.items():
        for statement in _MAKE.format(table=_table(name)).split(";"):
            connection.execute(statement.encode())
        if columns:
            connection.execute(f"CREATE INDEX ON {_table(name)} USING gin ({columns})".encode())
    for first in range(1, rows, CHUNK):
        for name in GINS:
            statement = _ROWS.format(table=_table(name), user=USER, users=rows // 50)
            costs[name].append(cost(connection, statement, [first, first + CHUNK - 1]))
    for name in GINS:
        connection.execute(f"VACUUM (ANALYZE) {_table(name)}".encode())
    return costs


def _asked(connection: Connection, name: str, role: str, tag: str) -> Cost:
    """The median one of several."""
    with connection.transaction():
        if role != "owner":
            connection.execute("SET LOCAL ROLE app_user")
            connection.execute("SELECT set_config('app.user_id', %s, true)", [USER])
        seen = [cost(connection, _ASK.format(table=_table(name)), [tag]) for _ in range(25)]
    return sorted(seen, key=lambda one: one.ms)[len(seen) // 2]


def _table(name: str) -> str:
    return f"tasks_{list(GINS).index(name)}"
