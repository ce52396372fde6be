"""What each index is for: a query, who runs it, and the requirement that it comes from.

Every index of the database stands here and nothing else does; a test asks PostgreSQL's planner for
each query (tests/test_index_uses.py). Names with a colon are parameters.
"""

from dataclasses import dataclass

APPLICATION = "app_user"
JOBS = "app_maintenance"


@dataclass(frozen=True)
class Use:
    """One index with the query that it is there for.

    `under_policies` is the index that serves the query for `role`, where row-level security takes
    away the one that serves it for the owner of the tables.
    """

    index: str
    what: str
    requirements: str
    query: str
    reason: str
    role: str = APPLICATION
    under_policies: str | None = None


@dataclass(frozen=True)
class NotCreated:
    """An index that a specification asks for, and the query that it would be for, if there is one.

    `served_by` is the index that serves that query instead.
    """

    columns: str
    requirements: str
    reason: str
    query: str = ""
    served_by: str = ""


USES = (
    Use(
        "tasks_pkey",
        "one task",
        "R28",
        """\
SELECT title, completed
FROM tasks
WHERE user_id = :user_id AND id = :task_id""",
        "Phase II's key and its name. `user_id` is checked on the row that is found.",
    ),
    Use(
        "ix_tasks_user_id",
        "all tasks of a user",
        "R21, R29, R71",
        """\
SELECT id, title, completed
FROM tasks
WHERE user_id = :user_id
ORDER BY id""",
        """\
Redundant: `ix_tasks_user_id_completed` begins with the same column and serves everything that this
one serves, as a test shows that drops it. It is kept because Phase II made it, and its name is part
of what Phase II finds at head. Which of the two the planner takes depends on their sizes: this one
on the tables of the test, the other one on 200 000 tasks. Where each index of tasks counts, it is
the first one to go.""",
    ),
    Use(
        "ix_tasks_user_id_completed",
        "a user's open (or done) tasks",
        "R36, R71, R79",
        """\
SELECT id, title
FROM tasks
WHERE user_id = :user_id AND completed = false""",
        "The list that is looked at most.",
    ),
    Use(
        "ix_tasks_tags",
        "a user's tasks with a rare tag",
        "R35, R71",
        """\
SELECT id, title
FROM tasks
WHERE user_id = :user_id AND tags @> ARRAY[:tag]""",
        """\
Serves whoever is not subject to the policies: the owner of the tables, and so Phase II's code. For
`app_user` it does nothing: see [below](#tags-under-row-level-security).""",
        under_policies="ix_tasks_user_id",
    ),
    Use(
        "ix_tasks_due_date",
        "what is due soon, across users: the reminder job",
        "R35, R71",
        """\
SELECT id, user_id, title
FROM tasks
WHERE due_date >= :now AND due_date < :tomorrow AND completed = false""",
        "Partial: tasks without a date take no room in it. Has no user, so only a job may run it.",
        role=JOBS,
    ),
    Use(
        "ix_tasks_user_id_due_date",
        "what a user has to do this week, soonest first",
        "R21, R35",
        """\
SELECT id, title, due_date
FROM tasks
WHERE user_id = :user_id AND due_date < :next_week AND completed = false
ORDER BY due_date
LIMIT 50""",
        """\
`ix_tasks_due_date` would read everybody's tasks of that week; this one reads one user's, already in
order.""",
    ),
    Use(
        "pk_conversations",
        "create a conversation, once",
        "R38",
        """\
INSERT INTO conversations (id, user_id, title)
VALUES (:new_id, :user_id, 'Groceries')
ON CONFLICT (id) DO NOTHING""",
        """\
The client makes the id, so an insert that is sent again after a dropped connection meets its own
row here and adds none.""",
    ),
    Use(
        "uq_conversations_user_id_id",
        "one conversation; the key of `messages`",
        "R20, R75",
        """\
SELECT title, updated_at
FROM conversations
WHERE user_id = :user_id AND id = :conversation_id""",
        """\
What the foreign key of `messages` points at, so it is searched for every message that is inserted.
It finds a conversation by owner and id in one step.""",
    ),
    Use(
        "ix_conversations_user_id_updated_at",
        "a user's conversations, newest first, a page",
        "R63, R64, R74",
        """\
SELECT id, title, updated_at
FROM conversations
WHERE user_id = :user_id AND (updated_at, id) < (:now, :new_id)
ORDER BY updated_at DESC, id DESC
LIMIT 10""",
        """\
Read in its own order, so a page costs a page however many conversations there are. `id` breaks
ties, without which a page could skip or repeat one.""",
    ),
    Use(
        "pk_messages",
        "append a message, once",
        "R43",
        """\
INSERT INTO messages (id, user_id, conversation_id, role, content)
VALUES (:new_id, :user_id, :conversation_id, 'user', 'hello')
ON CONFLICT (id) DO NOTHING""",
        """\
As for conversations. Version 7 ids ascend, so inserts meet at the right edge of the index and leave
the rest of it alone.""",
    ),
    Use(
        "ix_messages_conversation_id_created_at",
        "a page of a conversation's history, newest first",
        "R44, R52, R66, R67, R75, R77, R78",
        """\
SELECT id, role, content, created_at
FROM messages
WHERE user_id = :user_id AND conversation_id = :conversation_id
    AND (created_at, id) < (:now, :new_id)
ORDER BY created_at DESC, id DESC
LIMIT 50""",
        """\
Read backwards in its own order. `id` is in it because messages of one transaction have one
`created_at`. That the planner takes it at any size of the table, beside a condition on `user_id`,
is the work of the [statistics](#statistics).""",
    ),
    Use(
        "ix_messages_user_id_conversation_id",
        "how many messages each conversation of a user has",
        "R68, R69, R72, R80",
        """\
SELECT conversation_id, count(*)
FROM messages
WHERE user_id = :user_id
GROUP BY conversation_id""",
        """\
Answered out of the index alone. It also carries the cascade of a deleted conversation: it is the
index of the foreign key.""",
    ),
    Use(
        "ix_messages_created_at",
        "the oldest messages: the retention purge",
        "R70, R94",
        """\
DELETE FROM messages
WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM messages WHERE created_at < :retention
    ORDER BY created_at NULLS FIRST LIMIT 5000
))""",
        """\
One batch, which commits. Without the index each batch reads the whole table. Why a B-tree and not
BRIN, and why NULLS FIRST where there is no NULL: [ADR 0009](adr/0009-index-for-the-purge.md).""",
        role=JOBS,
    ),
)

NOT_CREATED = (
    NotCreated(
        "tasks (completed)",
        "R36, R71",
        "two values, and every query has a user",
        "SELECT id FROM tasks WHERE user_id = :user_id AND completed = false",
        "ix_tasks_user_id_completed",
    ),
    NotCreated(
        "conversations (user_id)",
        "R63",
        "a prefix",
        "SELECT id FROM conversations WHERE user_id = :user_id ORDER BY updated_at DESC LIMIT 10",
        "ix_conversations_user_id_updated_at",
    ),
    NotCreated("conversations (updated_at DESC)", "R65", "no query is without a user"),
    NotCreated(
        "messages (conversation_id)",
        "R66",
        "a prefix",
        "SELECT count(*) FROM messages WHERE conversation_id = :conversation_id",
        "ix_messages_conversation_id_created_at",
    ),
    NotCreated(
        "messages (user_id)",
        "R68",
        "a prefix",
        "SELECT count(*) FROM messages WHERE user_id = :user_id",
        "ix_messages_user_id_conversation_id",
    ),
)
