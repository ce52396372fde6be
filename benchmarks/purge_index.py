"""Which index on messages(created_at) serves the retention purge: B-tree, BRIN or none?

    python -m benchmarks purge_index [--rows 2000000] [--purges 3]

Every variant (an index with a form of DELETE that suits it) has its own table, and all tables get
the same rows. Ten months are loaded, then each month users delete 1 % of the conversations, the
oldest month is purged in batches that commit, the table is vacuumed, and a new month of rows
fills the pages that became free. Inserts and batches of all variants take turns, so that a noisy
neighbour hits all alike. Prints markdown; "corr." is the planner's correlation of created_at with
the heap. A BRIN is made to be used; "planner's own scans" are those of the first batch otherwise.

Takes the server from DATABASE_URL (a role that may create databases), else starts its own for the
time of the run. Needs about 0.5 GB of disk for each 100,000 rows.
"""

import os
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import repeat, zip_longest
from math import ceil
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import click
import psycopg
from psycopg.conninfo import make_conninfo

from migrator import embedded

CHUNK = 10_000
START = datetime(2025, 1, 1, tzinfo=UTC)
MONTH = timedelta(days=30)
MONTHS = 10
BATCH = 5_000
USERS, CONVERSATIONS = 200, 20_000

# The columns, keys and indexes of models/message.py, without the index in question.
TABLE = """
CREATE TABLE {table} (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    conversation_id uuid NOT NULL, user_id varchar NOT NULL,
    role varchar(20) NOT NULL CHECK (role IN ('user', 'assistant', 'system')),
    content text NOT NULL CHECK (char_length(content) <= 10000),
    tool_calls jsonb, agent_name varchar(50), agent_icon varchar(10),
    created_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (user_id, conversation_id) REFERENCES conversations (user_id, id) ON DELETE CASCADE
) WITH (autovacuum_enabled = false);
CREATE INDEX ON {table} (conversation_id, created_at, id);
CREATE INDEX ON {table} (user_id, conversation_id);
"""
CONVERSATION_ROWS = f"""
CREATE TABLE conversations (n int, user_id varchar, id uuid PRIMARY KEY, UNIQUE (user_id, id));
INSERT INTO conversations
SELECT n, md5((n % {USERS})::text), gen_random_uuid()
FROM generate_series(0, {CONVERSATIONS} - 1) n;
ANALYZE conversations
"""
# UUIDv7 keys as the application makes them; contents of 465 characters on average.
CHUNK_ROWS = f"""
DROP TABLE IF EXISTS chunk;
CREATE TEMPORARY TABLE chunk AS
SELECT (left(ms, 8) || '-' || right(ms, 4) || '-7' || substr(gen_random_uuid()::text, 16))::uuid,
       c.id AS conversation_id, c.user_id, 'user' AS role,
       left(repeat(md5(random()::text), 26), 100 + (random() * 730)::int) AS content, m.created_at
FROM (SELECT at AS created_at, floor(random() * {CONVERSATIONS})::int AS n,
             lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') AS ms
      FROM generate_series({{first}}, {{last}} - 1) i,
           LATERAL (SELECT '{START}'::timestamptz + '{MONTH.days} days'::interval * i / {{month}})
           AS t(at)) m
JOIN conversations c USING (n) ORDER BY m.created_at
"""
INSERT = """
INSERT INTO {table} (id, conversation_id, user_id, role, content, created_at) SELECT * FROM chunk
"""
USERS_DELETE = """
DELETE FROM {table} m USING conversations c
WHERE (m.user_id, m.conversation_id) = (c.user_id, c.id) AND c.n % 100 = {month}
"""

INDEXES = {
    "none": None,
    "B-tree": "btree (created_at)",
    "BRIN": "brin (created_at)",
    "BRIN multi": "brin (created_at timestamptz_minmax_multi_ops)",
}
FIND = f"FROM {{table}} WHERE created_at < %s ORDER BY created_at LIMIT {BATCH}"
FIND_ANY = f"FROM {{table}} WHERE created_at < %s LIMIT {BATCH}"
FORMS = {
    "id, ordered": f"DELETE FROM {{table}} WHERE id IN (SELECT id {FIND})",
    "ctid, ordered": f"DELETE FROM {{table}} WHERE ctid = ANY (ARRAY(SELECT ctid {FIND}))",
    "ctid, any order": f"DELETE FROM {{table}} WHERE ctid = ANY (ARRAY(SELECT ctid {FIND_ANY}))",
    "slices of time": "DELETE FROM {table} WHERE created_at >= %s AND created_at < %s",
    "slices of heap": (
        "DELETE FROM {table} WHERE ctid >= %s::tid AND ctid < %s::tid AND created_at < %s"
    ),
}
CORRELATION = "SELECT correlation FROM pg_stats WHERE tablename = %s AND attname = 'created_at'"

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True)
class Variant:
    """An index, the form of DELETE used with it, and whether it is rebuilt after each purge."""

    index: str
    form: str
    rebuilt: bool = False

    @property
    def table(self) -> str:
        return f"messages_{VARIANTS.index(self)}"

    @property
    def purge_index(self) -> str:
        return f"{self.table}_purge"

    @property
    def name(self) -> str:
        return f"{self.index}, rebuilt" if self.rebuilt else self.index


BASE = Variant("B-tree", "ctid, ordered")
VARIANTS = (
    BASE,
    Variant("B-tree", "id, ordered"),
    Variant("BRIN", "ctid, ordered"),
    Variant("BRIN", "ctid, any order"),
    Variant("BRIN", "ctid, any order", rebuilt=True),
    Variant("BRIN", "slices of time"),
    Variant("BRIN multi", "slices of time"),
    Variant("none", "slices of heap"),
)


@dataclass(frozen=True)
class Cost:
    """What one statement took: milliseconds, pages looked at, bytes of WAL, rows."""

    ms: float
    buffers: int
    wal: int
    rows: int


@dataclass
class Purge:
    """One month's purge of one variant."""

    chosen: str
    correlation: float
    batches: list[Cost] = field(default_factory=list)
    vacuum: float = 0.0
    rebuild: float = 0.0


def value(conn: Connection, statement: str, params: Sequence[object] = ()) -> Any:
    """The first column of the first row."""
    row = conn.execute(statement, params).fetchone()
    if row is None:
        raise LookupError(statement)
    return row[0]


def cost(conn: Connection, statement: str, params: Sequence[object] = ()) -> Cost:
    """Run an INSERT or DELETE; its rows are those of the plan that feeds it."""
    options = "ANALYZE, BUFFERS, WAL, TIMING OFF, FORMAT JSON"
    result = value(conn, f"EXPLAIN ({options}) {statement}", params)[0]
    plan = result["Plan"]
    source = next(p for p in plan["Plans"] if p["Parent Relationship"] == "Outer")
    return Cost(
        ms=result["Execution Time"],
        buffers=plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
        wal=plan["WAL Bytes"],
        rows=int(source["Actual Rows"]),
    )


def scans(plan: dict[str, Any]) -> Iterator[str]:
    """The scans of a plan in the order of EXPLAIN, an index by its columns."""
    kind = plan["Node Type"]
    if kind.endswith("Scan") and kind not in {"Subquery Scan", "Bitmap Heap Scan"}:
        index = re.sub(r"^messages_\d+_|_idx$", "", plan.get("Index Name", ""))
        yield f"{kind.removesuffix(' Scan').lower()} {index}".rstrip()
    for child in plan.get("Plans", []):
        yield from scans(child)


def timed(conn: Connection, statement: str) -> float:
    """Run a statement and return its seconds."""
    began = perf_counter()
    conn.execute(statement)
    return perf_counter() - began


def load(conn: Connection, first: int, last: int, month: int) -> dict[str, list[Cost]]:
    """Give every table the rows first..last, then vacuum it (which also summarises a BRIN)."""
    costs: dict[str, list[Cost]] = defaultdict(list)
    for turn, start in enumerate(range(first, last, CHUNK)):
        conn.execute(CHUNK_ROWS.format(first=start, last=min(start + CHUNK, last), month=month))
        shift = turn % len(VARIANTS)
        for variant in VARIANTS[shift:] + VARIANTS[:shift]:
            costs[variant.index].append(cost(conn, INSERT.format(table=variant.table)))
    for variant in VARIANTS:
        conn.execute(f"VACUUM (ANALYZE) {variant.table}")
    return costs


def steps(conn: Connection, variant: Variant, until: datetime, rows: int) -> Iterable[list[object]]:
    """The parameters of each batch; without end where the batches find their own rows."""
    if variant.form == "slices of time":
        count = ceil(rows / BATCH)
        begin, step = until - MONTH, MONTH / count
        return [[begin + step * i, begin + step * (i + 1)] for i in range(count)]
    if variant.form == "slices of heap":
        pages = value(conn, "SELECT pg_relation_size(%s) / 8192", [variant.table])
        step_pages = ceil(pages * BATCH / (rows * MONTHS))
        starts = range(0, pages, step_pages)
        return [[f"({start},0)", f"({start + step_pages},0)", until] for start in starts]
    return repeat([until])


def purge(conn: Connection, variant: Variant, until: datetime, rows: int) -> Iterator[Cost]:
    """Delete what is older than `until`, one committed batch at a time."""
    statement = FORMS[variant.form].format(table=variant.table)
    for params in steps(conn, variant, until, rows):
        with conn.transaction():
            if variant.index.startswith("BRIN"):
                # At its best: used even where the planner would rather read something else.
                for other in ("seqscan", "indexscan", "indexonlyscan"):
                    conn.execute(f"SET LOCAL enable_{other} = off")
            batch = cost(conn, statement, params)
        yield batch
        if batch.rows < BATCH and not variant.form.startswith("slices"):
            return


def purge_all(conn: Connection, number: int, rows: int) -> dict[Variant, Purge]:
    """The purge of month `number` (from 1) in every table, batch by batch in turns."""
    until = START + MONTH * number
    results = {}
    for variant in VARIANTS:
        conn.execute(USERS_DELETE.format(table=variant.table, month=number))
        plan = value(
            conn,
            f"EXPLAIN (FORMAT JSON) {FORMS[variant.form].format(table=variant.table)}",
            next(iter(steps(conn, variant, until, rows))),
        )
        found = value(conn, CORRELATION, [variant.table])
        results[variant] = Purge(chosen=" + ".join(scans(plan[0]["Plan"])), correlation=found)
    for batches in zip_longest(*(purge(conn, v, until, rows) for v in VARIANTS)):
        for variant, batch in zip(VARIANTS, batches, strict=True):
            if batch is not None:
                results[variant].batches.append(batch)
    for variant in VARIANTS:
        left = value(conn, f"SELECT count(*) FROM {variant.table} WHERE created_at < %s", [until])
        if left:
            raise RuntimeError(f"{variant} left {left} rows")
        results[variant].vacuum = timed(conn, f"VACUUM (ANALYZE) {variant.table}")
        if variant.rebuilt:
            results[variant].rebuild = timed(conn, f"REINDEX INDEX {variant.purge_index}")
    return results


def print_inserts(title: str, costs: dict[str, list[Cost]], sizes: dict[str, int]) -> None:
    """Costs of an index while rows come in, against having none."""
    click.echo(f"\n**{title}**\n")
    click.echo("| index | µs/row | ratio | WAL bytes/row | ratio | index kB |")
    click.echo("|---|---|---|---|---|---|")
    middle = {
        index: (median(c.ms * 1000 / c.rows for c in all_), median(c.wal / c.rows for c in all_))
        for index, all_ in costs.items()
    }
    for index in INDEXES:
        us, wal = middle[index]
        us_ratio, wal_ratio = us / middle["none"][0], wal / middle["none"][1]
        size = f"{sizes[index] / 1024:,.0f}"
        click.echo(
            f"| {index} | {us:.2f} | {us_ratio:.2f} | {wal:.0f} | {wal_ratio:.3f} | {size} |"
        )


def print_purge(number: int, results: dict[Variant, Purge]) -> None:
    """One purge, each variant against the first B-tree."""
    click.echo(f"\n**Purge {number}**\n")
    click.echo(
        "| index | form | planner's own scans | corr. | batches | batch ms, median (max) "
        "| pages/batch, median (max) | pages, all | ratio | s, all | ratio | VACUUM s | rebuild s |"
    )
    click.echo("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    base_pages = sum(b.buffers for b in results[BASE].batches)
    base_ms = sum(b.ms for b in results[BASE].batches)
    for variant, result in results.items():
        times = [b.ms for b in result.batches]
        pages = [b.buffers for b in result.batches]
        click.echo(
            f"| {variant.name} | {variant.form} | {result.chosen}"
            f" | {result.correlation:.2f} | {len(times)}"
            f" | {median(times):.1f} ({max(times):.1f})"
            f" | {median(pages):,.0f} ({max(pages):,})"
            f" | {sum(pages):,} | {sum(pages) / base_pages:.2f}"
            f" | {sum(times) / 1000:.2f} | {sum(times) / base_ms:.2f}"
            f" | {result.vacuum:.2f} | {result.rebuild:.2f} |"
        )


def index_sizes(conn: Connection) -> dict[str, int]:
    """Bytes of each index: that of the last table that has it."""
    return {
        v.index: value(
            conn, "SELECT coalesce(pg_relation_size(to_regclass(%s)), 0)", [v.purge_index]
        )
        for v in VARIANTS
    }


@contextmanager
def database() -> Iterator[Connection]:
    """A connection to a database of its own, dropped at the end."""
    given = os.environ.get("DATABASE_URL")
    name = f"purge_index_{os.getpid()}"
    with tempfile.TemporaryDirectory() as folder:
        url = given or embedded.start(Path(folder), durable=False).url()
        url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        try:
            with psycopg.connect(url, autocommit=True) as admin:
                admin.execute(f"CREATE DATABASE {name}")
                try:
                    with psycopg.connect(make_conninfo(url, dbname=name), autocommit=True) as conn:
                        yield conn
                finally:
                    admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        finally:
            if not given:
                embedded.stop(Path(folder))


@click.command()
@click.option("--rows", default=2_000_000, show_default=True, help="Messages kept: ten months.")
@click.option("--purges", default=3, show_default=True, help="Months to go on for.")
def main(rows: int, purges: int) -> None:
    """Measure what each index on messages(created_at) costs and saves."""
    month = rows // MONTHS
    with database() as conn:
        conn.execute("SET TimeZone = 'UTC'")
        conn.execute("SET jit = off")
        conn.execute(CONVERSATION_ROWS)
        for variant in VARIANTS:
            conn.execute(TABLE.format(table=variant.table))
            if access := INDEXES[variant.index]:
                conn.execute(
                    f"CREATE INDEX {variant.purge_index} ON {variant.table} USING {access}"
                )
        version = value(conn, "SHOW server_version")
        click.echo(
            f"PostgreSQL {version}, {os.cpu_count()} cores, {rows:,} rows, {BATCH:,} a batch"
        )
        print_inserts("Load into new pages", load(conn, 0, rows, month), index_sizes(conn))
        for number in range(1, purges + 1):
            print_purge(number, purge_all(conn, number, rows=month))
            first = (MONTHS + number - 1) * month
            costs = load(conn, first, first + month, month)
            print_inserts(f"Month {MONTHS + number} into freed pages", costs, index_sizes(conn))


if __name__ == "__main__":
    main()
