"""The documentation: rendered pages are the database's, links lead somewhere, code runs."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from docs._generate import (
    adrs,
    erd,
    indexes,
    markdown,
    mistakes,
    plans,
    schema,
    security,
)
from migrator import errors
from migrator.catalog import Catalog, read
from migrator.embedded import Server
from migrator.project import ours
from migrator.settings import Settings
from models import metadata
from queries.settings import Settings as SettingsOfQueries
from tests.checked import ROOT, copy, edit
from tests.database import execute, opened

HIDDEN = re.compile(r"^[.]|^node_modules$")
PAGES = sorted(
    path.relative_to(ROOT)
    for path in ROOT.rglob("*.md")
    if not any(HIDDEN.search(part) for part in path.relative_to(ROOT).parts)
)
ADRS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
SECTIONS = [
    "## Context",
    "## Decision",
    "## Consequences",
    "## A change violates this decision when it …",
    "## Evidence",
]


def text(page: Path) -> str:
    return (ROOT / page).read_text()


# Rendered pages


def catalog_of(url: str) -> Catalog:
    with opened(url) as connection:
        return read(connection).only(ours(metadata), {"function"}).without_owners()


def test_pages_say_what_the_database_says(head_database: str) -> None:
    catalog = catalog_of(head_database)
    assert text(Path("docs/schema.md")) == schema.page(metadata, catalog)
    assert text(Path("docs/indexes.md")) == indexes.page(catalog)


def test_the_list_of_decisions_is_complete() -> None:
    assert text(Path("docs/adr/README.md")) == adrs.page(ROOT / "docs" / "adr")


@pytest.mark.parametrize(
    ("page", "marker", "content"),
    [
        ("README.md", "erd", erd.diagram(metadata)),
        ("docs/migrations.md", "errors", mistakes.table()),
        ("docs/queries.md", "queries", plans.table()),
    ],
    ids=["erd", "errors", "queries"],
)
def test_rendered_parts_are_fresh(page: str, marker: str, content: str) -> None:
    written = text(Path(page))
    assert markdown.between(written, marker, content, page) == written


def test_the_checklist_is_the_databases(
    head_database: str, admin_url: Callable[[str], str]
) -> None:
    """All of the page's table, though not that it is complete: tests/security/test_checklist.py."""
    engine = sa.create_engine(admin_url(head_database), poolclass=sa.NullPool)
    with engine.connect() as connection:
        found = security.checklist(ours(metadata), read(connection), security.uses(engine))
    written = text(Path("docs/security.md"))
    assert markdown.between(written, "checklist", found, "docs/security.md") == written


@pytest.mark.parametrize(
    "change",
    [
        "COMMENT ON COLUMN tasks.title IS 'Something else'",
        "ALTER TABLE tasks ALTER COLUMN description SET NOT NULL",
        "ALTER TABLE messages ALTER COLUMN role SET DEFAULT 'user'",
        "ALTER TABLE messages DROP CONSTRAINT ck_messages_role",
        "ALTER TABLE tasks ADD COLUMN priority smallint",
        "DROP STATISTICS st_messages_user_id_conversation_id",
        "DROP POLICY app_user_delete ON tasks",
        "GRANT SELECT (title) ON tasks TO PUBLIC",
        "CREATE INDEX ix_tasks_title ON tasks (title)",
    ],
)
def test_the_dictionary_shows_each_kind_of_change(head_database: str, change: str) -> None:
    execute(head_database, change)
    assert schema.page(metadata, catalog_of(head_database)) != text(Path("docs/schema.md"))


def test_a_page_without_a_place_is_refused() -> None:
    with pytest.raises(errors.MigratorError) as refused:
        markdown.between("# Title\n<!-- erd -->\n", "erd", "diagram", "README.md")
    assert str(refused.value) == (
        'error: "README.md" has no place for its generated part\n'
        "hint: put <!-- erd --> and <!-- /erd --> where it belongs"
    )


def test_the_command_names_a_stale_page_and_renders_it(tmp_path: Path, server: Server) -> None:
    copy(tmp_path, server)
    for name in ("docs", "migrator", "queries", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "README.md", tmp_path)
    edit(tmp_path / "docs" / "schema.md", "Done or not.", "Done or not?")

    def generate(*options: str) -> tuple[int, str]:
        command = [sys.executable, "docs/generate.py", *options]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    assert generate("--check") == (
        1,
        'finding: "docs/schema.md" is not what it is rendered from says\n'
        "detail: the models, the revisions, the decisions or the errors have changed since\n"
        "hint: run `make docs` and commit what it writes\n",
    )
    assert generate() == (0, "")
    assert generate("--check") == (0, "")
    assert (tmp_path / "docs" / "schema.md").read_text() == text(Path("docs/schema.md"))


# What people wrote


def anchors(page: Path) -> set[str]:
    """The anchors of the headings, as GitHub makes them."""
    heads = re.findall(r"^#+ +(.+)$", outside_fences(text(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def outside_fences(written: str) -> str:
    return re.sub(r"^ *```.*?^ *```$", "", written, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?://)([^)]+)\)", outside_fences(text(page))):
        path, _, anchor = target.partition("#")
        other = (ROOT / page).parent / path if path else ROOT / page
        assert other.exists(), target
        assert not anchor or anchor in anchors(other), target


def python_blocks(page: Path) -> Iterator[tuple[str, bool]]:
    """Each block of Python with whether it is marked to be run."""
    pattern = r"(<!-- run -->\n)?^( *)```python\n(.*?)^ *```$"
    for marked, indent, code in re.findall(pattern, text(page), re.MULTILINE | re.DOTALL):
        yield re.sub(rf"^{indent}", "", code, flags=re.MULTILINE), bool(marked)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_python_compiles_and_runs_where_it_says_so(
    page: Path, head_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", head_database)
    monkeypatch.chdir(ROOT)
    for code, marked in python_blocks(page):
        program = compile(code, str(page), "exec")
        if marked:
            exec(program, {"__name__": "__main__"})  # noqa: S102  our own page


def test_the_start_up_check_refuses_an_older_database(
    auth_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", auth_database)
    monkeypatch.chdir(ROOT)
    (code,) = [code for code, marked in python_blocks(Path("docs/migrations.md")) if marked]
    with pytest.raises(RuntimeError, match=r'database is at "None", this code needs ".*": make'):
        exec(compile(code, "migrations.md", "exec"), {})  # noqa: S102


def test_every_requirement_stands_in_one_row() -> None:
    rows = re.findall(r"^\| R(\d+) \|", text(Path("docs/requirements.md")), re.MULTILINE)
    assert [int(row) for row in rows] == list(range(1, 112))


def test_every_departure_has_its_reason() -> None:
    rows = re.findall(
        r"^\| (\d+) \| .+ \| .+ \| .+\(adr/.+\) \|$",
        text(Path("docs/requirements.md")),
        re.MULTILINE,
    )
    assert [int(row) for row in rows] == list(range(1, 15))


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_files_and_tests_that_are_named_exist(page: Path) -> None:
    rooms = "docs|migrations|migrator|models|queries|sql|tests|versions|benchmarks"
    named = re.findall(rf"`((?:{rooms})/[\w./-]*)(?:::(\w+))?`", outside_fences(text(page)))
    for path, test in named:
        module = ROOT / f"{path}.py"  # as one imports it
        assert (ROOT / path).exists() or module.exists(), path
        assert not test or test in functions(ROOT / path), f"{path}::{test}"


def test_every_setting_is_explained_and_left_to_its_default() -> None:
    told = re.findall(r"^# ([A-Z_]+)=", text(Path(".env.example")), re.MULTILINE)
    fields = Settings.model_fields | SettingsOfQueries.model_fields
    assert sorted(told) == sorted(name.upper() for name in fields)
    assert not re.search(r"^[^#\n]", text(Path(".env.example")), re.MULTILINE)


def functions(file: Path) -> set[str]:
    return {
        node.name
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


@pytest.mark.parametrize("adr", ADRS, ids=lambda adr: adr.stem)
def test_a_decision_has_its_five_parts_and_is_short(adr: Path) -> None:
    lines = adr.read_text().splitlines()
    assert [line for line in lines if line.startswith("## ")] == SECTIONS
    assert len(lines) <= 60
