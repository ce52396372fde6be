"""Sets of indexes on messages: what each costs an insert, and how each serves the reads."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

from benchmarks.purge_index import CHUNK, CHUNK_ROWS, CONVERSATION_ROWS, INSERT, MONTHS, TABLE
from benchmarks.writes.place import Connection, Cost, cost, value
from docs._generate import markdown

CHOSEN, SINGLE, KEY = "chosen: the pair", "the single index", "primary key alone"
SETS = {
    KEY: (),
    CHOSEN: ("conversation_id, created_at, id", "user_id, conversation_id", "created_at"),
    SINGLE: ("user_id, conversation_id, created_at, id", "created_at"),
    "union of the specifications": (
        "conversation_id",
        "conversation_id, created_at",
        "user_id",
        "user_id, conversation_id",
        "created_at",
    ),
}
"""The indexes of each beside the primary key."""

ONE = """
INSERT INTO {table} (id, conversation_id, user_id, role, content, created_at)
VALUES (%s, %s, %s, 'user', repeat('word ', 90), now())
"""
_NEXT = """
SELECT (left(ms, 8) || '-' || right(ms, 4) || '-7' || substr(gen_random_uuid()::text, 16))::uuid,
       c.id, c.user_id
FROM conversations c,
     lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') AS ms
WHERE c.n = %s
"""
_OWN = "FROM {table} WHERE user_id = %s AND conversation_id = %s"
READS = {
    "latest 50": f"SELECT * {_OWN} ORDER BY created_at DESC, id DESC LIMIT 50",
    "history": f"SELECT * {_OWN} ORDER BY created_at, id",
    "count of a conversation": f"SELECT count(*) {_OWN}",
    "count of a user": "SELECT count(*) FROM {table} WHERE user_id = %s AND %s IS NOT NULL",
    "delete a conversation": f"DELETE {_OWN}",
}
"""Each with the user and the conversation."""


@dataclass
class Found:
    """What one set was seen to cost."""

    bulk: list[Cost] = field(default_factory=list)
    first: list[Cost] = field(default_factory=list)
    again: list[Cost] = field(default_factory=list)
    bytes: int = 0
    reads: dict[str, list[Cost]] = field(default_factory=lambda: defaultdict(list))


def measure(connection: Connection, rows: int, singles: int) -> dict[str, Found]:
    """Load `rows` into the table of each set in turns, then insert some one by one, then read."""
    found = {name: Found() for name in SETS}
    connection.execute(CONVERSATION_ROWS.encode())
    for name, indexes in SETS.items():
        table = _table(name)
        # Their indexes are ours to choose; those of purge_index are dropped.
        connection.execute(TABLE.partition("CREATE INDEX")[0].format(table=table).encode())
        for columns in indexes:
            connection.execute(f"CREATE INDEX ON {table} ({columns})".encode())
        connection.execute(
            f"CREATE STATISTICS {table}_s (dependencies) ON user_id, conversation_id"
            f" FROM {table}".encode()
        )
    for turn, first in enumerate(range(0, rows, CHUNK)):
        last = min(first + CHUNK, rows)
        chunk = CHUNK_ROWS.format(first=first, last=last, month=rows // MONTHS)
        connection.execute(chunk.encode())
        for name in _turns(turn):
            statement = INSERT.format(table=_table(name))
            found[name].bulk.append(_per_row(cost(connection, statement), last - first))
    for name in SETS:
        connection.execute(f"VACUUM (ANALYZE) {_table(name)}".encode())
        found[name].bytes = value(connection, "SELECT pg_indexes_size(%s)", [_table(name)])
    connection.execute("CHECKPOINT")
    _insert_one_by_one(connection, found, singles)
    _read(connection, found)
    return found


def _insert_one_by_one(connection: Connection, found: dict[str, Found], singles: int) -> None:
    """Each in a transaction of its own, each to another conversation, and then once more to it.

    The first change of a page after a checkpoint writes the whole page into the WAL.
    """
    for turn in range(2 * singles):
        row = connection.execute(_NEXT.encode(), [turn % singles * 7919 % 20_000]).fetchone()
        for name in _turns(turn):
            seen = cost(connection, ONE.format(table=_table(name)), row or ())
            (found[name].first if turn < singles else found[name].again).append(seen)


def _read(connection: Connection, found: dict[str, Found]) -> None:
    """But for the primary key alone, which would read the whole table for each."""
    owners = connection.execute("SELECT user_id, id FROM conversations WHERE n % 1000 = 3")
    for turn, (user, conversation) in enumerate(owners.fetchall()):
        for what, statement in READS.items():
            for name in _turns(turn):
                if name == KEY:
                    continue
                asked = statement.format(table=_table(name))
                with connection.transaction(force_rollback=True):
                    seen = cost(connection, asked, [user, conversation])
                if turn:  # the first one warms up
                    found[name].reads[what].append(seen)


def tables(found: dict[str, Found], rows: int) -> tuple[str, str]:
    """Writes and reads as markdown, against the primary key alone and the chosen set."""
    base = found[KEY]
    base_us, base_wal = _middle(base.bulk, "ms"), _middle(base.bulk, "wal")
    writes = [
        [
            name,
            f"{1e6 / (1000 * _middle(one.bulk, 'ms')):,.0f}",
            f"{_middle(one.bulk, 'ms') / base_us:.2f}",
            f"{_middle(one.bulk, 'wal'):,.0f}",
            f"{_middle(one.bulk, 'wal') / base_wal:.2f}",
            f"{one.bytes / rows:.0f}",
            f"{1000 * _middle(one.again, 'ms'):.0f}",
            *(
                f"{sum(each.wal for each in some) / len(some):,.0f}"
                for some in (one.first, one.again)
            ),
        ]
        for name, one in found.items()
    ]
    heads = (
        "indexes",
        "rows/s in bulk",
        "time, x key alone",
        "WAL bytes/row",
        "x key alone",
        "index bytes/row",
        "one insert, us",
        "WAL bytes, first one",
        "once more",
    )
    return markdown.table(heads, writes), _reads(found)


def _reads(found: dict[str, Found]) -> str:
    names = [name for name in SETS if name != KEY]
    rows = [
        [
            what,
            *(
                f"{_middle(found[name].reads[what], 'buffers'):,.0f}, "
                f"{_middle(found[name].reads[what], 'ms'):.2f} ms"
                for name in names
            ),
        ]
        for what in READS
    ]
    return markdown.table(("pages, time", *names), rows)


def _table(name: str) -> str:
    return f"messages_{list(SETS).index(name)}"


def _turns(turn: int) -> Iterator[str]:
    names = list(SETS)
    shift = turn % len(names)
    yield from (*names[shift:], *names[:shift])


def _per_row(whole: Cost, rows: int) -> Cost:
    return Cost(whole.ms / rows, whole.buffers, whole.wal // rows, whole.indexes)


def _middle(costs: list[Cost], what: str) -> float:
    return float(median(getattr(one, what) for one in costs))
