"""Drift cases: A is wanted, B is what somebody made of it. Seen, named, repaired, no row lost?

`cases` holds a folder a case (a.sql, change.sql, case.toml), `more.toml` pairs of the same kind in
one file.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

from migrator.catalog import Catalog, Difference, differences, read
from migrator.drift import compare, live
from migrator.embedded import Server
from migrator.repair import Step, repair
from tests.catalog.databases import psql, tool
from tests.conftest import make_project

HERE = Path(__file__).parent
_ROLES = ("drift_owner", "drift_app", "drift_ro")


@dataclass(frozen=True)
class Case:
    """`object` and `mention` as in case.toml; `min_pg` 15 or the major that knows the syntax.

    `one_way`: nobody can want what B is, an index that is invalid, say.
    """

    name: str
    wanted: str
    change: str
    drift: bool
    mention: tuple[str, ...]
    min_pg: int = 15
    object: str = ""
    tolerate_errors: bool = False
    hold_session: bool = False
    restore: str | None = None
    one_way: bool = False


@dataclass
class Verdict:
    """`left` are differences after the repair, `lost` tables whose rows are not what they were."""

    seen: bool
    named: bool
    steps: list[Step] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    error: str = ""

    @property
    def repaired(self) -> bool:
        return not (self.left or self.lost or self.error)


def given() -> list[Case]:
    """The cases of the folder."""
    found = []
    for folder in sorted((HERE / "cases").iterdir()):
        about = tomllib.loads((folder / "case.toml").read_text())
        found.append(
            Case(
                about["name"],
                (folder / "a.sql").read_text(),
                (folder / "change.sql").read_text(),
                about["drift"],
                tuple(about["mention"]),
                about["min_pg"],
                about["object"],
                about.get("tolerate_errors", False),
                about.get("hold_session", False),
                about.get("restore"),
            )
        )
    return found


def more() -> list[Case]:
    """Our own pairs; "common" is what all of them begin with unless they name a `file`."""
    text = tomllib.loads((HERE / "more.toml").read_text())
    return [
        Case(
            name,
            _beginning(one, text["common"]) + one.get("a", ""),
            one["change"],
            one.get("drift", True),
            tuple(one["mention"]),
            one.get("min_pg", 15),
            tolerate_errors=one.get("tolerate_errors", False),
            one_way=one.get("one_way", False),
        )
        for name, one in text["cases"].items()
    ]


def _beginning(one: dict[str, str], common: str) -> str:
    return (HERE / one["file"]).read_text() if "file" in one else common


def make_roles(server: Server) -> None:
    with server.connect() as admin:
        there = {name for (name,) in admin.execute("SELECT rolname FROM pg_roles").fetchall()}
        for name in set(_ROLES) - there:
            admin.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))


def major_of(server: Server) -> int:
    with server.connect() as admin:
        return admin.info.server_version // 10000


@contextmanager
def changed(server: Server, case: Case) -> Iterator[tuple[str, Catalog]]:
    """The name of B and the catalog of A, out of which B was made; with change.sql's session open
    where the case says so.
    """
    name = f"case_{case.name}"[:60]
    with ExitStack() as stack:
        stack.callback(_drop, server, name)
        _create(server, name)
        psql(server, name, case.wanted)
        wanted = catalog(server, name)
        if case.restore == "pg_dump":
            dump = tool(server, "pg_dump", name)
            _drop(server, name)
            _create(server, name)
            psql(server, name, dump)
        elif case.hold_session:
            connection = stack.enter_context(server.connect(name))
            connection.execute(case.change.encode())
        else:
            psql(server, name, case.change, stop=not case.tolerate_errors)
        yield name, wanted


def _create(server: Server, name: str) -> None:
    with server.connect() as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template0 STRATEGY file_copy')


def _drop(server: Server, name: str) -> None:
    with server.connect() as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def judge(server: Server, case: Case) -> Verdict:
    """Is what was done to B seen, named and taken back?"""
    with changed(server, case) as (b, wanted):
        return _judged(server, b, wanted, catalog(server, b), case)


def judge_there_and_back(server: Server, case: Case) -> tuple[Verdict, Verdict]:
    """The same, and in that database the way from A to B again."""
    with changed(server, case) as (b, wanted):
        was = catalog(server, b)
        there = _judged(server, b, wanted, was, case)
        return there, _judged(server, b, was, catalog(server, b), case)


def judge_back(server: Server, case: Case) -> Verdict:
    """The other way round: B is wanted, and A is there, with its rows."""
    with changed(server, case) as (b, _):
        wanted = catalog(server, b)
    with changed(server, replace(case, change="")) as (a, _):
        return _judged(server, a, wanted, catalog(server, a), case)


def _judged(server: Server, database: str, wanted: Catalog, actual: Catalog, case: Case) -> Verdict:
    found = differences(wanted, actual)
    steps = repair(wanted, actual)
    verdict = Verdict(bool(found), _named(case, found), steps)
    if not found:
        return verdict
    before = rows(server, database)
    try:
        apply(server, database, steps)
    except psycopg.Error as error:
        verdict.error = str(error).splitlines()[0]
    verdict.left = [str(one) for one in differences(wanted, catalog(server, database))]
    verdict.lost = lost(before, rows(server, database), steps)
    return verdict


def catalog(server: Server, database: str, user: str = "postgres") -> Catalog:
    engine = sa.create_engine(server.url(database, user), poolclass=sa.NullPool)
    with engine.connect() as connection:
        return read(connection)


def told(url: str, stored: Path | None = None) -> list[str]:
    """What `migrator drift` tells of a database of this project."""
    sides = live(make_project(url), stored=stored)
    return [str(one.difference) for one in compare(sides).repaired]


def _named(case: Case, found: list[Difference]) -> bool:
    return any(all(word in text for word in case.mention) for text in map(str, found))


def apply(server: Server, database: str, steps: list[Step]) -> None:
    with server.connect(database) as connection:
        for step in steps:
            for statement in step.statements:
                try:
                    connection.execute(statement.encode())
                except psycopg.Error as error:
                    message = str(error).splitlines()[0]
                    raise type(error)(f"{message} in: {statement}") from None


Rows = dict[str, tuple[list[str], Counter[Any]]]
"""By table: columns, and how often which row is there, as texts."""


def rows(server: Server, database: str) -> Rows:
    found: Rows = {}
    with server.connect(database) as connection:
        tables = connection.execute(
            "SELECT n.nspname, c.relname, array(SELECT attname::text FROM pg_attribute"
            " WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
            " ORDER BY 1) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
            " WHERE relkind = 'r' AND nspname !~ '^pg_|^information_schema$'"
        ).fetchall()
        for schema, table, columns in tables:
            if columns:
                query = sql.SQL("SELECT {} FROM ONLY {}").format(
                    sql.SQL(", ").join(
                        sql.SQL("{}::text").format(sql.Identifier(c)) for c in columns
                    ),
                    sql.Identifier(schema, table),
                )
                lines = connection.execute(query).fetchall()
                found[f"{schema}.{table}"] = (columns, Counter(lines))
    return found


def lost(before: Rows, after: Rows, steps: list[Step]) -> list[str]:
    """Tables with fewer rows or other values than before; those are known that a step names."""
    known = {step.loses for step in steps if step.loses}
    names = {
        step.statements[0].split()[2]: step.key[1]
        for step in steps
        if step.action == "rename" and step.key[0] == "table"
    }
    retyped = {
        f"{step.table}.{statement.split(' ALTER COLUMN ')[1].split()[0]}"
        for step in steps
        for statement in step.statements
        if " ALTER COLUMN " in statement and " TYPE " in statement
    }
    schemas = {
        step.statements[0].split()[2]: step.key[1]
        for step in steps
        if step.action == "rename" and step.key[0] == "schema"
    }
    everything: dict[tuple[str, ...], Counter[Any]] = {}
    for cs, counted in after.values():
        together = everything.setdefault(tuple(sorted(cs)), Counter())
        together.update(_project(counted, cs, sorted(cs)))
    found = []
    for table, (columns, lines) in before.items():
        schema, _, name = table.partition(".")
        names.setdefault(table, f"{schemas.get(schema, schema)}.{name}")
        if names.get(table, table) not in after:
            # The rows of a partition may have moved to others.
            there = everything.get(tuple(sorted(columns)), Counter())
            moved = _project(lines, columns, sorted(columns)) <= there
            if lines and table not in known and not moved:
                found.append(f"{table}: gone with {lines.total()} rows")
            continue
        columns_now, lines_now = after[names.get(table, table)]
        common = [c for c in columns if c in columns_now and f"{table}.{c}" not in known | retyped]
        if not _project(lines, columns, common) <= _project(lines_now, columns_now, common):
            found.append(f"{table}: rows differ in {', '.join(common)}")
        for column in columns:
            filled = any(line[columns.index(column)] is not None for line in lines)
            if (
                column not in columns_now
                and filled
                and not _moved(column, lines, columns, lines_now, columns_now, known, table)
            ):
                found.append(f"{table}.{column}: values gone")
    return found


def _project(lines: Counter[Any], columns: list[str], common: list[str]) -> Counter[Any]:
    places = [columns.index(column) for column in common]
    found: Counter[Any] = Counter()
    for line, count in lines.items():
        found[tuple(line[place] for place in places)] += count
    return found


def _moved(
    column: str,
    lines: Counter[Any],
    columns: list[str],
    lines_now: Counter[Any],
    columns_now: list[str],
    known: set[str],
    table: str,
) -> bool:
    """Whether the values are in a column of another name now, or their loss is said by name."""
    if any(name.endswith(f".{column}") for name in known):  # perhaps of the table above
        return True
    values = _project(lines, columns, [column])
    new = [name for name in columns_now if name not in columns]
    return any(_project(lines_now, columns_now, [name]) == values for name in new)
