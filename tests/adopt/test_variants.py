"""Phase II's real shapes: to head, back to the baseline and up again, compared row by row."""

from collections.abc import Callable
from typing import Any

import pytest

from migrator import runner
from migrator.adopt import adopt
from migrator.adopt.adoption import adopt_as
from migrator.adopt.look import Options
from migrator.adopt.shapes import Shapes
from migrator.project import Project
from tests.adopt.databases import ADA, phase_2, run
from tests.database import execute

Url = Callable[[str], str]
Projects = Callable[[str], Project]
Rows = list[tuple[Any, ...]]

BASELINE = "5a0c1e7d93f2"
_COLUMNS = "id, user_id, title, description, completed"
_NOTE = "SELECT obj_description('alembic_version'::regclass)"
_EARLY = """
ALTER TABLE tasks ADD COLUMN tags text[], ADD COLUMN due_date timestamptz, ADD COLUMN priority text;
UPDATE tasks SET tags = '{home,garden}', due_date = '2026-08-01 10:00+02', priority = 'high'
WHERE id = 1;
"""


def _naive(url: str, zone: str) -> Rows:
    """All tasks while their times have no zone; the instants as the zone would have them."""
    return execute(
        url,
        f"SELECT {_COLUMNS}, created_at AT TIME ZONE '{zone}', updated_at AT TIME ZONE '{zone}'"
        " FROM tasks ORDER BY id",
    )


def _aware(url: str, more: str = "") -> Rows:
    return execute(url, f"SELECT {_COLUMNS}, created_at, updated_at{more} FROM tasks ORDER BY id")


def _revision(url: str) -> str:
    return str(execute(url, "SELECT version_num FROM alembic_version")[0][0])


@pytest.mark.parametrize("variant", ["naive_timestamps", "no_lengths"])
@pytest.mark.parametrize("zone", [None, "Asia/Karachi", "America/New_York"])
def test_naive_times(
    variant: str,
    zone: str | None,
    auth_database: str,
    admin_url: Url,
    project: Projects,
    shapes: Shapes,
) -> None:
    phase_2(auth_database, admin_url(auth_database), variant)
    before = _naive(auth_database, zone or "UTC")
    raw = _aware(auth_database)
    adopted = adopt_as(shapes, project(auth_database), Options(zone))
    assert adopted.revision == BASELINE
    assert adopted.steps[0].direction == "adopt"
    assert _revision(auth_database) == project(auth_database).script.get_current_head()
    at_head = _aware(auth_database)
    assert at_head == before

    runner.downgrade(project(auth_database), BASELINE)
    assert _aware(auth_database) == raw
    runner.upgrade(project(auth_database))
    assert _aware(auth_database) == at_head


def test_times_with_zone(
    auth_database: str, admin_url: Url, project: Projects, shapes: Shapes
) -> None:
    phase_2(auth_database, admin_url(auth_database), "timestamptz")
    before = _aware(auth_database)
    adopt_as(shapes, project(auth_database), Options())
    assert _aware(auth_database) == before
    runner.downgrade(project(auth_database), BASELINE)
    assert _naive(auth_database, "UTC") == before
    runner.upgrade(project(auth_database))
    assert _aware(auth_database) == before


def test_columns_of_a_later_revision(
    phase_2_database: str, project: Projects, shapes: Shapes
) -> None:
    run(phase_2_database, _EARLY)
    more = ", coalesce(tags, '{}'), due_date, priority"
    before = _aware(phase_2_database, more)
    adopt_as(shapes, project(phase_2_database), Options())
    instants = [row[:5] + row[7:] for row in before]
    assert [row[:5] + row[7:] for row in _aware(phase_2_database, more)] == instants
    runner.downgrade(project(phase_2_database), BASELINE)
    assert _aware(phase_2_database, more) == before
    runner.upgrade(project(phase_2_database))
    assert [row[:5] + row[7:] for row in _aware(phase_2_database, more)] == instants


def test_note_says_what_the_database_came_with(
    phase_2_database: str, project: Projects, shapes: Shapes
) -> None:
    run(phase_2_database, _EARLY)
    adopt_as(shapes, project(phase_2_database), Options("Asia/Karachi"))
    assert execute(phase_2_database, _NOTE) == [
        (
            'adopted: {"tables": ["tasks"], "columns": ["tasks.due_date", "tasks.tags"],'
            ' "legacy_timezone": "Asia/Karachi"}',
        )
    ]


def test_adopted_table_outlives_its_revision(
    phase_2_database: str, project: Projects, shapes: Shapes
) -> None:
    """`downgrade base` leaves the tasks, and the database can be adopted once more."""
    before = _aware(phase_2_database)
    adopt_as(shapes, project(phase_2_database), Options())
    runner.downgrade(project(phase_2_database), "base")
    assert _aware(phase_2_database) == before
    adopt_as(shapes, project(phase_2_database), Options())
    assert _revision(phase_2_database) == project(phase_2_database).script.get_current_head()


def test_new_rows_get_new_numbers(phase_2_database: str, project: Projects, shapes: Shapes) -> None:
    execute(phase_2_database, "SELECT setval('tasks_id_seq', 1)")
    adopt_as(shapes, project(phase_2_database), Options())
    insert = "INSERT INTO tasks (user_id, title) VALUES (%s, 'new') RETURNING id"
    assert execute(phase_2_database, insert, ADA) == [(4,)]


def test_orphans_are_moved_and_can_be_put_back(
    phase_2_database: str, project: Projects, shapes: Shapes
) -> None:
    before = _naive(phase_2_database, "Asia/Karachi")
    upper = "ALTER TABLE tasks ADD COLUMN loud text GENERATED ALWAYS AS (upper(title)) STORED"
    execute(phase_2_database, upper)
    execute(phase_2_database, "UPDATE tasks SET user_id = 'gone' WHERE user_id = %s", ADA)
    adopt_as(shapes, project(phase_2_database), Options("Asia/Karachi", "quarantine"))
    assert _aware(phase_2_database) == before[2:]
    assert execute(phase_2_database, "SELECT count(*) FROM tasks_orphaned") == [(2,)]

    execute(phase_2_database, "UPDATE tasks_orphaned SET user_id = %s WHERE id = 1", ADA)
    comment = execute(phase_2_database, "SELECT obj_description('tasks_orphaned'::regclass)")[0][0]
    execute(phase_2_database, comment.partition(": ")[2])
    assert _aware(phase_2_database) == [before[0], before[2]]
    assert execute(phase_2_database, "SELECT id FROM tasks_orphaned") == [(2,)]


def test_public_way(auth_database: str, admin_url: Url, project: Projects) -> None:
    """Without shapes built beforehand, and with each step reported as it is made."""
    phase_2(auth_database, admin_url(auth_database), "naive_timestamps")
    steps: list[runner.Step] = []
    adopted = adopt(project(auth_database), report=steps.append)
    assert adopted.steps == steps
    assert [step.direction for step in steps] == ["adopt"] + ["upgrade"] * (len(steps) - 1)
    log = "SELECT direction, outcome FROM migration_log ORDER BY id LIMIT 2"
    assert execute(auth_database, log) == [("stamp", "applied"), ("upgrade", "applied")]
    assert len(steps) == len(list(project(auth_database).script.walk_revisions()))
