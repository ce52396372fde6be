"""The recipes of docs/recipes.md: the same text, and run while two releases are at work."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from migrator import errors, runner
from migrator.catalog import differences, read
from migrator.embedded import Server
from migrator.project import EMBEDDED_ROLE
from migrator.render.revision import file_name, render_revision
from migrator.sandbox import sandbox
from tests.database import opened
from tests.lab import ROOT, lab
from tests.psql import psql
from tests.recipes.traffic import Release, Traffic

HERE = Path(__file__).parent
PAGE = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
ROWS = 1500
OPERATIONS = 150
"""Of each release between two steps."""


@dataclass(frozen=True)
class Recipe:
    """`steps`: a number is so many revisions more, names are the releases that run from then on."""

    releases: dict[str, Release]
    steps: list[int | tuple[str, ...]]


RECIPES = {
    "rename_column": Recipe(
        {
            "old": Release(
                "INSERT INTO songs (title) VALUES (%(value)s) RETURNING id",
                "UPDATE songs SET title = %(value)s WHERE id = %(id)s",
                "SELECT title FROM songs WHERE id = %(id)s",
            ),
            "new": Release(
                "INSERT INTO songs (name) VALUES (%(value)s) RETURNING id",
                "UPDATE songs SET name = %(value)s WHERE id = %(id)s",
                "SELECT name FROM songs WHERE id = %(id)s",
            ),
        },
        [("old",), 1, 1, 1, ("old", "new"), ("new",), 1],
    ),
    "change_type": Recipe(
        {
            "old": Release(
                "INSERT INTO bills (due) VALUES (%(value)s) RETURNING id",
                "UPDATE bills SET due = %(value)s WHERE id = %(id)s",
                "SELECT due FROM bills WHERE id = %(id)s",
            ),
            "new": Release(
                "INSERT INTO bills (due_on) VALUES (%(value)s) RETURNING id",
                "UPDATE bills SET due_on = %(value)s WHERE id = %(id)s",
                "SELECT due_on::text FROM bills WHERE id = %(id)s AND due_on < '2100-01-01'",
            ),
        },
        [("old",), 1, 1, ("old", "new"), ("new",), 1],
    ),
    "split_table": Recipe(
        {
            "old": Release(
                "INSERT INTO people (name, city) VALUES ('ada', %(value)s) RETURNING id",
                "UPDATE people SET city = %(value)s WHERE id = %(id)s",
                "SELECT city FROM people WHERE id = %(id)s",
            ),
            "between": Release(
                "INSERT INTO people (name, city) VALUES ('ada', %(value)s) RETURNING id",
                "UPDATE people SET city = %(value)s WHERE id = %(id)s",
                "SELECT city FROM addresses WHERE person_id = %(id)s",
            ),
            "new": Release(
                "WITH person AS (INSERT INTO people (name) VALUES ('ada') RETURNING id)"
                " INSERT INTO addresses (person_id, city) SELECT id, %(value)s FROM person"
                " RETURNING person_id",
                "INSERT INTO addresses (person_id, city) VALUES (%(id)s, %(value)s)"
                " ON CONFLICT (person_id) DO UPDATE SET city = excluded.city",
                "SELECT city FROM addresses WHERE person_id = %(id)s",
            ),
        },
        [("old",), 1, 1, ("old", "between"), ("between",), ("between", "new"), ("new",), 1],
    ),
    "make_not_null": Recipe(
        {
            "old": Release(
                "INSERT INTO tickets (title) VALUES (%(value)s) RETURNING id",
                "UPDATE tickets SET title = %(value)s WHERE id = %(id)s",
                "SELECT title FROM tickets WHERE id = %(id)s",
            ),
            "new": Release(
                "INSERT INTO tickets (title, urgency) VALUES (%(value)s, 'high') RETURNING id",
                "UPDATE tickets SET title = %(value)s, urgency = 'low' WHERE id = %(id)s",
                "SELECT title FROM tickets WHERE id = %(id)s AND urgency <> ''",
            ),
        },
        [("old",), 1, 1, 1, ("old", "new"), ("new",)],
    ),
    "drop_column": Recipe(
        {
            "old": Release(
                "INSERT INTO links (url, icon) VALUES (%(value)s, 'star') RETURNING id",
                "UPDATE links SET url = %(value)s, icon = 'moon' WHERE id = %(id)s",
                "SELECT url FROM links WHERE id = %(id)s AND icon <> ''",
            ),
            "new": Release(
                "INSERT INTO links (url) VALUES (%(value)s) RETURNING id",
                "UPDATE links SET url = %(value)s WHERE id = %(id)s",
                "SELECT url FROM links WHERE id = %(id)s",
            ),
        },
        [("old",), 1, ("old", "new"), ("new",), 1],
    ),
}


@pytest.fixture
def database(server: Server, auth_template: str) -> Iterator[str]:
    """An empty one; the template brings the role."""
    with sandbox(server.url(), prefix="recipe", owner=EMBEDDED_ROLE) as address:
        yield server.url(sa.make_url(address).database or "", EMBEDDED_ROLE)


@pytest.mark.parametrize("name", RECIPES)
def test_no_operation_fails_and_no_row_is_lost(
    name: str, server: Server, database: str, tmp_path: Path
) -> None:
    recipe = RECIPES[name]
    project = lab(tmp_path, server, database, versions=HERE / name / "versions")
    runner.upgrade(project, "+1")
    traffic = Traffic(database, recipe.releases)
    traffic.fill("old", ROWS)
    last = "old"
    with traffic.flowing():
        for step in recipe.steps:
            if isinstance(step, int):
                runner.upgrade(project, f"+{step}")
            else:
                traffic.run(*step)
                last = step[-1]
            traffic.go_on(OPERATIONS)
    print(f"{name}: {dict(sorted(traffic.done.items()))}")
    assert traffic.failed == []
    assert traffic.lost(last) == []
    assert runner.upgrade(project) == []


@pytest.mark.parametrize("name", RECIPES)
def test_undone_as_far_as_it_can_be(
    name: str, server: Server, database: str, tmp_path: Path
) -> None:
    project = lab(tmp_path, server, database, versions=HERE / name / "versions")
    line = list(reversed(list(project.script.walk_revisions())))
    runner.upgrade(project, line[0].revision)
    traffic = Traffic(database, RECIPES[name].releases)
    traffic.fill("old", 50)
    runner.upgrade(project)
    if reason := getattr(line[-1].module, "irreversible", None):
        with pytest.raises(errors.Refused) as refused:
            runner.downgrade(project)
        assert refused.value.message == f"this revision cannot be undone: {reason}"
        return
    runner.downgrade(project, line[0].revision)
    assert traffic.lost("old") == []


@pytest.mark.parametrize("name", RECIPES)
def test_the_same_by_the_files_for_psql(
    name: str, server: Server, auth_template: str, tmp_path: Path
) -> None:
    catalogs = []
    for by_psql in (False, True):
        with sandbox(server.url(), prefix="recipe", owner=EMBEDDED_ROLE) as address:
            url = server.url(sa.make_url(address).database or "", EMBEDDED_ROLE)
            project = lab(tmp_path, server, url, versions=HERE / name / "versions")
            first, *line = reversed(list(project.script.walk_revisions()))
            runner.upgrade(project, first.revision)
            Traffic(url, RECIPES[name].releases).fill("old", 300)
            for script in line if by_psql else []:
                file = tmp_path / file_name(script, "upgrade")
                file.write_text(render_revision(project, script, "upgrade", None))
                done = psql(url, file)
                assert done.returncode == 0, done.stderr
            runner.upgrade(project)
            with opened(url) as connection:
                catalogs.append(read(connection))
    assert differences(*catalogs) == []


def blocks() -> dict[str, str]:
    """Path to code, as the page shows them."""
    found = re.findall(r"^`(tests/recipes/\S+\.py)`\n\n```python\n(.*?)^```$", PAGE, re.M | re.S)
    return dict(found)


def test_the_page_shows_the_revisions_that_are_tested() -> None:
    shown = blocks()
    for name in RECIPES:
        _, *files = sorted((HERE / name / "versions").glob("*.py"))
        for file in files:
            path = file.relative_to(ROOT).as_posix()
            assert shown.pop(path, None) == file.read_text(encoding="utf-8"), path
    assert shown == {}
