"""Databases that are not adopted, each with what to do instead."""

from collections.abc import Callable

import pytest

from migrator import errors, runner
from migrator.adopt import render
from migrator.adopt.adoption import adopt_as
from migrator.adopt.look import Options
from migrator.adopt.shapes import Shapes
from migrator.catalog import read
from migrator.project import Project
from tests.adopt.databases import PHASE_2, phase_2, run, run_file, sign_up
from tests.database import execute, opened

Url = Callable[[str], str]
Projects = Callable[[str], Project]


_DEFAULT = Options()


def _blocked(shapes: Shapes, project: Project, options: Options = _DEFAULT) -> str:
    with pytest.raises(errors.AdoptionBlocked) as refused:
        adopt_as(shapes, project, options)
    assert refused.value.exit_code == 1
    return render([one for one in refused.value.findings if one.level == "block"])


def test_table_named_task(
    auth_database: str, admin_url: Url, project: Projects, shapes: Shapes
) -> None:
    sign_up(admin_url(auth_database))
    run_file(auth_database, PHASE_2 / "table_named_task.sql")
    with opened(auth_database) as connection:
        before = read(connection)
        said = _blocked(shapes, project(auth_database))
        assert read(connection) == before
    assert (
        said
        == """\
block: "task" has the columns of "tasks", under another name
detail: the revisions and the code say "tasks"; renaming touches no row
hint: run this, or decide otherwise, and examine again:
    ALTER TABLE public.task RENAME TO tasks;
    ALTER INDEX public.ix_task_completed RENAME TO ix_tasks_completed;
    ALTER INDEX public.ix_task_user_id RENAME TO ix_tasks_user_id;
    ALTER SEQUENCE public.task_id_seq RENAME TO tasks_id_seq;
    ALTER TABLE public.tasks RENAME CONSTRAINT task_pkey TO tasks_pkey;

1 finding blocks, 0 to be repaired by adopt, 0 notes"""
    )
    run(auth_database, said[said.index("    ALTER") : said.index("\n\n")] + "\n")
    adopt_as(shapes, project(auth_database), Options())


def test_own_users_table(
    auth_database: str, admin_url: Url, project: Projects, shapes: Shapes
) -> None:
    """The addresses tell which user is which; the others are orphans."""
    sign_up(admin_url(auth_database))
    run_file(auth_database, PHASE_2 / "own_users_table.sql")
    run(
        auth_database,
        "INSERT INTO users VALUES ('1', 'Ada@Example.com', 'Ada', '2026-01-01'),"
        " ('2', 'eve@example.com', 'Eve', '2026-01-01');\n"
        "INSERT INTO tasks (user_id, title, completed, created_at, updated_at)"
        " SELECT id, name, false, created_at, created_at FROM users;\n",
    )
    said = _blocked(shapes, project(auth_database))
    assert said.startswith("""\
block: "tasks_user_id_fkey" points at "users", not at "user"
detail: ids of "users" mean nothing in "user": replace them, then examine again for those that are \
left
hint: run this, or decide otherwise, and examine again:
    ALTER TABLE public.tasks DROP CONSTRAINT tasks_user_id_fkey;
    UPDATE public.tasks AS t SET user_id = n.id
""")
    first = said.partition("\n\n")[0]
    run(auth_database, first[first.index("    ALTER") :] + "\n")
    assert _blocked(shapes, project(auth_database)).startswith("""\
block: 1 of 2 rows of "tasks" without an owner: "user_id" is not in "user"
detail: 1 value, the most frequent first:
    '2': 1 row, no match: deleted, or from another environment
""")
    adopt_as(shapes, project(auth_database), Options(orphans="quarantine"))
    assert execute(auth_database, "SELECT user_id, title FROM tasks") == [("a" * 32, "Ada")]


def test_under_revision_control(head_database: str, project: Projects, shapes: Shapes) -> None:
    with pytest.raises(errors.Refused) as refused:
        adopt_as(shapes, project(head_database), Options())
    head = project(head_database).script.get_current_head()
    assert str(refused.value) == (
        f"error: the database is already under revision control, at revision {head}\n"
        "hint: nothing was changed; `make upgrade` takes it to head"
    )


def test_nothing_to_adopt(auth_database: str, project: Projects, shapes: Shapes) -> None:
    with pytest.raises(errors.Refused) as refused:
        adopt_as(shapes, project(auth_database), Options())
    assert str(refused.value) == (
        "error: there is nothing to adopt: none of the first revision's tables is there\n"
        'detail: looked for "public.tasks"\n'
        "hint: nothing was changed; `make upgrade` builds a new database"
    )


def test_upgrade_names_adopt(phase_2_database: str, project: Projects) -> None:
    with pytest.raises(errors.Refused, match=r'holds "tasks" but no revision is stamped'):
        runner.upgrade(project(phase_2_database))


def test_unknown_time_zone(phase_2_database: str, project: Projects, shapes: Shapes) -> None:
    with pytest.raises(errors.Refused) as refused:
        adopt_as(shapes, project(phase_2_database), Options("Karachi"))
    assert str(refused.value) == (
        'error: the server knows no time zone "Karachi"\n'
        "hint: nothing was changed; SELECT name FROM pg_timezone_names lists those that it knows,"
        " such as Asia/Karachi"
    )


def test_time_zone_without_a_use(
    auth_database: str, admin_url: Url, project: Projects, shapes: Shapes
) -> None:
    phase_2(auth_database, admin_url(auth_database), "timestamptz")
    with pytest.raises(errors.Refused) as refused:
        adopt_as(shapes, project(auth_database), Options("Asia/Karachi"))
    assert str(refused.value) == (
        'error: no column is without a time zone, so "Asia/Karachi" would mean nothing\n'
        "hint: nothing was changed; run it again without --legacy-timezone"
    )


_AHEAD = "UPDATE tasks SET created_at = now() AT TIME ZONE 'Asia/Karachi' WHERE id = 2"


def test_local_times_east_of_utc(phase_2_database: str, project: Projects, shapes: Shapes) -> None:
    execute(phase_2_database, _AHEAD)
    said = _blocked(shapes, project(phase_2_database))
    assert said.startswith(
        'block: "created_at" in the future, by up to 04:59:00, in 1 row of "tasks"\n'
        "detail: the old code wrote local time, east of UTC: say in which zone, as in"
        " --legacy-timezone Asia/Karachi\n"
    )
    adopt_as(shapes, project(phase_2_database), Options("Asia/Karachi"))


def test_wrong_time_zone(phase_2_database: str, project: Projects, shapes: Shapes) -> None:
    execute(phase_2_database, _AHEAD)
    assert _blocked(shapes, project(phase_2_database), Options("Africa/Lagos")).startswith(
        'block: "created_at" in the future, by up to 03:59:00, in 1 row of "tasks", even in time'
        " zone Africa/Lagos\n"
        "detail: another zone east of it was meant, or a clock was wrong\n"
    )
