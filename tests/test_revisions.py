"""Every revision, there and back: the same schema as before, and every row that it can keep."""

import re
from collections.abc import Callable

import pytest

from migrator import catalog, errors, runner
from migrator.project import Project
from migrator.record import TOOLS_OWN
from tests.conftest import make_project
from tests.database import execute, opened

SCRIPTS = list(reversed(list(make_project("").script.walk_revisions())))
REVISIONS = [script.revision for script in SCRIPTS]

by_revision = pytest.mark.parametrize(
    "position",
    range(len(SCRIPTS)),
    ids=[re.sub(r"^\d+_\d+_|\.py$", "", s.path.rpartition("/")[2]) for s in SCRIPTS],
)


def schema(url: str) -> catalog.Catalog:
    with opened(url) as connection:
        return catalog.read(connection).without(TOOLS_OWN)


def move(project: Project, position: int) -> None:
    """Bring the database to just before the revision at `position`, from wherever below."""
    if position:
        runner.upgrade(project, REVISIONS[position - 1])


def rows(url: str) -> dict[str, list[str]]:
    """Every row of ours, with its times as instants so that their type does not matter."""
    return {
        table: [
            text
            for (text,) in execute(
                url,
                f"SELECT to_jsonb(t) - 'created_at' - 'updated_at' || jsonb_build_object("
                f"'created', extract(epoch FROM created_at)) FROM {table} AS t ORDER BY 1",
            )
        ]
        for table in ("tasks", "conversations", "messages")
        if execute(url, "SELECT to_regclass(%s)", table) != [(None,)]
    }


def fill(url: str, user: str) -> None:
    """Three rows of each table that is there, with only the columns that every revision has."""
    for number in range(3):
        execute(
            url,
            "INSERT INTO tasks (user_id, title, completed, created_at, updated_at)"
            " VALUES (%s, %s, %s, '2025-03-30 01:30:00', '2025-10-26 02:30:00')",
            user,
            f"task {number}",
            number == 1,
        )


@by_revision
def test_downgrade_leaves_the_schema_as_it_was(
    position: int, auth_database: str, project: Callable[[str], Project]
) -> None:
    migration = project(auth_database)
    move(migration, position)
    before = schema(auth_database)
    runner.upgrade(migration, "+1")
    after = schema(auth_database)
    assert catalog.differences(before, after), "the revision changes nothing"
    runner.downgrade(migration, "-1")
    assert catalog.differences(before, schema(auth_database)) == []
    runner.upgrade(migration, "+1")
    assert catalog.differences(after, schema(auth_database)) == []


@pytest.mark.parametrize("position", range(1, len(SCRIPTS)))
def test_rows_survive_there_and_back(
    position: int,
    auth_database: str,
    project: Callable[[str], Project],
    make_user: Callable[[str], str],
) -> None:
    migration = project(auth_database)
    move(migration, position)
    fill(auth_database, make_user(auth_database))
    before = rows(auth_database)
    assert len(before["tasks"]) == 3
    runner.upgrade(migration, "+1")
    runner.downgrade(migration, "-1")
    assert rows(auth_database) == before
    runner.upgrade(migration)
    runner.downgrade(migration, REVISIONS[position - 1])
    assert rows(auth_database) == before


def test_rows_written_at_head_survive_down_to_where_they_have_room(
    head_database: str, project: Callable[[str], Project], make_user: Callable[[str], str]
) -> None:
    user = make_user(head_database)
    execute(head_database, "INSERT INTO tasks (user_id, title) VALUES (%s, 'at head')", user)
    [(number, at_head)] = execute(head_database, "SELECT id, created_at FROM tasks")
    runner.downgrade(project(head_database), REVISIONS[0])
    assert execute(head_database, "SELECT id, title, completed, created_at FROM tasks") == [
        (number, "at head", False, at_head.replace(tzinfo=None))
    ]
    runner.upgrade(project(head_database))
    assert execute(head_database, "SELECT id, title, created_at FROM tasks") == [
        (number, "at head", at_head)
    ]


@pytest.mark.parametrize(
    ("insert", "named"),
    [
        ("INSERT INTO messages (conversation_id, user_id, role, content)"
         " SELECT id, user_id, 'user', 'hello' FROM conversations", "messages"),
        ("SELECT 1", "conversations"),
        ("UPDATE tasks SET due_date = now()", "tasks.due_date"),
        ("UPDATE tasks SET tags = '{home}'", "tasks.tags"),
    ],
)  # fmt: skip
def test_a_downgrade_that_would_destroy_rows_refuses(
    head_database: str,
    project: Callable[[str], Project],
    make_user: Callable[[str], str],
    insert: str,
    named: str,
) -> None:
    user = make_user(head_database)
    execute(head_database, "INSERT INTO tasks (user_id, title) VALUES (%s, 'x')", user)
    if named in ("messages", "conversations"):
        execute(head_database, "INSERT INTO conversations (user_id) VALUES (%s)", user)
    execute(head_database, insert)
    before = rows(head_database)
    with pytest.raises(errors.Refused) as refused:
        runner.downgrade(project(head_database), REVISIONS[0])
    table = named.partition(".")[0]
    assert str(refused.value).splitlines() == [
        f'error: this downgrade would destroy data in "{named}"',
        f'detail: rows of "{table}" that the older schema has no room for: 1',
        f"hint: this revision stays applied; insist by name: make downgrade ALLOW={named}",
    ]
    assert rows(head_database)[table] == before[table]
    names = ("messages", "conversations", named)
    runner.downgrade(project(head_database), REVISIONS[0], allow_data_loss=names)
    assert len(rows(head_database)["tasks"]) == 1


def test_insisting_on_one_name_does_not_insist_on_another(
    head_database: str, project: Callable[[str], Project], make_user: Callable[[str], str]
) -> None:
    user = make_user(head_database)
    execute(head_database, "INSERT INTO conversations (user_id) VALUES (%s)", user)
    with pytest.raises(errors.Refused):
        runner.downgrade(
            project(head_database), REVISIONS[0], allow_data_loss=("messages", "tasks.tags")
        )
    assert len(rows(head_database)["conversations"]) == 1


def test_the_base_keeps_a_table_with_rows(
    head_database: str, project: Callable[[str], Project], make_user: Callable[[str], str]
) -> None:
    user = make_user(head_database)
    execute(head_database, "INSERT INTO tasks (user_id, title) VALUES (%s, 'x')", user)
    with pytest.raises(errors.Refused, match='destroy data in "tasks"'):
        runner.downgrade(project(head_database), "base")
    assert len(rows(head_database)["tasks"]) == 1


def test_deleting_a_user_deletes_everything_of_that_user(
    head_database: str, admin_url: Callable[[str], str], make_user: Callable[..., str]
) -> None:
    ada, bob = make_user(head_database), make_user(head_database, "bob")
    for user in (ada, bob):
        execute(head_database, "INSERT INTO tasks (user_id, title) VALUES (%s, 'x')", user)
        execute(head_database, "INSERT INTO conversations (user_id) VALUES (%s)", user)
    execute(
        head_database,
        "INSERT INTO messages (conversation_id, user_id, role, content)"
        " SELECT id, user_id, 'user', '' FROM conversations",
    )
    execute(admin_url(head_database), 'DELETE FROM "user" WHERE id = %s', ada)
    for table in ("tasks", "conversations", "messages"):
        assert execute(head_database, f"SELECT user_id FROM {table}") == [(bob,)]


def test_titles_and_revisions_read_as_the_rules_ask() -> None:
    for script in SCRIPTS:
        title, _, why = script.longdoc.partition("\n\n")
        assert len(title) <= 60, script.path
        assert title.endswith("."), script.path
        assert why.strip(), script.path
        assert not re.search(r"Revises|Create Date", script.longdoc), script.path
        assert re.fullmatch(r"[0-9a-f]{12}", script.revision), script.path


def test_there_is_one_head_and_one_base(project: Callable[[str], Project]) -> None:
    script = project("").script
    assert (len(script.get_heads()), len(script.get_bases())) == (1, 1)


def test_nothing_of_ours_touches_better_auth(auth_database: str, head_database: str) -> None:
    theirs = {"user", "session", "account", "verification", "jwks"}
    with opened(auth_database) as before, opened(head_database) as after:
        wanted = catalog.read(before).only(theirs)
        found = catalog.read(after).only(theirs)
    assert len(wanted.objects) > 50
    assert catalog.differences(wanted, found) == []
