"""What `reverse` says word for word, and what it leaves behind: nothing."""

from pathlib import Path

import pytest

from migrator.embedded import Server
from migrator.errors import MigratorError
from migrator.review.reversal import Given, Place, reverse
from migrator.review.reversal.steps import Worker
from tests.reversal.projects import write

_SEED = """
INSERT INTO people (id, name, email, tags) OVERRIDING SYSTEM VALUE
VALUES (1, ' Ada ', 'ada@example.org', '{a,b}'), (2, 'Bob', 'bob@example.org', NULL);
SELECT setval('people_id_seq', 2);
"""


@pytest.fixture
def given(tmp_path: Path) -> Given:
    """Two people."""
    seed = tmp_path / "seed.sql"
    seed.write_text(_SEED)
    return Given(seed)


def test_losses_are_told_with_their_table_column_and_count(
    place: Place, steps: Worker, tmp_path: Path, given: Given
) -> None:
    up = "UPDATE people SET name = btrim(name); DELETE FROM people WHERE id = 2"
    ini = write(tmp_path, "", f"{up}; ALTER TABLE people ALTER COLUMN rate DROP DEFAULT")
    found = reverse(ini, "0001", "0002", place=place, worker=steps, given=given)
    assert found.verdict == "lossy"
    assert [(one.rule, one.severity, one.message) for one in found.findings] == [
        (
            "row-lost",
            "error",
            'rows of "people" are missing after upgrade and downgrade: 1 of 2 rows',
        ),
        (
            "value-changed",
            "error",
            'values of "people" column "name" are not the same after upgrade and downgrade:'
            " 1 of 2 rows",
        ),
        (
            "schema-not-restored",
            "warning",
            "the schema is not the same after upgrade and downgrade: table column"
            " public.people.rate: default is not set, expected 0",
        ),
    ]
    assert found.findings[1].evidence == {
        "what": "values_changed",
        "table": "public.people",
        "column": "name",
        "count": 1,
        "phase": "downgrade",
        "detail": "1 of 2 rows",
    }


def test_a_declared_way_without_return_is_a_note_that_says_what_is_lost(
    place: Place, steps: Worker, tmp_path: Path, given: Given
) -> None:
    down = "DO $$ BEGIN RAISE EXCEPTION 'names are gone'; END $$"
    ini = write(tmp_path, "", "UPDATE people SET name = NULL", down)
    found = reverse(ini, "0001", "0002", place=place, worker=steps, given=given)
    assert found.verdict == "irreversible-declared"
    assert [(one.rule, one.severity) for one in found.findings] == [
        ("value-changed", "note"),
        ("irreversible-declared", "note"),
    ]
    assert found.findings[1].message == (
        "the revision says that it cannot be undone: names are gone"
    )


def test_an_upgrade_that_takes_no_row_is_no_verdict(
    place: Place, steps: Worker, tmp_path: Path, given: Given
) -> None:
    ini = write(tmp_path, "", "ALTER TABLE people ALTER COLUMN tags SET NOT NULL")
    found = reverse(ini, "0001", "0002", place=place, worker=steps, given=given)
    assert found.verdict == "unknown"
    assert [(one.rule, one.severity) for one in found.findings] == [("fails-on-data", "note")]


def test_roles_and_databases_are_gone_afterwards(
    server: Server, place: Place, steps: Worker, tmp_path: Path
) -> None:
    def there() -> set[str]:
        query = "SELECT rolname::text FROM pg_roles UNION SELECT datname FROM pg_database"
        with server.connect() as admin:
            return {name for (name,) in admin.execute(query)}

    before = there()
    up = "CREATE ROLE reversal_new; GRANT SELECT ON visits TO reversal_old, reversal_new"
    ini = write(tmp_path, "CREATE ROLE reversal_old", up, "DROP OWNED BY reversal_new")
    reverse(ini, "0001", "0002", place=place, worker=steps)
    assert there() == before


def test_an_env_that_connects_elsewhere_is_stopped(
    server: Server, place: Place, steps: Worker, tmp_path: Path
) -> None:
    ini = write(tmp_path, "", "SELECT 1")
    env = tmp_path / "migrations" / "env.py"
    env.write_text(env.read_text().replace("return config", f"return {server.url()!r} or config"))
    with pytest.raises(MigratorError) as raised:
        reverse(ini, "0001", "0002", place=place, worker=steps)
    assert raised.value.message == (
        'revision "0001", where the rehearsal begins, could not be reached:'
        " env.py connects to another database than DATABASE_URL names"
    )
    assert raised.value.hint == "run the chain in an empty database: alembic upgrade head"
