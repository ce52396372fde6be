"""The same schema reached by other ways is no drift."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrator import embedded
from migrator.catalog import differences
from migrator.drift import compare, live
from migrator.embedded import Server
from migrator.repair import repair
from tests.catalog.databases import make, tool
from tests.conftest import ROOT, make_project
from tests.drift.judge import catalog
from tests.servers import installations

RENTAL = (Path(__file__).parent / "rental.sql").read_text()
OLDEST = 15


@pytest.fixture(scope="module")
def oldest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    programs = installations()
    if OLDEST not in programs:
        pytest.skip("PostgreSQL 15 is not on this machine")
    folder = tmp_path_factory.mktemp("oldest")
    yield embedded.start(folder, durable=False, bin_dir=programs[OLDEST])
    embedded.stop(folder)


def test_a_rental_shop_dumped_and_restored(server: Server) -> None:
    make(server, "rental", RENTAL)
    make(server, "rental_again", tool(server, "pg_dump", "rental"))
    wanted, actual = catalog(server, "rental"), catalog(server, "rental_again")
    assert differences(wanted, actual) == []
    assert repair(wanted, actual) == []


def test_a_rental_shop_made_out_of_nothing(server: Server) -> None:
    """The repair of an empty database is the schema."""
    make(server, "rental_whole", RENTAL)
    make(server, "rental_empty", "")
    wanted = catalog(server, "rental_whole")
    with server.connect("rental_empty") as connection:
        for step in repair(wanted, catalog(server, "rental_empty")):
            for statement in step.statements:
                connection.execute(statement.encode())
    assert differences(wanted, catalog(server, "rental_empty")) == []


def test_a_rental_shop_unmade(server: Server) -> None:
    make(server, "rental_unmade", RENTAL)
    make(server, "rental_none", "")
    wanted = catalog(server, "rental_none")
    with server.connect("rental_unmade") as connection:
        for step in repair(wanted, catalog(server, "rental_unmade")):
            for statement in step.statements:
                connection.execute(statement.encode())
    assert differences(wanted, catalog(server, "rental_unmade")) == []


def test_a_dump_of_15_restored_here(server: Server, oldest: Server) -> None:
    make(oldest, "rental", RENTAL)
    make(server, "rental_of_15", tool(oldest, "pg_dump", "rental"))
    make(server, "rental_native", RENTAL)
    found = differences(catalog(server, "rental_native"), catalog(server, "rental_of_15"))
    assert [str(one) for one in found] == []


def test_our_schema_by_psql(server: Server, auth_database: str) -> None:
    scripts = sorted((ROOT / "sql").glob("*.up.sql"))
    for script in scripts:
        subprocess.run(
            [
                server.bin_dir / "psql",
                "-qX",
                "-v",
                "ON_ERROR_STOP=1",
                "-f",
                script,
                _plain(auth_database),
            ],
            check=True,
            capture_output=True,
            env=os.environ | {"PGOPTIONS": "-c client_min_messages=warning"},
        )
    report = compare(live(make_project(auth_database)))
    assert [str(one.difference) for one in report.repaired] == []


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")
