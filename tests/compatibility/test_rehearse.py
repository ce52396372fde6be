"""Statements of the release before a revision, made from the catalog, tried after it."""

from pathlib import Path

import pytest

from migrator.review.compatibility import findings, rehearse
from migrator.review.finding import Finding
from migrator.review.reversal import Place
from migrator.review.reversal.steps import Worker
from tests.reversal.projects import write

_READER = "CREATE ROLE compatibility_reader; GRANT SELECT, INSERT ON visits TO compatibility_reader"

BREAKS = {
    "a renamed column": (
        "",
        "ALTER TABLE people RENAME COLUMN nickname TO alias",
        "drop-column",
        'column "nickname" does not exist',
    ),
    "a dropped column": (
        "",
        "ALTER TABLE people DROP COLUMN span",
        "drop-column",
        'column "span" does not exist',
    ),
    "a renamed table": (
        "",
        "ALTER TABLE visits RENAME TO views",
        "drop-table",
        'relation "public.visits" does not exist',
    ),
    "a required column": (
        "",
        "ALTER TABLE visits ADD COLUMN agent text NOT NULL DEFAULT '';"
        " ALTER TABLE visits ALTER COLUMN agent DROP DEFAULT",
        "old-writes-break",
        'null value in column "agent"',
    ),
    "a new NOT NULL": (
        "",
        "UPDATE people SET active = false WHERE active IS NULL;"
        " ALTER TABLE people ALTER COLUMN active SET NOT NULL",
        "old-writes-break",
        'null value in column "active"',
    ),
    "a tighter CHECK": (
        "",
        "UPDATE orders SET status = 'new' WHERE status = 'void';"
        " ALTER TABLE orders DROP CONSTRAINT ck_orders_status,"
        " ADD CONSTRAINT ck_orders_status CHECK (status IN ('new', 'paid'))",
        "old-writes-break",
        'violates check constraint "ck_orders_status"',
    ),
    "a dropped default": (
        "",
        "ALTER TABLE orders ALTER COLUMN status DROP DEFAULT",
        "old-writes-break",
        'null value in column "status"',
    ),
    "a column the server makes": (
        "",
        "ALTER TABLE people DROP COLUMN age;"
        " ALTER TABLE people ADD COLUMN age integer GENERATED ALWAYS AS (7) STORED",
        "old-writes-break",
        '"age"',
    ),
    "a lost grant": (
        _READER,
        "REVOKE SELECT ON visits FROM compatibility_reader",
        "breaks-running-release",
        "permission denied for table visits",
    ),
    "a hidden row": (
        _READER,
        "ALTER TABLE visits ENABLE ROW LEVEL SECURITY",
        "rls-hides-rows",
        "rows instead of",
    ),
    "a lost policy": (
        f"{_READER}; ALTER TABLE visits ENABLE ROW LEVEL SECURITY;"
        " CREATE POLICY everybody ON visits USING (true)",
        "DROP POLICY everybody ON visits",
        "rls-hides-rows",
        "0 rows instead of",
    ),
}

GOES_ON = {
    "a new column": "ALTER TABLE people ADD COLUMN alias text",
    "a new column with a default": "ALTER TABLE people ADD COLUMN n integer NOT NULL DEFAULT 0",
    "a new table": "CREATE TABLE shops (id integer PRIMARY KEY)",
    "a wider type": "ALTER TABLE parts ALTER COLUMN quantity TYPE bigint",
    "a looser CHECK": "ALTER TABLE orders DROP CONSTRAINT ck_orders_status",
    "an index": "CREATE INDEX ix_parts_label ON parts (label)",
    "a view in its place": "ALTER TABLE visits RENAME TO views;"
    " CREATE VIEW visits AS SELECT * FROM views;"
    " ALTER VIEW visits ALTER COLUMN at SET DEFAULT now()",
}


def _found(folder: Path, place: Place, steps: Worker, setup: str, upgrade: str) -> list[Finding]:
    ini = write(folder, setup, upgrade)
    return list(findings("0002", rehearse(ini, "0001", "0002", place=place, worker=steps)))


@pytest.mark.parametrize("name", BREAKS)
def test_the_statement_that_broke_is_told(
    name: str, place: Place, steps: Worker, tmp_path: Path
) -> None:
    setup, upgrade, rule, said = BREAKS[name]
    found = _found(tmp_path, place, steps, setup, upgrade)
    assert {one.rule for one in found} == {rule}
    assert any(said in one.message for one in found)
    assert found[0].evidence["statement"]
    assert found[0].evidence["hint"]


@pytest.mark.parametrize("name", GOES_ON)
def test_what_adds_only_breaks_nothing(
    name: str, place: Place, steps: Worker, tmp_path: Path
) -> None:
    assert _found(tmp_path, place, steps, "", GOES_ON[name]) == []
