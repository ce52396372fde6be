"""An autovacuum on the table, and other things that are no sessions."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from migrator import embedded, errors, runner
from migrator.embedded import Server
from migrator.project import EMBEDDED_ROLE
from tests.conftest import BETTER_AUTH, make_project
from tests.database import connect, execute
from tests.processes import ask, wait_for
from tests.run.holding import BASE, BEFORE_INDEXES, INDEXES, TIMES, log, quick, stamped


@pytest.fixture(scope="module")
def own_server(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that vacuums all the time and takes prepared transactions."""
    folder = tmp_path_factory.mktemp("postgres")
    own = embedded.start(folder, bin_dir=server.bin_dir)
    execute(own.url(), "ALTER SYSTEM SET autovacuum_naptime = '1s'")
    execute(own.url(), "ALTER SYSTEM SET max_prepared_transactions = 5")
    embedded.stop(folder)
    yield embedded.start(folder, bin_dir=server.bin_dir)
    embedded.stop(folder)


@pytest.fixture
def at_base(own_server: Server, tmp_path: Path) -> str:
    name = f"todo_{abs(hash(tmp_path))}"
    embedded.ensure_database(own_server, name, EMBEDDED_ROLE, BETTER_AUTH)
    url = own_server.url(name, EMBEDDED_ROLE)
    runner.upgrade(make_project(url), BASE)
    return url


def test_an_autovacuum_gives_way(own_server: Server, at_base: str) -> None:
    execute(
        at_base,
        "ALTER TABLE tasks SET (autovacuum_vacuum_threshold = 1,"
        " autovacuum_vacuum_scale_factor = 0, autovacuum_analyze_threshold = 1000000000,"
        " autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)",
    )
    execute(
        at_base,
        "INSERT INTO tasks (id, user_id, title, completed, created_at, updated_at)"
        " SELECT n, 'nobody', 'a title', false, now(), now() FROM generate_series(1, 100000) AS n",
    )
    execute(at_base, "DELETE FROM tasks WHERE id % 2 = 0")

    def vacuums() -> set[object]:
        query = "SELECT pid FROM pg_stat_progress_vacuum WHERE relid = 'tasks'::regclass"
        return set(ask(own_server, query, sa.make_url(at_base).database or ""))

    wait_for(vacuums)
    before = vacuums()
    mine = make_project(at_base)
    mine.override(lock_wait=30)
    (step,) = runner.upgrade(mine, TIMES)
    assert step.tries > 1, "it was in the way"
    assert stamped(at_base) == TIMES
    assert not before & vacuums()


def test_a_prepared_transaction_is_named(at_base: str) -> None:
    with connect(at_base, autocommit=False) as connection:
        connection.execute("LOCK TABLE tasks IN ROW EXCLUSIVE MODE")
        connection.execute("PREPARE TRANSACTION 'transfer 17'")
    with pytest.raises(errors.GaveUp) as caught:
        runner.upgrade(quick(make_project(at_base)), TIMES)
    detail = str(caught.value.detail)
    assert detail.startswith('blocked by prepared transaction "transfer 17" (migrator, for ')
    assert detail.endswith(" s, holds ROW EXCLUSIVE)")
    assert caught.value.hint == (
        "nothing of it was changed; end what holds the table (ROLLBACK PREPARED 'transfer 17'), or "
        "run `make upgrade` again"
    )
    execute(at_base, "ROLLBACK PREPARED 'transfer 17'")


def test_a_build_that_waits_for_a_prepared_transaction(
    at_base: str, capsys: pytest.CaptureFixture[str]
) -> None:
    runner.upgrade(make_project(at_base), BEFORE_INDEXES)
    with connect(at_base, autocommit=False) as connection:
        connection.execute("LOCK TABLE tasks IN ROW EXCLUSIVE MODE")
        connection.execute("PREPARE TRANSACTION 'transfer 18'")
    mine = make_project(at_base)
    mine.override(build_timeout=1)
    with pytest.raises(errors.GaveUp) as caught:
        runner.upgrade(mine, INDEXES)
    message, detail, hint = str(caught.value).splitlines()
    assert message == (
        f"error: revision {INDEXES} built for longer than 1 s, which BUILD_TIMEOUT allows"
    )
    assert detail.startswith('detail: blocked by prepared transaction "transfer 18" (migrator, for')
    assert hint == (
        "hint: reads and writes went on meanwhile; run the same command again, which clears away "
        "what is half-built, or give it longer: BUILD_TIMEOUT=<seconds>"
    )
    said = capsys.readouterr().err
    assert f'waiting  {INDEXES}  blocked by prepared transaction "transfer 18" (migrator' in said
    assert log(at_base)[-1] == (INDEXES, "upgrade", "gave up")
    execute(at_base, "ROLLBACK PREPARED 'transfer 18'")
    runner.upgrade(make_project(at_base), INDEXES)
    assert stamped(at_base) == INDEXES
