"""`migrator review --format … --output …`: several forms from one run."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from migrator import verbs  # noqa: F401  adds them to main
from migrator.cli import main
from migrator.embedded import Server

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "review.schema.json").read_text())
SETUP = """\
CREATE TABLE t (id bigint PRIMARY KEY, secret text);
INSERT INTO t SELECT g, 'hunter' || g FROM generate_series(1, :n) AS g;
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "setup.sql").write_text(SETUP)
    (tmp_path / "up.sql").write_text("ALTER TABLE t ADD UNIQUE (secret);")
    return tmp_path


def review(server: Server, *arguments: str) -> Result:
    words = ["review", f"--admin-url={server.url()}", "--no-interfere", "--rows=2000"]
    return CliRunner().invoke(main, [*words, "--sql=up.sql", "--setup=setup.sql", *arguments])


def test_one_run_writes_every_form(server: Server, folder: Path) -> None:
    names = [f"report{suffix}" for suffix in (".html", ".md", ".sarif", ".json", ".txt")]
    done = review(server, "--format=github", *(f"--output={name}" for name in names))
    assert done.exit_code == 1
    assert done.stdout.startswith("::error file=up.sql,line=1,title=")
    written = {name: (folder / name).read_text() for name in names}
    rule = "unique-constraint-builds-index"
    assert [name for name, text in written.items() if rule not in text] == []
    document = json.loads(written["report.json"])
    assert document["findings"][0]["rule"] == rule
    assert [*map(str, Draft202012Validator(SCHEMA).iter_errors(document))] == []
    # The values of rows, and the address of the server, are nobody's business.
    told = "".join(written.values()) + done.stdout
    assert "hunter" not in told
    assert server.url() not in told


def test_values_of_rows_are_told_by_no_failure(server: Server, folder: Path) -> None:
    (folder / "up.sql").write_text("ALTER TABLE t ALTER secret TYPE integer USING secret::integer;")
    done = review(server, "--output=report.html", "--output=report.json")
    assert done.exit_code == 1
    told = done.stdout + "".join(path.read_text() for path in folder.glob("report.*"))
    assert "invalid input syntax for type integer" in told
    assert "hunter" not in told


def test_an_unknown_form_is_refused_before_anything_runs(server: Server, folder: Path) -> None:
    done = review(server, "--output=report.pdf")
    assert done.exit_code == 2
    assert done.stderr.startswith('error: "report.pdf" does not say which format it is to have\n')
