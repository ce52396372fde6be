"""`migrator review`: exit status, JSON, and that it needs no project for a file of SQL."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from migrator import verbs  # noqa: F401  adds them to main
from migrator.cli import main
from migrator.embedded import Server
from migrator.project import EMBEDDED_ROLE
from tests.review.conftest import SETUP
from tests.review.projects import CREATE, PLAIN, make

UNSAFE = "ALTER TABLE t ADD CHECK (amount > 0)"
SAFE = "SET LOCAL lock_timeout = '1s'; ALTER TABLE t ADD CHECK (amount > 0) NOT VALID"


class Run:
    """Runs the verb in an empty folder, on the session's server."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._url, self.folder = server.url(), folder

    def __call__(self, *arguments: str) -> Result:
        words = ["review", f"--admin-url={self._url}", "--no-interfere", "--rows=2000", *arguments]
        return CliRunner().invoke(main, words)

    def sql(self, up: str, *arguments: str, setup: str = SETUP) -> Result:
        """Review a file of SQL."""
        (self.folder / "up.sql").write_text(up)
        (self.folder / "setup.sql").write_text(setup)
        return self("--sql=up.sql", "--setup=setup.sql", *arguments)


@pytest.fixture
def run(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    return Run(server, tmp_path)


def test_findings_and_their_document(run: Run) -> None:
    done = run.sql(UNSAFE, "--json")
    assert done.exit_code == 1
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["format"] == "migrator-review/1"
    assert told["rows"] == 2000
    found = {one["rule"]: one for one in told["findings"]}
    assert found["check-scan-under-lock"]["statement"] == 0
    assert found["check-scan-under-lock"]["severity"] == "error"
    assert found["check-scan-under-lock"]["evidence"]
    (statement,) = told["runs"][0]["statements"]
    assert {"relation": "public.t", "mode": "ACCESS EXCLUSIVE"}.items() <= statement["locks"][
        0
    ].items()
    grown = [one for one in statement["growth"] if one["figure"] == "read"]
    assert grown == [
        {"figure": "read", "relation": "public.t", "fewer": 500, "more": 2000, "grows": True}
    ]


def test_nothing_found(run: Run) -> None:
    done = run.sql(SAFE)
    assert done.exit_code == 0
    assert done.stdout.endswith("nothing found\n")


def test_probes_share_the_settings_above_them(run: Run) -> None:
    probes = run.folder / "probes.sql"
    probes.write_text("SET LOCAL ROLE pg_monitor;\nSELECT 1;\nSELECT id FROM t;\n")
    setup = f"{SETUP} GRANT SELECT ON t TO pg_monitor;"
    up = f"{SAFE}; REVOKE SELECT ON t FROM pg_monitor"
    done = run.sql(up, "--json", "--probe=probes.sql", setup=setup)
    one, two = json.loads(done.stdout)["runs"][0]["probes"]
    assert (one["statement"], one["after"]) == ("SET LOCAL ROLE pg_monitor;\nSELECT 1", None)
    assert (two["after"]["sqlstate"], two["broken_by"]) == ("42501", 2)


def test_a_setup_that_fails(run: Run) -> None:
    done = run.sql(SAFE, setup="SELECT wrong")
    assert done.exit_code == 2
    assert done.stderr == (
        'error: line 1 of the setup could not be executed: column "wrong" does not exist\n'
        "hint: the setup is run by psql, as superuser, in an empty database\n"
    )


def test_revisions_of_another_project(run: Run) -> None:
    upgrade = 'op.execute("ALTER TABLE t ADD b int DEFAULT 1")'
    accepted = "\n\nacknowledge = {'missing-lock-timeout': 'the role has one'}"
    ini = make(
        run.folder, PLAIN, [CREATE, (upgrade + accepted, 'op.execute("ALTER TABLE t DROP b")')]
    )
    done = run(f"-c{ini}", "1..2", "--json", "--no-reversal", "--rows=100")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    (finding,) = [one for one in told["findings"] if one["acknowledged"]]
    assert finding["rule"] == "missing-lock-timeout"
    assert finding["acknowledged"] == "the role has one"
    assert (finding["revision"], finding["line"]) == ("2", 8)
    assert finding["file"].endswith("2_.py")


def test_what_is_no_range(run: Run) -> None:
    ini = make(run.folder, PLAIN, [CREATE])
    done = run(f"-c{ini}", "head")
    assert done.exit_code == 2
    assert done.stderr == (
        'error: "head" is no range of revisions\n'
        "hint: name the revision before the first one, and the last one: base..head\n"
    )


def test_no_project(run: Run) -> None:
    done = run("base..head")
    assert done.exit_code == 2
    assert done.stderr.startswith('error: no "alembic.ini"')


def test_a_file_that_is_no_text(run: Run) -> None:
    (run.folder / "up.sql").write_bytes("SELECT 'ä'".encode("latin-1"))
    done = run("--sql=up.sql")
    assert done.exit_code == 2
    assert done.stderr == (
        'error: "up.sql" is no text in UTF-8\n'
        "hint: iconv --from-code=LATIN1 --to-code=UTF-8 up.sql\n"
    )


def test_a_note_ends_no_review_with_a_finding(run: Run) -> None:
    done = run.sql("ALTER TABLE t ADD c int")
    assert done.exit_code == 0
    assert done.stdout.startswith("note: missing-lock-timeout  up.sql:1\n")


def test_a_server_that_is_not_there(run: Run) -> None:
    (run.folder / "up.sql").write_text(SAFE)
    done = run("--admin-url=postgresql://postgres:secret@localhost:1/postgres", "--sql=up.sql")
    assert done.exit_code == 2
    assert done.stderr.startswith("error: ")
    assert "secret" not in done.output + done.stderr


def test_a_role_that_is_no_superuser(run: Run, server: Server, auth_template: str) -> None:
    (run.folder / "up.sql").write_text(SAFE)
    done = run(f"--admin-url={server.url('postgres', EMBEDDED_ROLE)}", "--sql=up.sql")
    assert done.exit_code == 2
    assert done.stderr == (
        'error: role "migrator" is no superuser, which a rehearsal needs to see everything\n'
        "hint: give --admin-url the address of a server of your own, as its superuser\n"
    )
