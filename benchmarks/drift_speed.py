"""How long a comparison takes, beside `alembic check` in the same run.

    python -m benchmarks drift_speed [--tables 1000] [--rounds 3]

Our schema, and a generated one. `alembic check` compares the models with the database, drift the
revisions; for the generated schema both compare in one process what is there with itself: reading
two catalogs and comparing them, against Alembic's comparison with metadata reflected before.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import click
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from benchmarks.drift_score import own_server
from migrator.catalog import differences, read
from migrator.embedded import Server, ensure_database
from migrator.project import EMBEDDED_ROLE
from migrator.repair import repair
from tests.conftest import BETTER_AUTH, ROOT

TABLE = """
CREATE TABLE t{0} (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    parent_id bigint REFERENCES t{1} (id) ON DELETE CASCADE,
    name varchar(200) NOT NULL,
    state text NOT NULL DEFAULT 'open' CONSTRAINT ck_t{0}_state CHECK (state IN ('open', 'done')),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT uq_t{0}_name UNIQUE (name)
);
CREATE INDEX ix_t{0}_parent ON t{0} (parent_id) WHERE parent_id IS NOT NULL;
"""


@click.command()
@click.option("--tables", default=1000, show_default=True)
@click.option("--rounds", default=3, show_default=True)
def main(tables: int, rounds: int) -> None:
    """Time of drift against alembic check."""
    with own_server() as server:
        ensure_database(server, "speed", EMBEDDED_ROLE, BETTER_AUTH)
        url = server.url("speed", EMBEDDED_ROLE)
        _run("upgrade", "head", url=url)
        print("our schema, whole processes")
        _told("alembic check", rounds, lambda: _run("check", url=url))
        _told("migrator drift", rounds, lambda: _drift(url))
        _generated(server, tables, rounds)


def _run(*arguments: str, url: str) -> None:
    _checked([sys.executable, "-m", "alembic", *arguments], url)


def _drift(url: str) -> None:
    _checked([sys.executable, "-m", "migrator", "drift"], url)


def _checked(command: list[str], url: str) -> None:
    environment = {"DATABASE_URL": url, "PATH": "/usr/bin:/bin"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)


def _generated(server: Server, tables: int, rounds: int) -> None:
    with server.connect() as admin:
        admin.execute("CREATE DATABASE generated")
    with server.connect("generated") as connection:
        for first in range(0, tables, 50):
            numbers = range(first, min(first + 50, tables))
            text = "".join(TABLE.format(number, max(0, number - 1)) for number in numbers)
            connection.execute(text.encode())
    engine = sa.create_engine(server.url("generated"), poolclass=sa.NullPool)
    metadata = sa.MetaData()
    metadata.reflect(engine)

    def ours() -> None:
        with engine.connect() as connection:
            wanted, actual = read(connection), read(connection)
        if differences(wanted, actual) or repair(wanted, actual):
            sys.exit("the schema differs from itself")

    def alembics() -> None:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection)
            if compare_metadata(context, metadata):
                sys.exit("the schema differs from what was reflected of it")

    print(f"generated schema of {tables} tables, in this process")
    _told("alembic compare_metadata", rounds, alembics)
    _told("two catalogs read and compared", rounds, ours)


def _told(name: str, rounds: int, work: Callable[[], None]) -> None:
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    print(f"  {name:32} {statistics.median(seconds):7.2f} s (median of {rounds})")
