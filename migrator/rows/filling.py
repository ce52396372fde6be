"""Tables filled with rows that nothing but the catalog describes."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

import psycopg

from migrator.record import TOOLS_OWN
from migrator.rows.attempt import attempt
from migrator.rows.order import Step, leaves, order, with_targets
from migrator.rows.plan import CannotFill, Plan, Source
from migrator.rows.relaxing import keep_promise, relaxed
from migrator.rows.result import Filled, Unfilled
from migrator.rows.sequences import move_sequences
from migrator.rows.shape import Table, read
from migrator.rows.staging import Staging
from migrator.rows.types import Types

_BATCH = 100_000  # rows
_BARREN = 8  # batches without a new row, after which there is no room for more


def fill(
    connection: psycopg.Connection,
    *,
    rows: int = 10_000,
    seed: int = 0,
    tables: Collection[str] | None = None,
    keep: Collection[str] = (),
) -> Filled:
    """Top up every table to `rows` rows, those of a partitioned one spread over its partitions.

    The connection is in autocommit, its role owns the tables or may insert. Equal catalogs, rows
    and seeds give equal rows. `tables` limits it to these and what they refer to; those in `keep`
    stay as they are. Names are full or, in public, plain. Foreign tables cannot be filled.
    """
    types = Types(connection)
    all_tables = read(connection, types)
    kept = {*_named(all_tables, keep), *_named(all_tables, TOOLS_OWN)}
    chosen = _named(all_tables, tables) if tables is not None else set(all_tables)
    chosen = with_targets(all_tables, chosen - kept)
    chosen -= {leaf for oid in kept for leaf in leaves(all_tables, oid)}
    failed: dict[str, str] = {}
    source = Source(connection, types, all_tables, seed)
    steps = order(all_tables, chosen)
    with (
        _triggers_off(connection),
        relaxed(connection, [all_tables[oid] for oid in sorted(all_tables)], steps),
    ):
        for step in steps:
            share = _share(all_tables, step.table, rows)
            reason = _fill(source, step, share if step.final else max(1, share // 10))
            if step.final and reason:
                failed[step.table.name] = reason
        counts = {
            one.name: _count(connection, one)
            for oid, one in all_tables.items()
            if oid not in kept and chosen.intersection(leaves(all_tables, oid))
        }
    return Filled(counts, [Unfilled(name, reason) for name, reason in sorted(failed.items())])


def _fill(source: Source, step: Step, wanted: int) -> str | None:
    """Fill one table; return why it got no rows, None when it did or needed none."""
    table = step.table
    if table.kind == "f":
        return "it is a foreign table"
    if not (table.may_insert and table.may_read):
        return "the role may not insert into it"
    try:
        with attempt(source.connection):
            return _top_up(source, step, wanted)
    except CannotFill as error:
        return str(error)
    except psycopg.Error as error:
        if source.connection.closed:
            raise
        return error.diag.message_primary or type(error).__name__


def _top_up(source: Source, step: Step, wanted: int) -> str | None:
    connection, table = source.connection, step.table
    refusal = None
    if step.final:
        for key in step.promised:
            keep_promise(connection, source.tables, table, key)
    existing = before = _count(connection, table)
    for target in _batches(table, existing, wanted):
        promised = () if step.final else step.promised
        plan = Plan(source, table, target - existing, existing, step.without, promised)
        if not plan.columns:
            existing += _insert_empty(connection, table, target - existing)
            continue
        staging = Staging(connection, source.types, table, plan.columns, plan.conditions)
        barren = 0
        while existing < target and barren < _BARREN:
            columns = plan.candidates(min(target - existing, _BATCH))
            if not columns or not columns[0]:
                break
            inserted = staging.insert(columns)
            existing += inserted
            barren = 0 if inserted else barren + 1
        staging.close()
        move_sequences(connection, table)
        refusal = staging.refusal
    if table.owned:
        connection.execute(f"ANALYZE {table.name}".encode())
    if existing > before or existing >= wanted:
        return None
    return refusal or "its constraints accepted none of the rows tried"


def _insert_empty(connection: psycopg.Connection, table: Table, count: int) -> int:
    """Rows of a table whose every column is computed, or that has none."""
    query = f"INSERT INTO {table.name} SELECT FROM generate_series(1, {count})"
    return connection.execute(query.encode()).rowcount


def _batches(table: Table, existing: int, wanted: int) -> list[int]:
    """The sizes to grow to: a table that refers to itself grows in generations."""
    if not any(key.target == table.oid for key in table.keys):
        return [wanted] if existing < wanted else []
    return [size for size in (wanted // 20 + 1, wanted // 4 + 1, wanted) if size > existing]


def _share(tables: Mapping[int, Table], table: Table, rows: int) -> int:
    """A partition's part of the rows of the table it belongs to, rounded up."""
    top = table
    while top.parent is not None and top.partition:
        top = tables[top.parent]
    return -(-rows // len(leaves(tables, top.oid)))


def _count(connection: psycopg.Connection, table: Table) -> int:
    if table.kind == "f" or not table.may_read:
        return 0
    only = "" if table.kind == "p" else "ONLY "
    found = connection.execute(f"SELECT count(*) FROM {only}{table.name}".encode()).fetchone()
    return int(found[0]) if found else 0


def _named(tables: Mapping[int, Table], names: Collection[str]) -> set[int]:
    plain = {name.replace('"', "") for name in names}
    full = {name if "." in name else f"public.{name}" for name in plain}
    return {oid for oid, one in tables.items() if one.name.replace('"', "") in full}


@contextmanager
def _triggers_off(connection: psycopg.Connection) -> Iterator[None]:
    """Without triggers, rules for replicas aside, where the role may; with them where not."""
    query = "SELECT has_parameter_privilege('session_replication_role', 'SET')"
    if connection.execute(query.encode()).fetchone() != (True,):
        yield
        return
    connection.execute("SET session_replication_role = replica")
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("RESET session_replication_role")
