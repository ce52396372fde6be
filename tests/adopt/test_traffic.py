"""Who is at work on the database while it is examined."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from migrator import embedded
from migrator.adopt import Finding, traffic
from migrator.adopt.examination import examine
from migrator.adopt.look import Options
from migrator.adopt.shapes import Shapes
from migrator.connection import connect, settle
from migrator.embedded import Server
from migrator.project import EMBEDDED_ROLE, Project
from tests.adopt.databases import phase_2
from tests.conftest import BETTER_AUTH, make_project
from tests.database import connect as plain
from tests.database import execute

Url = Callable[[str], str]


def _found(project: Project, shapes: Shapes, code: str) -> list[Finding]:
    with connect(project.url) as connection:
        settle(connection, 1)
        found = examine(connection, shapes, Options()).findings
    return [one for one in found if one.code == code]


@pytest.fixture
def _soon_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction counts as long at once: nobody waits a minute for a test."""
    monkeypatch.setattr(traffic, "LONG", 0)


@pytest.mark.usefixtures("_soon_long")
def test_open_transaction_that_holds_the_table(
    phase_2_database: str, project: Callable[[str], Project], shapes: Shapes
) -> None:
    with plain(phase_2_database, autocommit=False) as other:
        other.execute("SET application_name = 'worker'")
        other.execute("SELECT FROM tasks")
        pid = other.info.backend_pid
        (found,) = _found(project(phase_2_database), shapes, "transaction_on_table")
    assert str(found) == (
        f'block: pid {pid} holds "tasks" in an open transaction for 0 s\n'
        'detail: "worker" of role "migrator", idle in transaction\n'
        "hint: run this, or decide otherwise, and examine again:\n"
        f"    SELECT pg_terminate_backend({pid});"
    )


@pytest.mark.usefixtures("_soon_long")
def test_open_transaction_elsewhere(
    phase_2_database: str, project: Callable[[str], Project], shapes: Shapes
) -> None:
    with plain(phase_2_database, autocommit=False) as other:
        other.execute("SET application_name = 'report'")
        other.execute("SELECT 1")
        pid = other.info.backend_pid
        (found,) = _found(project(phase_2_database), shapes, "transaction_open")
    assert str(found).startswith(
        f"note: pid {pid} has had a transaction open for 0 s: indexes are built after it has "
        "ended\n"
    )


def test_transaction_whose_age_is_hidden(
    phase_2_database: str, admin_url: Url, project: Callable[[str], Project], shapes: Shapes
) -> None:
    """Another role's session tells this one nothing but its locks."""
    with plain(admin_url(phase_2_database), autocommit=False) as other:
        other.execute("SELECT FROM tasks")
        pid = other.info.backend_pid
        (found,) = _found(project(phase_2_database), shapes, "transaction_hidden")
    assert str(found) == (
        f'note: pid {pid} holds "tasks" just now; since when, this role may not see\n'
        'detail: "" of role "postgres"\n'
        "hint: nothing has to be done; if you want to:\n"
        "    GRANT pg_read_all_stats TO migrator;"
    )


@pytest.fixture
def server_with_prepared_transactions(tmp_path: Path, server: Server) -> Iterator[Server]:
    folder = tmp_path / "postgres"
    start = partial(embedded.start, folder, durable=False, bin_dir=server.bin_dir)
    with start().connect() as admin:
        admin.execute("ALTER SYSTEM SET max_prepared_transactions = 1")
    embedded.stop(folder)
    yield start()
    embedded.stop(folder)


def test_prepared_transaction(server_with_prepared_transactions: Server, shapes: Shapes) -> None:
    server = server_with_prepared_transactions
    embedded.ensure_database(server, "todo", EMBEDDED_ROLE, BETTER_AUTH)
    url = server.url("todo", EMBEDDED_ROLE)
    phase_2(url, server.url("todo"), "naive_timestamps")
    with plain(url, autocommit=False) as other:
        other.execute("UPDATE tasks SET completed = true")
        other.execute("PREPARE TRANSACTION 'half done'")
    (found,) = _found(make_project(url), shapes, "transaction_prepared")
    assert str(found) == (
        'block: the prepared transaction "half done" holds "tasks" for 0 s\n'
        'detail: of role "migrator"; nobody but its coordinator knows whether it may go\n'
        "hint: run this, or decide otherwise, and examine again:\n"
        "    ROLLBACK PREPARED 'half done';"
    )
    execute(url, found.repair[0])
    assert _found(make_project(url), shapes, "transaction_prepared") == []
