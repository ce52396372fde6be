"""Data of a realistic shape, at several sizes: what the plans of docs/plans.md are made on.

1000 users. Ada has most of the messages: conversations of 1000 each, ten of them going on at a
time, with what the others say in between. Tags are skewed: one task in three has "home", one in 200
"rare". What Ada and Ben have of tasks, and how long a conversation is, is the same at every size:
what a query asks for stays, and only what surrounds it grows.
"""

from dataclasses import asdict, dataclass

import sqlalchemy as sa


@dataclass(frozen=True)
class Size:
    """How much surrounds what is asked for."""

    conversations: int
    """Ada's, of 1000 messages each."""
    others: int
    """Conversations of the other 999 users."""
    words: int
    """Messages in each of those."""
    tasks: int
    """Tasks of the other users."""

    @property
    def messages(self) -> int:
        return 1000 * self.conversations + self.words * self.others


SMALL = Size(conversations=5, others=1_000, words=1, tasks=4_000)
MEDIUM = Size(conversations=18, others=1_000, words=2, tasks=12_000)
LARGE = Size(conversations=100, others=2_000, words=5, tasks=40_000)

ADA = "1".rjust(32, "u")
BEN = "7".rjust(32, "u")

_USERS = """
INSERT INTO "user" (id, name, email, "emailVerified")
SELECT lpad(n::text, 32, 'u'), 'user', n || '@example.com', true FROM generate_series(1, 1000) AS n
"""
# Ada has 300 tasks and Ben 60, spread over the table. Two of five are open, two of seven have a
# date, of which a sixth is past.
_TASKS = """
INSERT INTO tasks (user_id, title, completed, tags, due_date)
SELECT lpad(owner::text, 32, 'u'), 'task ' || n, n % 5 < 3,
    CASE WHEN n % 200 = 0 THEN ARRAY['rare'] WHEN n % 3 = 0 THEN ARRAY['home'] ELSE '{}' END,
    CASE WHEN n % 7 IN (0, 3) THEN now() + (n % 365 - 60) * interval '1 day' END
FROM (
    SELECT n, 1 AS owner FROM generate_series(1, 300) AS n
    UNION ALL SELECT n, 7 FROM generate_series(1, 60) AS n
    UNION ALL SELECT n, 8 + n * 7 % 993 FROM generate_series(1, :tasks) AS n
) AS t
ORDER BY md5(owner || '-' || n)
"""
_CONVERSATIONS = """
INSERT INTO conversations (id, user_id, title, created_at, updated_at)
SELECT md5('c' || n)::uuid, lpad(owner::text, 32, 'u'), 'talk ' || n,
    now() - n * interval '1 hour', now() - n * interval '1 hour'
FROM (
    SELECT n, 1 AS owner FROM generate_series(1, :conversations) AS n
    UNION ALL SELECT n + 1000, 2 + n % 999 FROM generate_series(1, :others) AS n
) AS c
"""
# In the order in which they were said. Ada's conversation n lasts from n to n + 10.
_MESSAGES = """
INSERT INTO messages (id, user_id, conversation_id, role, content, created_at)
SELECT md5(n || '-' || m)::uuid, lpad(owner::text, 32, 'u'), md5('c' || n)::uuid,
    CASE m % 2 WHEN 0 THEN 'user' ELSE 'assistant' END, repeat('word ', 10 + (n * 7 + m) % 60),
    now() - (200 - said) * interval '1 day'
FROM (
    SELECT n, m, 1 AS owner, n + m / 100.0 AS said
    FROM generate_series(1, :conversations) AS n, generate_series(1, 1000) AS m
    UNION ALL
    SELECT n + 1000, m, 2 + n % 999, (n * 37 % 1000) * (:conversations + 10) / 1000.0 + m / 1000.0
    FROM generate_series(1, :others) AS n, generate_series(1, :words) AS m
) AS s
ORDER BY said
"""

# VACUUM marks a page as visible to all only once the commits of its rows are on the disk.
_ON_DISK = "SET synchronous_commit = on"


def fill(connection: sa.Connection, size: Size, *, analyze: bool = True) -> None:
    """Fill a database at head, as a superuser. Without `analyze` the planner knows nothing of it.

    The connection must not be inside a transaction.
    """
    parameters = asdict(size)
    with connection.begin():
        connection.exec_driver_sql(_ON_DISK)
        for statement in (_USERS, _TASKS, _CONVERSATIONS, _MESSAGES):
            text = sa.text(statement)
            named = {name: parameters[name] for name in text.compile().params}
            connection.execute(text, named)
    if analyze:
        with connection.engine.connect() as vacuum:
            vacuum.execution_options(isolation_level="AUTOCOMMIT")
            vacuum.exec_driver_sql(_ON_DISK)
            vacuum.exec_driver_sql("VACUUM (ANALYZE) tasks, conversations, messages")
