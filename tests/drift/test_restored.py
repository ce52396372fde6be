"""Schemas of all kinds of objects: dumped and restored, made out of nothing, unmade."""

import re
from pathlib import Path

import pytest

from migrator.catalog import differences
from migrator.catalog.settle import settled
from migrator.embedded import Server
from migrator.repair import repair
from tests.catalog.databases import make, tool
from tests.drift.judge import apply, catalog

HERE = Path(__file__).parent
RENTAL = (HERE / "rental.sql").read_text()
SCHEMAS = {name: (HERE / f"{name}.sql").read_text() for name in ("rental", "everything")}


@pytest.fixture(params=SCHEMAS)
def name(request: pytest.FixtureRequest, judged: Server) -> str:
    """Of a schema that this server can hold."""
    needed = set(re.findall(r"CREATE EXTENSION (\w+)", SCHEMAS[request.param]))
    with judged.connect() as admin:
        found = admin.execute("SELECT name FROM pg_available_extensions").fetchall()
    if not needed <= {row[0] for row in found}:
        pytest.skip("this PostgreSQL was built without the contributed extensions")
    return str(request.param)


def test_dumped_and_restored(judged: Server, name: str) -> None:
    make(judged, f"{name}_first", SCHEMAS[name])
    make(judged, f"{name}_again", tool(judged, "pg_dump", f"{name}_first"))
    wanted, actual = catalog(judged, f"{name}_first"), catalog(judged, f"{name}_again")
    assert differences(wanted, actual) == []
    assert repair(wanted, actual) == []


def test_made_out_of_nothing_and_unmade(judged: Server, name: str) -> None:
    """The repair of an empty database is the schema, and pg_dump says so too."""
    make(judged, f"{name}_whole", SCHEMAS[name])
    make(judged, f"{name}_empty", "")
    wanted, empty = catalog(judged, f"{name}_whole"), catalog(judged, f"{name}_empty")
    apply(judged, f"{name}_empty", repair(wanted, empty))
    made = catalog(judged, f"{name}_empty")
    assert differences(wanted, made) == []
    assert _dumped(judged, f"{name}_empty") == _dumped(judged, f"{name}_whole")
    apply(judged, f"{name}_empty", repair(empty, made))
    assert differences(empty, catalog(judged, f"{name}_empty")) == []


def _dumped(server: Server, database: str) -> list[str]:
    """The lines of the schema, in no order; without names that PostgreSQL 18 gave by itself."""
    text = tool(server, "pg_dump", "--schema-only", database)
    text = re.sub(r" CONSTRAINT \w+_not_null\d* NOT NULL", " NOT NULL", text)
    lines = map(settled, text.splitlines())
    return sorted(line.strip().rstrip(",") for line in lines if not line.startswith("\\"))


def test_a_dump_of_15_restored_here(server: Server, oldest: Server) -> None:
    make(oldest, "rental", RENTAL)
    make(server, "rental_of_15", tool(oldest, "pg_dump", "rental"))
    make(server, "rental_native", RENTAL)
    found = differences(catalog(server, "rental_native"), catalog(server, "rental_of_15"))
    assert [str(one) for one in found] == []
