"""docs/indexes.md: every index has a query, and PostgreSQL's planner uses it for that query."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from docs._generate.indexes import indexes
from docs._generate.uses import APPLICATION, NOT_CREATED, USES, NotCreated, Use
from migrator.catalog import read
from migrator.embedded import Server
from migrator.sandbox import sandbox
from models import metadata
from tests.database import execute, opened

# Ada has a third of everything and ten long conversations; the others have a little each.
DATA = """
INSERT INTO "user" (id, name, email, "emailVerified")
SELECT lpad(n::text, 32, 'u'), 'user', n || '@example.com', true FROM generate_series(1, 300) AS n;

INSERT INTO tasks (user_id, title, completed, tags, due_date)
SELECT lpad((CASE WHEN n <= 2000 THEN 1 ELSE 2 + n % 299 END)::text, 32, 'u'), 'task', n % 10 <> 0,
    CASE WHEN n % 200 = 0 THEN ARRAY['rare'] WHEN n % 3 = 0 THEN ARRAY['home'] ELSE '{}' END,
    CASE WHEN n % 10 = 3 THEN now() + n % 365 * interval '1 day' END
FROM generate_series(1, 6000) AS n;

INSERT INTO conversations (user_id, updated_at)
SELECT lpad((CASE WHEN n <= 200 THEN 1 ELSE 2 + n % 299 END)::text, 32, 'u'),
    now() - n * interval '1 hour'
FROM generate_series(1, 2000) AS n;

INSERT INTO messages (user_id, conversation_id, role, content, created_at)
SELECT c.user_id, c.id, 'user', repeat('word ', 20), now() - m * interval '1 hour'
FROM (
    SELECT *, row_number() OVER (ORDER BY updated_at DESC) AS place FROM conversations
) AS c, generate_series(1, CASE WHEN c.place <= 10 THEN 1000 ELSE 10 END) AS m;
"""
ADA = "1".rjust(32, "u")


OWNER = "migrator"


@pytest.fixture(scope="module")
def connection(server: Server, head_template: str) -> Iterator[sa.Connection]:
    """A superuser on tables with data and statistics, who becomes one role after another."""
    with sandbox(server.url(), prefix="uses", template=head_template) as url:
        execute(url, DATA)
        execute(url, "VACUUM ANALYZE")
        with opened(url) as connection:
            yield connection


@pytest.fixture(scope="module")
def parameters(connection: sa.Connection) -> dict[str, Any]:
    """A value for every name with a colon: Ada's longest conversation, and times around now."""
    conversation = connection.exec_driver_sql(
        "SELECT conversation_id FROM messages WHERE user_id = %s"
        " GROUP BY conversation_id ORDER BY count(*) DESC LIMIT 1",
        (ADA,),
    ).scalar_one()
    connection.rollback()
    now = datetime.now(UTC)
    return {
        "user_id": ADA,
        "task_id": 17,
        "tag": "rare",
        "conversation_id": conversation,
        "new_id": UUID("0192f0c1-2345-7000-8000-000000000000"),
        "now": now,
        "tomorrow": now + timedelta(days=1),
        "next_week": now + timedelta(days=7),
        "retention": now - timedelta(days=30),
    }


def plan(
    connection: sa.Connection, role: str, query: str, parameters: dict[str, Any], before: str = ""
) -> str:
    """What the planner makes of it for the role, as text. Nothing of it stays."""
    statement = sa.text(f"EXPLAIN (COSTS OFF) {query}")
    with connection.begin() as transaction:
        connection.exec_driver_sql(f"SET LOCAL ROLE {role}")
        if role == APPLICATION:
            connection.exec_driver_sql("SELECT set_app_user(%s)", (ADA,))
        if before:
            connection.exec_driver_sql(before)
        named = {name: parameters[name] for name in statement.compile().params}
        lines = connection.execute(statement, named).scalars().all()
        transaction.rollback()
    return "\n".join(lines)


def test_every_index_has_a_use_and_no_use_is_without_an_index(connection: sa.Connection) -> None:
    tables = [table.name for table in metadata.sorted_tables if not table.info.get("external")]
    found = indexes(read(connection).only(tables))
    assert sorted(use.index for use in USES) == sorted(found)


@pytest.mark.parametrize("use", USES, ids=lambda use: use.index)
def test_the_owner_gets_the_index(
    use: Use, connection: sa.Connection, parameters: dict[str, Any]
) -> None:
    assert names(use.index, plan(connection, OWNER, use.query, parameters))


@pytest.mark.parametrize("use", USES, ids=lambda use: use.index)
def test_the_role_gets_the_index_under_its_policies(
    use: Use, connection: sa.Connection, parameters: dict[str, Any]
) -> None:
    served = plan(connection, use.role, use.query, parameters)
    assert names(use.under_policies or use.index, served)
    assert use.under_policies is None or not names(use.index, served)


@pytest.mark.parametrize(
    "missing", [no for no in NOT_CREATED if no.query], ids=lambda no: no.columns
)
def test_what_is_not_created_is_not_missed(
    missing: NotCreated, connection: sa.Connection, parameters: dict[str, Any]
) -> None:
    assert names(missing.served_by, plan(connection, OWNER, missing.query, parameters))


def test_the_index_of_phase_2_is_redundant(
    connection: sa.Connection, parameters: dict[str, Any]
) -> None:
    query = next(use.query for use in USES if use.index == "ix_tasks_user_id")
    without = plan(connection, OWNER, query, parameters, before="DROP INDEX ix_tasks_user_id")
    assert names("ix_tasks_user_id_completed", without)


@pytest.mark.parametrize("use", USES, ids=lambda use: use.index)
def test_only_jobs_ask_without_a_user(use: Use) -> None:
    assert (":user_id" in use.query) == (use.role == APPLICATION)


def test_a_common_tag_is_not_worth_its_index_to_the_application(
    connection: sa.Connection, parameters: dict[str, Any]
) -> None:
    query = next(use.query for use in USES if use.index == "ix_tasks_tags")
    common = parameters | {"tag": "home"}
    assert "Filter: (tags @> " in plan(connection, APPLICATION, query, common)


def names(index: str, plan: str) -> bool:
    """Whether the plan uses it: `ix_tasks_user_id` is no `ix_tasks_user_id_completed`."""
    return re.search(rf"\b{index}\b", plan) is not None
