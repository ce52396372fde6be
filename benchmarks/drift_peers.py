"""What do other tools see of the drifts of tests/drift/cases, and do they repair them?

    python -m benchmarks drift_peers [--major 18] [--write]

pgmig and results compare B with A; `alembic check` compares B with models reflected from A. One
that is not on the PATH, or beside this Python, is left out. A drift counts as seen when the tool
says anything at all, a gift to the tool, and as repaired when its SQL leaves no difference in our
catalog and no row is lost. A tool that fails sees nothing.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import psycopg
import sqlalchemy as sa
from alembic.autogenerate import produce_migrations
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.operations.ops import OpContainer

from benchmarks.drift_score import own_server
from docs._generate.markdown import between, table
from migrator.catalog import Catalog, differences
from migrator.embedded import Server
from migrator.repair import repair
from tests.catalog.databases import psql
from tests.drift.judge import Case, apply, catalog, changed, given, lost, make_roles, rows

PAGE = Path(__file__).parent.parent / "docs" / "drift.md"
_HEADS = ("tool", "seen", "repaired", "false alarms")

Tool = Callable[[Server, str, str], str]
"""The SQL that makes the second database, B, equal to the first; empty when it sees nothing."""


def _pgmig(server: Server, a: str, b: str) -> str:
    urls = ("--source", _url(server, b), "--target", _url(server, a))
    return _sql(_run("pgmig", "generate", *urls))


def _results(server: Server, a: str, b: str) -> str:
    urls = (_url(server, b), _url(server, a))
    return _sql(_run("results", "dbdiff", "--with-privileges", *urls))


def _alembic(server: Server, a: str, b: str) -> str:
    """It runs its operations on B itself, so that nothing is left to be run."""
    metadata = sa.MetaData()
    metadata.reflect(sa.create_engine(server.url(a), poolclass=sa.NullPool))
    engine = sa.create_engine(server.url(b), poolclass=sa.NullPool)
    with engine.begin() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        script = produce_migrations(context, metadata)
        if script.upgrade_ops is None or script.upgrade_ops.is_empty():
            return ""
        _invoke(Operations(context), script.upgrade_ops)
    return "-- run already"


def _invoke(operations: Operations, container: OpContainer) -> None:
    for one in container.ops:
        if isinstance(one, OpContainer):
            _invoke(operations, one)
        else:
            operations.invoke(one)


TOOLS: dict[str, Tool] = {
    "pgmig": _pgmig,
    "results": _results,
    "alembic check": _alembic,
}


def _program(name: str) -> str | None:
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else shutil.which(name)


def _run(name: str, *arguments: str) -> str:
    command = [_program(name) or name, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return done.stdout


def _url(server: Server, database: str) -> str:
    return server.url(database).replace("postgresql+psycopg://", "postgresql://")


def _sql(text: str) -> str:
    """The statements without remarks; empty when there are none."""
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("--"))
    return "\n".join(lines).strip()


@click.command()
@click.option("--major", default=18, help="Which PostgreSQL.")
@click.option("--write", is_flag=True, help="Write the table into docs/drift.md.")
def main(major: int, write: bool) -> None:
    """Compare with other tools on the same drifts."""
    tools = {name: tool for name, tool in TOOLS.items() if " " in name or _program(name)}
    for name in TOOLS.keys() - tools.keys():
        print(f"{name} is not installed here", file=sys.stderr)
    known = [case for case in given() if case.min_pg <= major and not case.hold_session]
    with own_server(major) as server:
        make_roles(server)
        found = [_ours(server, known)]
        found += [_theirs(server, known, name, tool) for name, tool in tools.items()]
    for row in found:
        print(*row, sep="  ")
    if write:
        PAGE.write_text(between(PAGE.read_text(), "peers", table(_HEADS, found), PAGE.name))


def _ours(server: Server, cases: list[Case]) -> list[str]:
    def go(b: str, _: Case, wanted: Catalog) -> bool:
        actual = catalog(server, b)
        apply(server, b, repair(wanted, actual))
        return bool(differences(wanted, actual))

    return _row(server, cases, "migrator drift", go)


def _theirs(server: Server, cases: list[Case], name: str, tool: Tool) -> list[str]:
    def go(b: str, case: Case, _: Catalog) -> bool:
        a = "peer_a"
        with server.connect() as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{a}" WITH (FORCE)'.encode())
            admin.execute(f'CREATE DATABASE "{a}" TEMPLATE template0'.encode())
        psql(server, a, case.wanted)
        statements = tool(server, a, b)
        if statements.strip("- \n") and not statements.startswith("-- run"):
            psql(server, b, statements, stop=False)
        return bool(statements)

    return _row(server, cases, name, go)


def _row(
    server: Server, cases: list[Case], name: str, go: Callable[[str, Case, Catalog], bool]
) -> list[str]:
    seen = repaired = alarms = drifts = 0
    for case in cases:
        with changed(server, case) as (b, wanted):
            before, steps = rows(server, b), repair(wanted, catalog(server, b))
            try:
                said = go(b, case, wanted)
            except (sa.exc.SQLAlchemyError, psycopg.Error, subprocess.TimeoutExpired) as error:
                print(f"{name}: {case.name}: {str(error).splitlines()[0]}", file=sys.stderr)
                said = False
            left = differences(wanted, catalog(server, b))
            good = not left and not lost(before, rows(server, b), steps)
        drifts += case.drift
        seen += case.drift and said
        repaired += case.drift and said and good
        alarms += said and not case.drift
    others = len(cases) - drifts
    return [
        name,
        f"{seen} of {drifts} ({seen / drifts:.0%})",
        f"{repaired} of {drifts} ({repaired / drifts:.0%})",
        f"{alarms} of {others}",
    ]


if __name__ == "__main__":
    main(prog_name="python -m benchmarks drift_peers")
