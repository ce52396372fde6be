"""What is written runs on tables that hold rows, and its downgrades do not lose any unasked."""

import pytest
import sqlalchemy as sa

from migrator.errors import MigratorError
from tests.autogenerate.lab import Lab
from tests.autogenerate.world import all_of, changed, column, constraint, world
from tests.database import execute


@pytest.fixture
def filled(lab: Lab) -> Lab:
    execute(lab.url, "INSERT INTO owners (name) SELECT 'owner ' || n FROM generate_series(1, 9) n")
    execute(
        lab.url,
        "INSERT INTO items (owner_id, title, price) SELECT 1, 'item ' || n, n"
        " FROM generate_series(1, 500) n",
    )
    return lab


def test_old_rows_get_a_value_of_their_own(filled: Lab) -> None:
    metadata = changed(
        column("u", sa.Uuid, server_default=sa.func.gen_random_uuid(), nullable=False)
    )
    assert [path.stem[14:] for path in filled.revise(metadata)] == [
        "add_u_to_items",
        "fill_items_u",
        "require_u_of_items",
    ]
    assert filled.upgrade(metadata) == []
    assert execute(filled.url, "SELECT count(DISTINCT u) FROM items") == [(500,)]
    with pytest.raises(MigratorError) as refused:
        filled.downgrade(metadata)
    assert str(refused.value).splitlines()[1] == (
        'detail: rows of "items" that the older schema has no room for: 500'
    )


def test_a_column_dropped_by_an_upgrade_comes_back_empty(filled: Lab) -> None:
    def drop(metadata: sa.MetaData) -> None:
        items = metadata.tables["items"]
        items._columns.remove(items.c.price)

    metadata = changed(drop)
    (written,) = filled.revise(metadata)
    assert "The downgrade brings it back empty." in " ".join(written.read_text().split())
    assert filled.upgrade(metadata) == []
    assert filled.downgrade(metadata) == []
    assert execute(filled.url, "SELECT count(*), count(price) FROM items") == [(500, 0)]


def test_what_old_rows_break_stops_at_its_proof(filled: Lab) -> None:
    metadata = changed(
        all_of(
            constraint(lambda: sa.CheckConstraint("price < 100", name="cheap")),
            column("state", sa.Text, nullable=False),
        )
    )
    filled.revise(metadata)
    with pytest.raises(MigratorError):
        filled.upgrade(metadata)
    assert execute(
        filled.url, "SELECT convalidated FROM pg_constraint WHERE conname = 'ck_items_cheap'"
    ) == [(False,)]
    execute(filled.url, "DELETE FROM items WHERE price >= 100")
    execute(filled.url, "UPDATE items SET state = 'open'")
    assert filled.upgrade(metadata) == []
    assert filled.downgrade(world()) == []
    assert execute(filled.url, "SELECT count(state) FROM items") == [(99,)]
