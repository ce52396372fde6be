"""docs/plans.md: what PostgreSQL does for each query, on data of a realistic shape."""

from datetime import UTC, datetime

import sqlalchemy as sa

from docs._generate import asked, explained, markdown
from docs._generate.asked import Subject
from docs._generate.explained import Plan
from docs._generate.markdown import code
from docs._generate.served import SERVED, Served
from docs._generate.volume import MEDIUM

OWNER = "migrator"

INTRODUCTION = f"""\
What PostgreSQL 18 does for each query of `queries/`: as the role that runs it, and as the owner of
the tables where that differs. The data (`docs/_generate/volume.py`): 1000 users, and
{MEDIUM.messages:,} messages in {MEDIUM.conversations} conversations of 1000 and {MEDIUM.others:,}
short ones, skewed tags. Who asks has 300 tasks and a conversation of 1000 messages, or, where it
says "a light user", 60 tasks and a few messages.

"At most" is how many pages of 8 kB one execution may read, from the cache or from the disk. The
test that holds it runs each query on 6000, 20,000 and 110,000 messages with 4000 to 40,000 tasks
(`tests/queries/test_plans_at_sizes.py`): what is asked for stays the same, and what surrounds it
must not matter. Pages that the checks of foreign keys and the cascades of a delete read are not
counted; each key has an index. A second plan of a query is asked only if the first finds nothing.
Nodes that read nothing are left out, so the user of a policy, computed once, is not seen."""

STATISTICS = """\
## Before the first ANALYZE

After a bulk load autovacuum takes up to a minute to gather statistics, and a restored dump has none
until `ANALYZE`. Until then the planner guesses from the length of the tables. No query reads a
whole table even so, and most keep within their bounds. The pages of a conversation do not: the
planner takes `ix_messages_user_id_conversation_id`, by which all of the conversation is read and
sorted, 325 pages instead of 26 for the newest page of 1000 messages. The same test shows it, on
110,000 messages that were just loaded. So: `ANALYZE` after a restore or a bulk load."""


def table() -> str:
    """The queries with their indexes: for docs/queries.md."""
    return markdown.table(
        ("query", "what", "indexes", "pages, at most"),
        (
            (f"[{code(name)}](plans.md#{_anchor(name)})", one.what, _indexes(one), str(one.buffers))
            for name, one in SERVED.items()
        ),
    )


def page(engine: sa.Engine) -> str:
    """The whole page; `engine` is a superuser's, on a database with the data of `MEDIUM`."""
    with engine.connect() as connection:
        sections = [_section(engine, connection, name, one) for name, one in SERVED.items()]
    return markdown.page(markdown.GENERATED, "# Plans", INTRODUCTION, STATISTICS, *sections)


def subject(connection: sa.Connection, user_id: str) -> Subject:
    """What is asked for: Ada's third conversation from its middle, and a task of the user."""
    with connection.begin():
        conversation, at = connection.exec_driver_sql(
            "SELECT conversation_id, created_at FROM messages"
            " WHERE conversation_id = md5('c3')::uuid ORDER BY created_at OFFSET 500 LIMIT 1"
        ).one()
        task, seen = connection.exec_driver_sql(
            "SELECT min(id), min(updated_at) FROM tasks WHERE user_id = %s", (user_id,)
        ).one()
    return Subject(user_id, conversation, task, seen, at, datetime.now(UTC))


def of(
    engine: sa.Engine, connection: sa.Connection, name: str, role: str, *, analyze: bool = False
) -> list[Plan]:
    """The plans of a query for a role: of its statement, and of those for when it finds nothing."""
    user_id = SERVED[name].of
    statements = asked.sent(engine, asked.functions()[name], subject(connection, user_id))
    return [
        explained.explain(connection, one, role, user_id or None, analyze=analyze)
        for one in statements
    ]


def _section(engine: sa.Engine, connection: sa.Connection, name: str, one: Served) -> str:
    application, owner = (
        [plan.outline() for plan in of(engine, connection, name, role)]
        for role in (one.role, OWNER)
    )
    whose = {"": "", SERVED["accounts.count"].of: ", of a light user"}.get(one.of, "")
    return markdown.page(
        f"## {name}",
        f"{one.what[0].upper()}{one.what[1:]}{whose}; at most {one.buffers:,} pages.",
        *(markdown.fence("text", plan) for plan in application),
        *(["As the owner of the tables:"] if owner != application else []),
        *(markdown.fence("text", plan) for plan in owner if owner != application),
    )


def _indexes(one: Served) -> str:
    both = (sorted(several) for several in (one.indexes, one.under_policies) if several)
    return ", then ".join(", ".join(code(index) for index in several) for several in both)


def _anchor(name: str) -> str:
    return name.replace(".", "")
