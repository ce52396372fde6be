"""Demo data fills an empty database or leaves it as it was."""

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from benchmarks.demo import Demo, Size
from benchmarks.seed import DEMO_USERS, OTHERS, TASKS, Wish, fill, main
from migrator.embedded import Server
from migrator.errors import MigratorError
from migrator.project import Project
from migrator.url import describe
from models import MessageCreate, TaskCreate
from tests.processes import wait_for

ROOT = Path(__file__).parent.parent
ADA = next(iter(DEMO_USERS))
SMALL = Wish(Size(conversations=4, messages=30, tasks=60))
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TABLES = ("user", "tasks", "conversations", "messages")

MakeProject = Callable[[str], Project]
MakeUser = Callable[..., str]


@pytest.fixture
def config(server: Server, head_database: str, tmp_path: Path) -> Path:
    """An alembic.ini whose embedded database is the test's own one."""
    text = (ROOT / "alembic.ini").read_text()
    for old, new in (
        ("%(here)s/.postgres", server.data_dir.parent),
        ("%(here)s", ROOT),
        ("embedded_database = todo", f"embedded_database = {name_of(head_database)}"),
    ):
        text = text.replace(old, str(new))
    file = tmp_path / "alembic.ini"
    file.write_text(text)
    return file


def name_of(url: str) -> str:
    return sa.make_url(url).database or ""


def database(url: str) -> str:
    """The database as a message names it."""
    return describe(sa.make_url(url))


def query(url: str, statement: str, *params: object) -> list[tuple[Any, ...]]:
    address = sa.make_url(url).set(drivername="postgresql")
    with psycopg.connect(address.render_as_string(hide_password=False)) as connection:
        return connection.execute(statement, params).fetchall()


def counts(url: str) -> list[int]:
    return [query(url, f'SELECT count(*) FROM "{table}"')[0][0] for table in TABLES]


def refusal(project: Project, wish: Wish) -> str:
    with pytest.raises(MigratorError) as caught:
        fill(project, wish)
    assert caught.value.exit_code == 1
    return str(caught.value)


# What it makes


def test_fills_the_embedded_database(config: Path, head_database: str) -> None:
    sent: list[int] = []
    made = fill(Project.load(config), SMALL, sent.append)

    others = len(DEMO_USERS) - 1
    expected = [
        len(DEMO_USERS),
        60 + others * OTHERS.tasks,
        4 + others * OTHERS.conversations,
        4 * 30 + others * OTHERS.all_messages,
    ]
    assert counts(head_database) == expected
    assert [made.users, made.tasks, made.conversations, made.messages] == expected
    assert sum(sent) == made.messages
    of_ada = "SELECT count(*) FROM messages WHERE user_id = %s"
    assert query(head_database, of_ada, made.user_id) == [(120,)]
    (owner,) = query(head_database, "SELECT tableowner FROM pg_tables WHERE tablename = 'user'")
    assert owner == ("better_auth",)
    analyzed = "SELECT DISTINCT tablename FROM pg_stats WHERE schemaname = 'public'"
    assert {("tasks",), ("conversations",), ("messages",)} <= set(query(head_database, analyzed))


def test_every_row_is_one_that_the_application_could_have_sent(
    config: Path, head_database: str
) -> None:
    fill(Project.load(config), SMALL)
    for title, description, completed, tags, due_date in query(
        head_database, "SELECT title, description, completed, tags, due_date FROM tasks"
    ):
        TaskCreate(
            title=title, description=description, completed=completed, tags=tags, due_date=due_date
        )
    columns = ("id", "role", "content", "tool_calls", "agent_name", "agent_icon")
    for row in query(head_database, f"SELECT {', '.join(columns)} FROM messages"):
        MessageCreate.model_validate(dict(zip(columns, row, strict=True)))
    assert query(head_database, "SELECT FROM pg_constraint WHERE NOT convalidated") == []


def test_a_conversation_goes_to_and_fro_in_the_order_of_its_keys() -> None:
    ((thread, messages),) = Demo(1, NOW).conversations(ADA, Size(1, 200, 0))
    roles = [message.role for message in messages]
    assert roles == ["system", *["user", "assistant"] * 99, "user"]
    assert all(a.created_at < b.created_at and a.id < b.id for a, b in pairwise(messages))
    assert {message.id.version for message in messages} == {7}
    assert (thread.created_at, thread.updated_at) == (
        messages[0].created_at,
        messages[-1].created_at,
    )
    assert thread.updated_at <= NOW
    calls = [json.loads(message.tool_calls) for message in messages if message.tool_calls]
    assert calls
    assert all(message.content or message.tool_calls for message in messages)
    assert {message.agent_name is None for message in messages if message.role == "user"} == {True}


def test_tasks_are_open_and_done_some_due_and_few_tags_are_used_often() -> None:
    tasks = list(Demo(1, NOW).tasks(ADA, Size(0, 0, 500)))
    assert 200 < sum(task.completed for task in tasks) < 400
    assert 100 < sum(task.due_date is not None for task in tasks) < 300
    tags = Counter(tag for task in tasks for tag in task.tags).most_common()
    assert tags[0][1] > 3 * tags[-1][1]
    assert all(task.created_at <= task.updated_at <= NOW for task in tasks)
    assert all(task.due_date is None or task.created_at < task.due_date for task in tasks)


def test_the_same_seed_makes_the_same(config: Path, head_database: str) -> None:
    def made(seed: int) -> list[tuple[Any, ...]]:
        fill(Project.load(config), Wish(SMALL.size, seed=seed, replace=True))
        said = "SELECT role, content, tool_calls, agent_name FROM messages ORDER BY created_at, id"
        done = "SELECT title, description, completed, tags FROM tasks ORDER BY id"
        return query(head_database, said) + query(head_database, done)

    assert made(1) == made(1) != made(2)
    assert list(Demo(1, NOW).tasks(ADA, SMALL.size)) == list(Demo(1, NOW).tasks(ADA, SMALL.size))
    assert list(Demo(1, NOW).conversations(ADA, SMALL.size)) == list(
        Demo(1, NOW).conversations(ADA, SMALL.size)
    )


def test_fills_another_database_for_one_of_its_users(
    head_database: str, project: MakeProject, make_user: MakeUser
) -> None:
    user = make_user(head_database)
    wish = Wish(SMALL.size, user_id=user, force=name_of(head_database))
    made = fill(project(head_database), wish)
    assert (made.user_id, made.users) == (user, 1)
    assert counts(head_database) == [1, 60, 4, 120]


# What it refuses


def test_twice_makes_no_more_than_once(config: Path, head_database: str) -> None:
    fill(Project.load(config), SMALL)
    before = counts(head_database)
    assert refusal(Project.load(config), SMALL) == (
        f"error: {database(head_database)} already holds demo data\n"
        "detail: demo users: 4; nothing was changed\n"
        "hint: to make it anew: make seed ARGS=--replace"
    )
    assert counts(head_database) == before


def test_replace_deletes_nobody_else(
    config: Path, head_database: str, project: MakeProject, make_user: MakeUser
) -> None:
    user = make_user(head_database)
    fill(project(head_database), Wish(Size(1, 1, 1), user_id=user, force=name_of(head_database)))
    fill(Project.load(config), SMALL)
    before = counts(head_database)
    fill(Project.load(config), Wish(SMALL.size, replace=True))
    assert counts(head_database) == before
    kept = query(head_database, "SELECT count(*) FROM tasks WHERE user_id = %s", user)
    assert kept == [(1,)]


def test_refuses_a_database_that_is_not_at_head(
    auth_database: str, project: MakeProject, make_user: MakeUser
) -> None:
    wish = Wish(SMALL.size, user_id=make_user(auth_database), force=name_of(auth_database))
    pending = len(list(project(auth_database).script.walk_revisions()))
    assert refusal(project(auth_database), wish) == (
        f"error: {database(auth_database)} is not at head\n"
        f"detail: pending revisions: {pending}\n"
        "hint: make upgrade"
    )


@pytest.mark.parametrize(
    ("force", "detail"),
    [
        (None, "somebody may be using it"),
        ("production", 'somebody may be using it, and --force names "production"'),
    ],
)
def test_refuses_a_database_that_force_does_not_name(
    head_database: str, project: MakeProject, force: str | None, detail: str
) -> None:
    assert refusal(project(head_database), Wish(SMALL.size, force=force)) == (
        f"error: {database(head_database)} is not the embedded database\n"
        f"detail: {detail}\n"
        "hint: if it shall get demo data, name it: make seed "
        'ARGS="--force <database> --user-id <id>"'
    )
    assert counts(head_database) == [0, 0, 0, 0]


def test_refuses_to_make_users_where_better_auth_does(
    head_database: str, project: MakeProject
) -> None:
    wish = Wish(SMALL.size, force=name_of(head_database))
    assert refusal(project(head_database), wish) == (
        f"error: demo data for {database(head_database)} needs one of its users\n"
        "detail: Better Auth makes them; only the embedded database gets users of its own\n"
        "hint: sign up in the application, then name that user: --user-id <id>"
    )


def test_refuses_an_unknown_user(config: Path) -> None:
    assert refusal(Project.load(config), Wish(SMALL.size, user_id="nobody")) == (
        'error: no user "nobody"\n'
        "detail: nothing was changed\n"
        "hint: sign up in the application, then name that user: --user-id <id>"
    )


def test_refuses_a_user_who_has_something(
    config: Path, head_database: str, make_user: MakeUser
) -> None:
    user = make_user(head_database)
    query(head_database, "INSERT INTO tasks (user_id, title) VALUES (%s, 'mine') RETURNING 1", user)
    assert refusal(Project.load(config), Wish(SMALL.size, user_id=user)) == (
        f'error: user "{user}" is not a new one\n'
        "detail: conversations: 0, tasks: 1; nothing was changed\n"
        "hint: sign up another one for demo data"
    )


def test_refuses_to_replace_what_a_real_user_has(
    config: Path, head_database: str, make_user: MakeUser
) -> None:
    wish = Wish(SMALL.size, user_id=make_user(head_database), replace=True)
    assert refusal(Project.load(config), wish) == (
        "error: --replace cannot be used with --user-id\n"
        "detail: it deletes the demo users with all that is theirs, and no other user\n"
        "hint: leave one of them out"
    )


# The command


def test_says_what_it_made_and_how_to_look_at_it(config: Path, head_database: str) -> None:
    arguments = ["--config", str(config), "--conversations", "2", "--messages", "20"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0
    others = len(DEMO_USERS) - 1
    first, second, statement = result.stdout.splitlines()
    assert first.startswith(
        f"{database(head_database)} got users: {others + 1}, "
        f"tasks: {TASKS + others * OTHERS.tasks}, "
        f"conversations: {2 + others * OTHERS.conversations}, "
        f"messages: {40 + others * OTHERS.all_messages} ("
    )
    assert second == "look at it with make psql:"
    assert len(query(head_database, statement.strip().rstrip(";"))) == 2
    assert result.stderr.splitlines()[-1] == "messages  640 of 640"

    again = CliRunner().invoke(main, arguments)
    assert again.exit_code == 1
    assert "already holds demo data" in again.stderr


def test_no_messages_at_all_are_no_error(
    config: Path, head_database: str, make_user: MakeUser
) -> None:
    options = ["--messages", "0", "--conversations", "1", "--user-id", make_user(head_database)]
    result = CliRunner().invoke(main, ["--config", str(config), *options])
    assert result.exit_code == 0, result.output
    assert counts(head_database) == [1, TASKS, 1, 0]


def test_an_interrupt_leaves_nothing(config: Path, head_database: str) -> None:
    def press_control_c(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill(Project.load(config), SMALL, press_control_c)
    assert counts(head_database) == [0, 0, 0, 0]


def test_a_kill_in_the_middle_leaves_nothing(config: Path, head_database: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.seed", "--config", config, "--conversations", "400"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    assert any(line.startswith("messages") for line in iter(process.stderr.readline, ""))
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL

    others = "SELECT FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    wait_for(lambda: not query(head_database, others, name_of(head_database)))
    assert counts(head_database) == [0, 0, 0, 0]
