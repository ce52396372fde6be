"""Every kind of change to a schema is seen, and named as PostgreSQL names the object."""

import psycopg
import pytest
import sqlalchemy as sa

from migrator.catalog import Catalog, Difference, differences, read
from migrator.embedded import Server
from tests.catalog import changes
from tests.catalog.databases import Run, catalog_of, make, psql, raw_of


@pytest.mark.parametrize("change", changes.EVERY)
def test_change_is_seen_and_named(
    connection: sa.Connection, run: Run, wanted: Catalog, change: str
) -> None:
    run(change)
    found = differences(wanted, read(connection))
    assert names(found) == changes.EVERY[change]


@pytest.mark.parametrize("change", changes.NEW_IN_18)
def test_change_of_postgresql_18_is_seen_and_named(
    connection: sa.Connection, run: Run, wanted: Catalog, change: str
) -> None:
    if raw_of(connection).info.server_version < 180000:
        with pytest.raises(psycopg.errors.SyntaxError):
            run(change)
        return
    run(change)
    found = differences(wanted, read(connection))
    assert names(found) == changes.NEW_IN_18[change]


def test_index_left_invalid_is_seen(server: Server) -> None:
    schema = "CREATE TABLE t (id int); INSERT INTO t VALUES (1), (1);"
    for database in ("valid", "invalid"):
        make(server, database, schema)
    psql(server, "valid", "TRUNCATE t")
    for database in ("valid", "invalid"):
        psql(server, database, "CREATE UNIQUE INDEX CONCURRENTLY uq ON t (id)", stop=False)
    found = differences(catalog_of(server, "valid"), catalog_of(server, "invalid"))
    assert [str(one) for one in found] == [
        "index public.uq: ready is no, expected yes",
        "index public.uq: valid is no, expected yes",
    ]


def names(found: list[Difference]) -> tuple[str, ...]:
    return tuple(
        f"{one.kind} {one.object}" + (f": {one.attribute}" if one.attribute else "")
        for one in found
    )
