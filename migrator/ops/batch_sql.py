"""The statements of a backfill: one by one for Python, and as one block for psql.

A batch is a window of the key: from one key to before the one that stands `size` rows further on,
whether its rows are to be set or not. So a batch is bounded, and so is skipping what is done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from textwrap import indent

from migrator import errors
from migrator.ops import sql
from migrator.ops.sql import verbatim

FIRST_BATCH = 100
SMALLEST, LARGEST = 10, 100_000
MOST_LAG = 10.0
"""Seconds that a replica may be behind before the backfill waits for it."""
UNDONE = "migrator_backfill_without_end"
"""Stands in the error with which a batch rolls itself back that leaves its condition true."""


@dataclass(frozen=True)
class Fill:
    """What is set where: see ops.backfill. `seconds` is the aim for one batch."""

    table: str
    values: dict[str, str]
    where: str
    key: tuple[str, ...]
    seconds: float
    into: str | None

    @property
    def columns(self) -> str:
        return ", ".join(map(sql.name, self.key))


def next_size(size: int, changed: int, took: float, aim: float) -> int:
    """How many rows the next batch passes, after one that passed `size` and filled `changed`.

    What passes rows that are done is quick, and says nothing about how long filling will take.
    """
    if took > aim:
        return max(SMALLEST, round(size * max(0.5, aim / took)))
    return min(LARGEST, max(size, min(2 * size, round(aim * changed / max(took, 0.0001)))))


def first(fill: Fill) -> str:
    """The smallest key that is still to be done."""
    return (
        f"SELECT {fill.columns} FROM {sql.name(fill.table)} WHERE {verbatim(fill.where)}"
        f" ORDER BY {fill.columns} LIMIT 1"
    )


def ahead(fill: Fill) -> str:
    """The key that stands `:size` rows behind the one in the parameters :start_0, :start_1, …"""
    return (
        f"SELECT {fill.columns} FROM {sql.name(fill.table)}"
        f" WHERE {_bound(fill, '>=', ':start_{}')}"
        f" ORDER BY {fill.columns} OFFSET :size LIMIT 1"
    )


def batch(fill: Fill, *, last: bool) -> str:
    """Fill the rows of one window. Returns their number; raises with UNDONE in the error."""
    bounds = [_bound(fill, ">=", ":start_{}")]
    bounds += [] if last else [_bound(fill, "<", ":stop_{}")]
    return (
        f"WITH done AS ({_change(fill, bounds, verbatim)})"
        # One round trip for a batch: a cast that fails is how plain SQL raises.
        " SELECT count(*), CASE WHEN count(*) FILTER (WHERE undone) > 0"
        f" THEN ('{UNDONE} ' || count(*))\\:\\:integer END FROM done"
    )


def block(fill: Fill) -> str:
    """The whole backfill in PL/pgSQL. Commits each batch: it must run outside a transaction."""
    table, keys = sql.name(fill.table), range(len(fill.key))
    variables = [f"{side}_{n}" for side in ("start", "stop") for n in keys]
    types = [f"{table}.{sql.name(column)}%TYPE" for column in fill.key] * 2
    declared = "\n".join(f"    {v} {t};" for v, t in zip(variables, types, strict=True))
    start, stop = (", ".join(f"{side}_{n}" for n in keys) for side in ("start", "stop"))
    moves = "\n".join(f"        start_{n} := stop_{n};" for n in keys)
    error = errors.backfill_without_end(fill.table, fill.where)
    return f"""\
DO $$
#variable_conflict use_column
DECLARE
{declared}
    size integer := {FIRST_BATCH};
    began timestamptz;
    took double precision;
    changed bigint;
    undone bigint;
BEGIN
    SELECT {fill.columns} INTO {start} FROM {table} WHERE {fill.where}
    ORDER BY {fill.columns} LIMIT 1;
    WHILE start_0 IS NOT NULL LOOP
        WHILE (SELECT max(replay_lag) FROM pg_stat_replication) > interval '{MOST_LAG:g} s' LOOP
            COMMIT;
            PERFORM pg_sleep(1);
        END LOOP;
        SELECT {fill.columns} INTO {stop} FROM {table}
        WHERE {_bound(fill, ">=", "start_{}")}
        ORDER BY {fill.columns} OFFSET size LIMIT 1;
        LOOP
            PERFORM set_config('lock_timeout', '250ms', true);
            began := clock_timestamp();
            BEGIN
                IF stop_0 IS NULL THEN
{indent(_counted(fill, last=True), " " * 20)}
                ELSE
{indent(_counted(fill, last=False), " " * 20)}
                END IF;
                EXIT;
            EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
                NULL;
            END;
            -- Whoever holds the rows has been waited for, and may be waiting for us.
            COMMIT;
            PERFORM pg_sleep(0.1 + 0.4 * random());
        END LOOP;
        IF undone > 0 THEN
            RAISE EXCEPTION USING
                MESSAGE = {sql.literal(error.message)},
                DETAIL = {sql.literal(error.detail or "")},
                HINT = {sql.literal(error.hint or "")};
        END IF;
        COMMIT;
        took := greatest(extract(epoch FROM clock_timestamp() - began), 0.0001);
        IF took > {fill.seconds} THEN
            size := greatest({SMALLEST}, size * greatest(0.5, {fill.seconds} / took));
        ELSE
            size := least({LARGEST},
                greatest(size, least(2 * size, {fill.seconds} * changed / took)));
        END IF;
{moves}
    END LOOP;
END
$$"""


def _counted(fill: Fill, *, last: bool) -> str:
    bounds = [_bound(fill, ">=", "start_{}")] + ([] if last else [_bound(fill, "<", "stop_{}")])
    return f"""\
WITH done AS (
    {_change(fill, bounds, str)}
)
SELECT count(*), count(*) FILTER (WHERE done.undone) INTO changed, undone FROM done;"""


def _change(fill: Fill, bounds: list[str], given: Callable[[str], str]) -> str:
    """`given` makes what the revision says fit for where the statement goes."""
    table, where = sql.name(fill.table), " AND ".join([given(f"({fill.where})"), *bounds])
    columns = [sql.name(column) for column in fill.values]
    values = [given(value) for value in fill.values.values()]
    if fill.into is None:
        listed = ", ".join(f"{c} = {value}" for c, value in zip(columns, values, strict=True))
        # What is returned is said of the row as it is afterwards.
        undone = given(f"({fill.where})")
        return f"UPDATE {table} SET {listed} WHERE {where} RETURNING {undone} IS TRUE AS undone"
    return (
        f"INSERT INTO {sql.name(fill.into)} ({', '.join(columns)})"
        f" SELECT {', '.join(values)} FROM {table} WHERE {where}"
        # Nobody deletes the row before its copy is there.
        " FOR KEY SHARE ON CONFLICT DO NOTHING RETURNING false AS undone"
    )


def _bound(fill: Fill, comparison: str, side: str) -> str:
    """`side` is a template: `:start_{}` for a parameter, `start_{}` for a variable."""
    sides = ", ".join(side.format(n) for n in range(len(fill.key)))
    return f"({fill.columns}) {comparison} ({sides})"
