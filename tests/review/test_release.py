"""What the release that is running hears, told by the verb: `migrator review`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from migrator.embedded import Server
from tests.review.projects import PLAIN, make
from tests.review.test_verb import Run

READER = "review_release_reader"
CREATE = (
    f'op.execute("CREATE TABLE t (id int PRIMARY KEY, a text); GRANT SELECT ON t TO {READER}")',
    'op.execute("DROP TABLE t")',
)
REVOKE = (f'op.execute("REVOKE SELECT ON t FROM {READER}")', "pass")
ONLY_THIS = ("1..2", "--no-reversal", "--no-interfere", "--rows=20", "--json")


@pytest.fixture
def run(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    return Run(server, tmp_path)


@pytest.fixture
def reader(server: Server) -> Iterator[str]:
    with server.connect() as admin:
        admin.execute(f"CREATE ROLE {READER}".encode())
        yield READER
        admin.execute(f"DROP ROLE {READER}".encode())


def test_statements_made_from_the_catalog(run: Run, reader: str) -> None:
    ini = make(run.folder, PLAIN, [CREATE, REVOKE])
    (found,) = _broken(run, ini)
    assert (found["severity"], found["revision"], found["statement"]) == ("error", "2", None)
    assert found["message"] == (
        f'breaks a statement of the running release of role "{reader}": '
        'SELECT "id", "a" FROM public.t LIMIT 1000: permission denied for table t'
    )
    assert _broken(run, ini, "--no-compatibility") == []


def test_statements_that_are_given(run: Run, reader: str) -> None:
    ini = make(run.folder, PLAIN, [CREATE, REVOKE])
    probe = run.folder / "probe.sql"
    probe.write_text(f"SET ROLE {reader};\nSELECT a FROM t;\nRESET ROLE;\nSELECT id FROM t;\n")
    (found,) = _broken(run, ini, f"--probe={probe}")
    assert found["evidence"]["statement"] == f"SET ROLE {reader};\nSELECT a FROM t"
    assert found["evidence"]["statements"] == 1
    probe.write_text("SELECT id FROM t;\n")
    assert _broken(run, ini, f"--probe={probe}") == []


def test_statements_that_the_project_names(run: Run, reader: str) -> None:
    ini = make(run.folder, PLAIN, [CREATE, REVOKE])
    with ini.open("a") as file:
        file.write("\n[migrator]\nrelease_statements = %(here)s/release.sql\n")
    release = run.folder / "release.sql"
    release.write_text("INSERT INTO t VALUES (1000, 'x');\nSELECT FROM t WHERE id = 1000;\n")
    assert _broken(run, ini) == []
    release.write_text(f"INSERT INTO t VALUES (1000, 'x');\nSET ROLE {reader};\nSELECT 1 FROM t;\n")
    (found,) = _broken(run, ini)
    assert found["evidence"]["sqlstate"] == "42501"
    release.write_text("SELECT of_a_later_release FROM t;\n")  # so it is made from the catalog
    assert len(_broken(run, ini)) == 1
    release.unlink()
    done = run(f"-c{ini}", *ONLY_THIS)
    assert done.exit_code == 2
    assert 'the statements of the running release are not there: \\"release.sql\\"' in done.output


def test_what_was_seen_is_not_told_twice(run: Run) -> None:
    rename = ('op.execute("ALTER TABLE t RENAME a TO b")',) * 2
    ini = make(run.folder, PLAIN, [(CREATE[0].partition("; GRANT")[0] + '")', CREATE[1]), rename])
    found = _findings(run, ini)
    assert [one["rule"] for one in found if one["severity"] == "error"] == ["rename-column"]


def _broken(run: Run, ini: Path, *options: str) -> list[dict[str, Any]]:
    found = _findings(run, ini, *options)
    return [one for one in found if one["rule"] == "breaks-running-release"]


def _findings(run: Run, ini: Path, *options: str) -> list[dict[str, Any]]:
    done = run(f"-c{ini}", *ONLY_THIS, *options)
    assert done.exit_code in {0, 1}, done.output
    return list(json.loads(done.stdout)["findings"])
