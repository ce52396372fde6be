"""What `reverse` says word for word, and what it leaves behind: nothing."""

import shutil
from pathlib import Path

import pytest

from migrator.embedded import Server
from migrator.errors import MigratorError
from migrator.review.reversal import Given, Place, reverse
from migrator.review.reversal.steps import Worker
from tests.reversal.projects import CASES, write

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


def test_an_env_that_connects_elsewhere_is_led_to_the_throwaway_database(
    server: Server, place: Place, steps: Worker, tmp_path: Path
) -> None:
    ini = write(tmp_path, "", "SELECT 1")
    env = tmp_path / "migrations" / "env.py"
    env.write_text(env.read_text().replace("return config", f"return {server.url()!r} or config"))
    assert reverse(ini, "0001", "0002", place=place, worker=steps).verdict == "reversible"
    with server.connect() as connection:
        found = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
    assert found == (None,)


def test_a_revision_before_that_does_not_run(place: Place, steps: Worker, tmp_path: Path) -> None:
    ini = write(tmp_path, "SELECT 1 / 0", "SELECT 1")
    with pytest.raises(MigratorError) as raised:
        reverse(ini, "0001", "0002", place=place, worker=steps)
    assert raised.value.message == (
        'revision "0001", where the rehearsal begins, could not be reached: division by zero'
    )
    assert raised.value.hint == "run the chain in an empty database: alembic upgrade head"


def test_a_seed_of_an_earlier_schema_is_brought_along(
    place: Place, steps: Worker, tmp_path: Path
) -> None:
    shutil.copytree(CASES[0], tmp_path, dirs_exist_ok=True)
    (tmp_path / "versions" / "0003_later.py").write_text(
        'from alembic import op\nrevision = "0003"\ndown_revision = "0002"\n'
        'def upgrade():\n    op.execute("UPDATE customers SET full_name = upper(full_name)")\n'
        "def downgrade():\n    pass\n"
    )
    (tmp_path / "versions" / "0002_change.py").write_text(
        'from alembic import op\nrevision = "0002"\ndown_revision = "0001"\n'
        'def upgrade():\n    op.drop_column("customers", "score")\n'
        "def downgrade():\n    pass\n"
    )
    given = Given(CASES[0] / "seed.sql")
    ini = tmp_path / "alembic.ini"
    found = reverse(ini, "0002", "0003", place=place, worker=steps, given=given)
    assert [(one.rule, one.column) for one in found.losses] == [("value-changed", "full_name")]
    assert found.rows["public.customers"] == 140
    first = reverse(ini, "base", "0001", place=place, worker=steps, given=given)
    assert first.verdict == "reversible"
