"""No revision rewrites the tasks: a rewrite would lock out every reader while it copies them."""

from collections.abc import Callable

import psycopg
import pytest
import sqlalchemy as sa

from benchmarks import heap_rewrites
from migrator import runner
from migrator.project import Project

AdminUrl = Callable[[str], str]
MakeProject = Callable[[str], Project]


@pytest.fixture
def phase_ii(auth_database: str, project: MakeProject, admin_url: AdminUrl) -> Project:
    """A database at the first revision with 30 000 tasks."""
    loaded = project(auth_database)
    runner.upgrade(loaded, loaded.script.get_bases()[0])
    address = sa.make_url(admin_url(auth_database)).set(drivername="postgresql")
    with psycopg.connect(address.render_as_string(hide_password=False)) as admin:
        heap_rewrites.load(admin, 30_000)
    return loaded


def test_no_revision_rewrites_the_heap_of_tasks(phase_ii: Project) -> None:
    effects = heap_rewrites.measure(phase_ii)
    revisions = len(list(phase_ii.script.walk_revisions()))
    assert len(effects) == 2 * (revisions - 1)
    assert [effect.row for effect in effects if effect.rewritten] == []
    assert not [c for effect in effects for c in effect.indexes if c.startswith("rebuilt")]


def test_another_zone_does_rewrite_it_so_the_check_can_fail(
    phase_ii: Project, auth_database: str, admin_url: AdminUrl
) -> None:
    note = 'adopted: {"legacy_timezone": "Asia/Karachi"}'
    address = sa.make_url(admin_url(auth_database)).set(drivername="postgresql")
    with psycopg.connect(address.render_as_string(hide_password=False)) as admin:
        admin.execute(f"COMMENT ON TABLE alembic_version IS '{note}'")

    rewrites = [effect for effect in heap_rewrites.measure(phase_ii) if effect.rewritten]
    assert [(e.step.revision, e.step.direction) for e in rewrites] == [
        ("e41b7a90c6d8", "upgrade"),
        ("e41b7a90c6d8", "downgrade"),
    ]
    assert all("rebuilt ix_tasks_user_id" in effect.indexes for effect in rewrites)
