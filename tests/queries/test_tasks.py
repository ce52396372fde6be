"""Tasks: what each list holds, and changes that are not lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from models import TaskCreate, TaskUpdate
from queries import errors, run, tasks, user_session
from queries.pages import Page
from queries.tasks import TaskRow
from tests.queries.conftest import Ask
from tests.queries.things import Things

NOW = datetime.now(UTC)


def make(ask: Ask, user_id: str, title: str, **others: object) -> TaskRow:
    new = TaskCreate.model_validate({"title": title, **others})
    return ask(user_id, tasks.create(user_id, new))


def titles(page: Page[TaskRow]) -> str:
    return " ".join(row.title for row in page.rows)


def test_a_new_task_is_as_it_was_sent(ask: Ask, ada: str) -> None:
    made = make(ask, ada, "a", description="d", completed=True, tags=["x", "y"], due_date=NOW)
    assert (made.title, made.description, made.completed, made.tags, made.due_date) == (
        "a",
        "d",
        True,
        ["x", "y"],
        NOW,
    )
    assert made.created_at == made.updated_at
    assert ask(ada, tasks.one(ada, made.id)) == made


def test_lists_hold_what_they_say_newest_first(ask: Ask, ada: str) -> None:
    make(ask, ada, "a", tags=["home", "garden"])
    make(ask, ada, "b", tags=["home"], completed=True)
    make(ask, ada, "c", tags=["work"])
    assert titles(ask(ada, tasks.listed(ada))) == "c b a"
    assert titles(ask(ada, tasks.by_completion(ada, False))) == "c a"
    assert titles(ask(ada, tasks.by_completion(ada, True))) == "b"
    assert titles(ask(ada, tasks.with_all_tags(ada, ["garden", "home"]))) == "a"
    assert titles(ask(ada, tasks.with_all_tags(ada, []))) == "c b a"
    assert titles(ask(ada, tasks.with_any_tag(ada, ["garden", "work"]))) == "c a"
    assert titles(ask(ada, tasks.with_any_tag(ada, []))) == ""


@pytest.mark.parametrize(
    ("prefix", "found"),
    [("milk", "milk Milk%"), ("MILK%", "Milk%"), ("m_lk", "m_lk"), ("\\", "\\x"), ("ilk", "")],
)
def test_titles_are_searched_by_how_they_begin(
    prefix: str, found: str, engine: sa.Engine, ada: str
) -> None:
    with user_session(ada, engine) as session:
        for title in ("\\x", "m_lk", "Milk%", "milk"):
            run(session, tasks.create(ada, TaskCreate(title=title)))
        assert titles(run(session, tasks.titled(ada, prefix))) in (
            found,
            " ".join(reversed(found.split())),
        )


def test_what_is_due_comes_soonest_first(ask: Ask, ada: str) -> None:
    for title, hours in (("later", 5), ("late", -1), ("soon", 1), ("latest", -9)):
        make(ask, ada, title, due_date=NOW + timedelta(hours=hours))
    make(ask, ada, "done", due_date=NOW - timedelta(hours=2), completed=True)
    make(ask, ada, "whenever")
    assert titles(ask(ada, tasks.overdue(ada))) == "latest late"
    due = NOW + timedelta(hours=2)
    page = ask(ada, tasks.due_before(ada, due, limit=2))
    assert titles(page) == "latest late"
    assert titles(ask(ada, tasks.due_before(ada, due, limit=2, cursor=page.next))) == "soon"


def test_pages_of_a_list_are_all_of_it_once(engine: sa.Engine, ada: str) -> None:
    with user_session(ada, engine) as session:  # one transaction: their times are the same
        for number in range(7):
            run(session, tasks.create(ada, TaskCreate(title=str(number))))
        found: list[str] = []
        cursor = None
        while not found or cursor:
            page = run(session, tasks.listed(ada, limit=3, cursor=cursor))
            found, cursor = found + [row.title for row in page.rows], page.next
        assert found == list("6543210")
        with pytest.raises(errors.InvalidCursor):
            tasks.overdue(ada, cursor=run(session, tasks.listed(ada, limit=3)).next)


@pytest.mark.parametrize(("limit", "found"), [(-1, 1), (0, 1), (200, 200), (201, 200)])
def test_limits_are_clamped(limit: int, found: int, engine: sa.Engine, ada: str) -> None:
    with user_session(ada, engine) as session:
        for _ in range(205):
            run(session, tasks.create(ada, TaskCreate(title="x")))
        assert len(run(session, tasks.listed(ada, limit=limit)).rows) == found


def test_an_update_changes_what_is_sent(ask: Ask, ada: str) -> None:
    made = make(ask, ada, "a", description="d", tags=["x"], due_date=NOW)
    changes = TaskUpdate(title="b", due_date=None)
    after = ask(ada, tasks.update(ada, made.id, changes, seen=made.updated_at))
    assert (after.title, after.description, after.tags, after.due_date) == ("b", "d", ["x"], None)
    assert after.updated_at > made.updated_at
    assert after.created_at == made.created_at


def test_an_update_of_what_has_changed_is_refused(ask: Ask, things: Things) -> None:
    user, task = things.user_id, things.task_id
    ask(user, tasks.update(user, task, TaskUpdate(title="theirs"), seen=things.seen))
    with pytest.raises(errors.Changed) as changed:
        ask(user, tasks.update(user, task, TaskUpdate(title="mine"), seen=things.seen))
    assert isinstance(changed.value, errors.Conflict)
    assert str(changed.value) == (
        "error: the task has changed since it was read\nhint: read it again and repeat the change"
    )
    assert ask(user, tasks.one(user, task)).title == "theirs"


def test_a_change_is_seen_also_within_one_transaction(engine: sa.Engine, things: Things) -> None:
    user, task = things.user_id, things.task_id
    with pytest.raises(errors.Changed), user_session(user, engine) as session:  # noqa: PT012
        for title in ("one", "two"):  # now() is the same for both
            run(session, tasks.update(user, task, TaskUpdate(title=title), seen=things.seen))


def test_of_many_updates_at_once_one_wins(engine: sa.Engine, things: Things) -> None:
    user, task = things.user_id, things.task_id

    def update(number: int) -> bool:
        try:
            with user_session(user, engine) as session:
                change = TaskUpdate(title=str(number))
                run(session, tasks.update(user, task, change, seen=things.seen))
        except errors.Changed:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(update, range(8))) == 1


def test_done_and_open_again_and_gone(ask: Ask, things: Things) -> None:
    user, task = things.user_id, things.task_id
    assert ask(user, tasks.complete(user, task)).completed
    assert ask(user, tasks.complete(user, task)).completed
    assert not ask(user, tasks.complete(user, task, completed=False)).completed
    assert ask(user, tasks.delete(user, task)) == task
    with pytest.raises(errors.NotFound, match="no such task"):
        ask(user, tasks.delete(user, task))


def test_a_missing_one_is_not_found(ask: Ask, bob: str, things: Things) -> None:
    for missing in (things.task_id, 2_000_000_000):
        for query in (
            tasks.one(bob, missing),
            tasks.complete(bob, missing),
            tasks.update(bob, missing, TaskUpdate(title="x"), seen=things.seen),
        ):
            with pytest.raises(errors.NotFound, match="no such task"):
                ask(bob, query)


def test_a_stale_token_creates_nothing(ask: Ask) -> None:
    with pytest.raises(errors.UnknownUser):
        ask("gone", tasks.create("gone", TaskCreate(title="x")))
