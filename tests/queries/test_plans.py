"""Each query is served by an index: for the owner and under the policies, planned once or anew."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from psycopg._queries import PostgresQuery

from docs._generate.served import CONVERSATION, MESSAGE, SERVED, TASK
from migrator.embedded import Server
from migrator.sandbox import sandbox
from models import MessageCreate
from queries import Query, reminders, retention, tasks
from queries.query import _prepared
from tests.database import execute
from tests.queries.conftest import LOGINS
from tests.queries.things import EVERY, Things
from tests.test_index_uses import ADA, DATA

# Of the tasks with a date, a sixth is late.
LATE = DATA.replace("now() + n % 365 *", "now() + (n % 365 - 60) *")
BEN = "7".rjust(32, "u")  # has a little
NOW = datetime.now(UTC)

BY_VALUE: dict[str, Query[Any]] = {
    "tasks.due_before": tasks.due_before(BEN, NOW + timedelta(days=7)),
    "tasks.overdue": tasks.overdue(BEN),
    "tasks.with_all_tags": tasks.with_all_tags(ADA, ["rare"]),
    "tasks.with_any_tag": tasks.with_any_tag(ADA, ["rare"]),
}
"""Queries whose plan depends on what is asked for."""


@pytest.fixture(scope="module")
def planning(server: Server, head_template: str, database: str) -> Iterator[dict[str, sa.Engine]]:
    """Engines on a database with thousands of rows; Ada has the most."""
    with sandbox(server.url(), prefix="plans", template=head_template) as url:
        execute(url, LATE)
        execute(url, "VACUUM ANALYZE")
        yield {
            who: sa.create_engine(sa.make_url(url).set(username=login), poolclass=sa.NullPool)
            for who, login in LOGINS.items()
        }


@pytest.fixture(scope="module")
def adas(planning: dict[str, sa.Engine]) -> Things:
    """Her longest conversation and one of her tasks."""
    with planning["owner"].connect() as connection:
        conversation, message = connection.exec_driver_sql(
            "SELECT conversation_id, min(id::text)::uuid FROM messages WHERE user_id = %s"
            " GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
            (ADA,),
        ).one()
        task = connection.exec_driver_sql("SELECT min(id) FROM tasks WHERE user_id = %s", (ADA,))
        said = MessageCreate(id=message, role="user", content="x")
        return Things(ADA, conversation, said, 1, task.scalar_one(), NOW)


def plan(engine: sa.Engine, query: Query[Any], *, generic: bool = False) -> str:
    """What the planner makes of the statement as it is sent; nothing of it stays.

    With its values, or as it is planned once for any values.
    """
    statement, parameters = _prepared(None, query)
    sent: list[tuple[str, Any]] = []
    with engine.connect() as connection:
        if engine.url.username == LOGINS["app_user"]:
            connection.exec_driver_sql("SELECT set_app_user(%s)", (query.user_id,))

        @sa.event.listens_for(connection, "before_cursor_execute")
        def note(_connection: Any, _cursor: Any, text: str, values: Any, *_: Any) -> None:
            sent.append((text, values))

        connection.execute(statement, parameters).close()
        text, values = sent.pop()
        driver: Any = connection.connection.driver_connection
        if generic:
            asked = PostgresQuery(psycopg.adapt.Transformer(driver))
            asked.convert(text, values)
            driver.execute(b"PREPARE asked AS " + asked.query)
            driver.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            nothing = ", ".join(["NULL"] * len(asked.params or ()))
            text, values = f"EXECUTE asked ({nothing})", None
        rows = driver.execute(f"EXPLAIN (COSTS OFF) {text}", values).fetchall()
        return "\n".join(row[0] for row in rows)


def indexes(plan: str) -> set[str]:
    assert not re.search(r"Seq Scan on (tasks|conversations|messages)\b", plan), plan
    return set(re.findall(r"(?:Index Scan|Index Only Scan)(?: Backward)? (?:using|on) (\w+)", plan))


@pytest.mark.parametrize("who", ["owner", "app_user"])
@pytest.mark.parametrize("name", sorted(EVERY))
def test_a_query_is_served_by_its_index(
    name: str, who: str, planning: dict[str, sa.Engine], adas: Things
) -> None:
    expected = set(SERVED[name].by(who))
    query = BY_VALUE.get(name) or EVERY[name](ADA, adas)
    found = indexes(plan(planning[who], query))
    assert expected <= found if name in BY_VALUE else expected == found
    if query.otherwise:
        settled = indexes(plan(planning[who], query.otherwise))
        assert settled <= CONVERSATION | MESSAGE | TASK
        assert settled


@pytest.mark.parametrize("who", ["owner", "app_user"])
@pytest.mark.parametrize("name", sorted(set(EVERY) - set(BY_VALUE)))
def test_a_plan_for_any_values_is_the_same(
    name: str, who: str, planning: dict[str, sa.Engine], adas: Things
) -> None:
    """What PostgreSQL plans once for a prepared statement, without looking at the values."""
    assert indexes(plan(planning[who], EVERY[name](ADA, adas), generic=True)) == set(
        SERVED[name].indexes
    )


def test_jobs_are_served_by_theirs(planning: dict[str, sa.Engine]) -> None:
    job = planning["app_maintenance"]
    due = reminders.due(NOW, NOW + timedelta(days=1))
    assert indexes(plan(job, due)) == {"ix_tasks_due_date"}
    before = {"before": NOW - timedelta(days=30), "batch": 100}
    purge: Query[Any] = Query(None, retention._PURGE, before, lambda _: None)
    assert indexes(plan(job, purge)) == {"ix_messages_created_at"}
    count: Query[Any] = Query(None, retention._COUNT, before, lambda _: None)
    assert indexes(plan(job, count)) == {"ix_messages_created_at"}
