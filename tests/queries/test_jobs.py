"""Jobs across users: what is due, and the purge."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from models import TaskCreate
from queries import engines as application
from queries import errors, job_session, reminders, retention, run, tasks, user_session
from queries import settings as of_the_process
from tests.database import execute
from tests.queries.things import fill

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


@pytest.fixture
def job(engines: dict[str, sa.Engine]) -> sa.Engine:
    return engines["app_maintenance"]


def test_what_is_due_is_found_across_users_in_pages(
    engines: dict[str, sa.Engine], job: sa.Engine, ada: str, bob: str
) -> None:
    for number, user in enumerate((ada, bob, ada, bob)):
        with user_session(user, engines["owner"]) as session:
            due = LONG_AGO + timedelta(minutes=number)
            for done in (False, True):
                new = TaskCreate(title=str(number), completed=done, due_date=due)
                run(session, tasks.create(user, new))
    until = LONG_AGO + timedelta(minutes=3)
    with job_session(job) as session:
        first = run(session, reminders.due(LONG_AGO, until, limit=2))
        rest = run(session, reminders.due(LONG_AGO, until, limit=2, cursor=first.next))
    found = [(row.user_id, row.title) for row in [*first.rows, *rest.rows]]
    assert found == [(ada, "0"), (bob, "1"), (ada, "2")]
    assert rest.next is None


def test_the_application_does_not_see_what_is_due(engines: dict[str, sa.Engine], ada: str) -> None:
    fill(engines["owner"], ada)
    now = datetime.now(UTC)
    with job_session(engines["app_user"]) as session:
        assert run(session, reminders.due(now - timedelta(days=1), now)).rows == []


@pytest.fixture
def old(engines: dict[str, sa.Engine], ada: str, address: Callable[[str], str]) -> None:
    """Twelve messages of long ago, and one of now."""
    things = fill(engines["owner"], ada, number=13)
    execute(
        address("owner"),
        "UPDATE messages SET created_at = %s WHERE user_id = %s AND id <> %s",
        LONG_AGO,
        ada,
        things.message.id,
    )


@pytest.mark.usefixtures("old")
def test_the_purge_deletes_what_is_old_in_batches_that_commit(job: sa.Engine) -> None:
    before = LONG_AGO + timedelta(days=1)
    assert retention.count(before, bind=job) == 12
    batches: list[int] = []
    assert retention.purge(before, bind=job, batch=5, progress=batches.append) == 12
    assert batches == [5, 5, 2]
    assert retention.count(before, bind=job) == 0
    assert retention.purge(before, bind=job) == 0


@pytest.mark.usefixtures("old")
def test_a_purge_that_ends_early_goes_on(job: sa.Engine) -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    before = LONG_AGO + timedelta(days=1)
    with pytest.raises(KeyboardInterrupt):
        retention.purge(before, bind=job, batch=5, progress=stop)
    assert retention.count(before, bind=job) == 7
    assert retention.purge(before, bind=job) == 7


def test_the_application_may_not_purge(engines: dict[str, sa.Engine]) -> None:
    with pytest.raises(errors.NotAllowed) as refused:
        retention.purge(LONG_AGO, bind=engines["app_user"])
    assert refused.value.detail == "permission denied for table messages"


@pytest.fixture
def process(
    monkeypatch: pytest.MonkeyPatch, address: Callable[[str], str]
) -> Iterator[pytest.MonkeyPatch]:
    """The process's own engine, on the database of these tests."""
    monkeypatch.setenv("DATABASE_URL", address("app_maintenance"))
    yield monkeypatch
    if application.engine.cache_info().currsize:
        application.engine().dispose()
    application.engine.cache_clear()
    of_the_process.settings.cache_clear()


@pytest.mark.usefixtures("old", "process")
def test_the_command_counts_first() -> None:
    def command(*options: str) -> tuple[int, str]:
        done = CliRunner().invoke(retention.main, options)
        return done.exit_code, done.output

    assert command("--older-than", "3650") == (
        0,
        "12 messages are older; --delete deletes them\n",
    )
    assert command("--older-than", "3650", "--delete") == (0, "12 messages deleted\n")
    assert command("--older-than", "3650", "--delete") == (0, "0 messages deleted\n")
    assert command()[0] == 2


def test_the_command_says_what_is_missing(process: pytest.MonkeyPatch) -> None:
    process.delenv("DATABASE_URL")
    done = CliRunner().invoke(retention.main, ["--older-than", "30"])
    assert (done.exit_code, done.output) == (
        1,
        'Error: "DATABASE_URL" is not set to something usable\n'
        "detail: Field required\n"
        "hint: export DATABASE_URL=postgresql://user:password@host:5432/name\n",
    )
