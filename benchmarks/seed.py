"""Fill the database with demo data: `make seed`, or `python -m benchmarks.seed --help`.

One transaction: whatever ends it early leaves nothing behind. The embedded database, which has no
auth server, gets users of its own; any other one must be named, with one of its new users.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

import click
import psycopg
import sqlalchemy as sa
from psycopg import sql
from rich.console import Console
from rich.progress import Progress

from benchmarks import errors
from benchmarks.demo import Conversation, Demo, Message, Size, Task
from migrator import report
from migrator.connection import connect
from migrator.errors import MigratorError, from_database
from migrator.project import Project
from migrator.server_folder import ServerFolder
from migrator.url import describe, parse

DEMO_USERS = {f"demo{number:028}": name for number, name in enumerate(("Ada", "Ben", "Chi", "Dee"))}
"""Of the embedded database, by their ids; Ada has the most. No Better Auth id begins like that."""

TASKS = 300
OTHERS = Size(conversations=5, messages=40, tasks=25)
"""What each of the other demo users has."""

_NEW_USERS = """
    INSERT INTO "user" (id, name, email, "emailVerified")
    SELECT id, name, lower(name) || '@demo.example', true FROM unnest(%s::text[], %s::text[])
    AS demo (id, name)
"""
_HAS = """
    SELECT (SELECT count(*) FROM conversations WHERE user_id = "user".id),
           (SELECT count(*) FROM tasks WHERE user_id = "user".id)
    FROM "user" WHERE id = %s
"""

Advance = Callable[[int], None]
Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True)
class Made:
    """How many rows of each there are now; `user_id` has the most of them."""

    user_id: str
    users: int
    tasks: int
    conversations: int
    messages: int


@dataclass(frozen=True)
class Wish:
    """What to make: for `user_id`, else for the demo users, whose old rows go with `replace`.

    `force` is the name of the database if it may be another than the embedded one.
    """

    size: Size
    seed: int = 1
    user_id: str | None = None
    force: str | None = None
    replace: bool = False

    def sizes(self) -> list[Size]:
        """What each user gets, in the order of DEMO_USERS; only one of them if it is given."""
        return [self.size] if self.user_id else [self.size, *[OTHERS] * (len(DEMO_USERS) - 1)]


def fill(project: Project, wish: Wish, advance: Advance = lambda _: None) -> Made:
    """Fill the project's database; calls `advance` with the number of messages sent at a time.

    Raises Refused for a database that is not meant or not ready, and psycopg.Error.
    """
    embedded = _is_embedded(project)
    _refuse(project, wish, embedded)
    address = project.url
    if embedded and wish.user_id is None:
        address = parse(project.server.url(address.database or ""))
    with connect(address) as session:
        connection = session.connection.driver_connection
        assert connection is not None  # noqa: S101  only a detached connection has none
        with connection.transaction():
            # Not two at a time: the second one must see what the first one made.
            connection.execute("SELECT pg_advisory_xact_lock(hashtext('benchmarks.seed'))")
            if wish.user_id:
                _refuse_known_user(connection, wish.user_id)
                users = [wish.user_id]
            else:
                _make_users(connection, project, replace=wish.replace)
                users = list(DEMO_USERS)
            demo = Demo(wish.seed, datetime.now(UTC))
            for user, size in zip(users, wish.sizes(), strict=True):
                _fill_user(connection, demo, user, size, advance)
            connection.execute("ANALYZE tasks, conversations, messages")
    return _made(users, wish.sizes())


def _made(users: list[str], sizes: list[Size]) -> Made:
    return Made(
        user_id=users[0],
        users=len(users),
        tasks=sum(size.tasks for size in sizes),
        conversations=sum(size.conversations for size in sizes),
        messages=sum(size.all_messages for size in sizes),
    )


def _is_embedded(project: Project) -> bool:
    """Whether the address is the embedded server's, also when DATABASE_URL says it."""
    socket = ServerFolder(project.path("embedded").resolve()).socket_dir()
    return project.url.query.get("host") == str(socket)


def _refuse(project: Project, wish: Wish, embedded: bool) -> None:
    database = describe(project.url)
    if not embedded and wish.force != project.url.database:
        raise errors.not_embedded(database, wish.force)
    if not embedded and wish.user_id is None:
        raise errors.no_user_given(database)
    if wish.replace and wish.user_id is not None:
        raise errors.user_not_replaced()
    if pending := report.status(project).pending:
        raise errors.not_at_head(database, len(pending))


def _refuse_known_user(connection: Connection, user_id: str) -> None:
    found = connection.execute(_HAS, [user_id]).fetchone()
    if found is None:
        raise errors.no_such_user(user_id)
    if any(found):
        raise errors.user_not_new(user_id, *found)


def _make_users(connection: Connection, project: Project, *, replace: bool) -> None:
    """Sign the demo users up as Better Auth's role, then go on as the one of the address."""
    ids, names = list(DEMO_USERS), list(DEMO_USERS.values())
    _act_as(connection, project.option("external_owner"))
    there = 'FROM "user" WHERE id = ANY(%s)'
    if replace:
        connection.execute(f"DELETE {there}", [ids])
    elif users := connection.execute(f"SELECT {there}", [ids]).rowcount:
        raise errors.already_there(describe(project.url), users)
    connection.execute(_NEW_USERS, [ids, names])
    _act_as(connection, project.url.username or "")


def _act_as(connection: Connection, role: str) -> None:
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))


def _fill_user(
    connection: Connection, demo: Demo, user_id: str, size: Size, advance: Advance
) -> None:
    _copy(connection, "tasks", Task, demo.tasks(user_id, size))
    for thread, messages in demo.conversations(user_id, size):
        _copy(connection, "conversations", Conversation, [thread])
        _copy(connection, "messages", Message, messages)
        advance(len(messages))


def _copy(
    connection: Connection, table: str, row: type[NamedTuple], rows: Iterable[tuple[Any, ...]]
) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, row._fields))
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        for values in rows:
            copy.write_row(values)


# The command


@contextmanager
def _progress(messages: int) -> Iterator[Advance]:
    """A bar on a terminal, else a line for each tenth."""
    console = Console(stderr=True)
    if console.is_terminal:
        with Progress(console=console) as bar:
            task = bar.add_task("messages", total=messages)
            yield lambda count: bar.advance(task, count)
        return
    tenth, sent = max(messages // 10, 1), 0

    def line(count: int) -> None:
        nonlocal sent
        before, sent = sent, sent + count
        if before // tenth < sent // tenth:
            print(f"messages  {sent:,} of {messages:,}", file=sys.stderr, flush=True)

    yield line


_COUNT = click.IntRange(min=0)


@click.command()
@click.option("--conversations", default=100, show_default=True, type=_COUNT)
@click.option("--messages", default=1000, show_default=True, type=_COUNT, help="Of each.")
@click.option("--seed", default=1, show_default=True, help="The same one makes the same data.")
@click.option("--user-id", help="Give all of it to this user, who has nothing yet.")
@click.option("--replace", is_flag=True, help="Delete the demo users first, with all of theirs.")
@click.option("--force", metavar="DATABASE", help="Another database than the embedded one.")
@click.option("--config", default="alembic.ini", envvar="ALEMBIC_CONFIG", help="alembic.ini")
def main(conversations: int, messages: int, config: str, **options: Any) -> None:
    """Fill the database with demo data."""
    wish = Wish(Size(conversations, messages, TASKS), **options)
    began = monotonic()
    try:
        project = Project.load(Path(config))
        with _progress(sum(size.all_messages for size in wish.sizes())) as advance:
            made = fill(project, wish, advance)
    except (MigratorError, psycopg.Error, sa.exc.DBAPIError, KeyboardInterrupt) as error:
        reason = _reason(error)
        print(reason, file=sys.stderr)
        sys.exit(reason.exit_code)
    print(_summary(made, describe(project.url), monotonic() - began))


def _reason(error: BaseException) -> MigratorError:
    match error:
        case MigratorError():
            return error
        case psycopg.Error():
            return errors.failed(error)
        case sa.exc.DBAPIError():
            return from_database(error)
    return errors.interrupted()


def _summary(made: Made, database: str, seconds: float) -> str:
    return (
        f"{database} got users: {made.users}, tasks: {made.tasks:,}, "
        f"conversations: {made.conversations:,}, messages: {made.messages:,} ({seconds:.1f} s)\n"
        "look at it with make psql:\n"
        f"  SELECT title, updated_at FROM conversations WHERE user_id = '{made.user_id}'"
        " ORDER BY updated_at DESC LIMIT 10;"
    )


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.seed")
