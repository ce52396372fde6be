"""Rows of the table in docs/autogenerate.md, run again."""

import os

import pytest

from tests.autogenerate.conftest import Copies
from tests.autogenerate.kinds import KINDS, Kind
from tests.autogenerate.trial import run

# One of each way in which a difference is written; `make bench ARGS=autogenerate_table` runs all.
SAMPLE = {
    "table",
    "NOT NULL column with a default of each row",
    "type with a default",
    "identity",
    "GIN, B-tree",
    "name of an index",
    "CHECK",
    "UNIQUE",
    "primary key",
    "foreign key to what is new",
    "policy",
    "grant on a table",
    "function",
    "trigger",
    "extended statistics",
}


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.name in SAMPLE], ids=lambda kind: kind.name
)
def test_there_and_back(kind: Kind, copies: Copies) -> None:
    assert kind.since <= int(os.environ.get("PG_MAJOR", "18"))
    with copies() as lab:
        results = run(kind, lab, alembic=False)
    assert [result for result in results if not result.ours] == []
    assert [result.upgrade + result.downgrade for result in results] == [[]] * len(results)
