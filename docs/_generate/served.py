"""Every query of queries/ with what serves it: the one table that pages and tests go by.

A test asks PostgreSQL's planner for each of them, at three sizes of the tables, as the owner and as
the role that runs it (tests/queries/test_plans_at_sizes.py).
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from docs._generate.uses import APPLICATION, JOBS
from docs._generate.volume import ADA, BEN

PAGE = frozenset({"ix_messages_conversation_id_created_at"})
CONVERSATION = frozenset({"uq_conversations_user_id_id"})
MESSAGE = frozenset({"pk_messages"})
TASK = frozenset({"tasks_pkey"})
TASKS = frozenset({"ix_tasks_user_id"})
TAGS = frozenset({"ix_tasks_tags"})
DUE = frozenset({"ix_tasks_user_id_due_date"})
OLD = frozenset({"ix_messages_created_at"})
CONVERSATIONS = frozenset({"ix_conversations_user_id_updated_at"})
MESSAGES = frozenset({"ix_messages_user_id_conversation_id"})
EVERYTHING = CONVERSATIONS | MESSAGES | TASKS

LIKE = {"ix_tasks_user_id_completed": "ix_tasks_user_id"}
"""Begins with the same column, and serves what the other one serves: docs/indexes.md says why both
are there. Which of the two is taken depends on their sizes."""


@dataclass(frozen=True)
class Served:
    """What a query is for, the indexes that serve it, and what it may read.

    `buffers`: pages of 8 kB that one execution reads at most, however much surrounds what is asked
    for. `under_policies`: the indexes where row-level security takes away those of the owner.
    """

    what: str
    indexes: Collection[str]
    buffers: int
    under_policies: Collection[str] = field(default=())
    of: str = ADA
    role: str = APPLICATION

    def by(self, role: str) -> Collection[str]:
        """The indexes for a role; any that has no policies is the owner."""
        return self.under_policies if role == self.role and self.under_policies else self.indexes


SERVED = {
    "accounts.count": Served("how many rows a user has", EVERYTHING, 100, of=BEN),
    "accounts.delete": Served("delete all of them, and count", EVERYTHING, 400, of=BEN),
    "accounts.export": Served("all of them as JSON lines", EVERYTHING, 150, of=BEN),
    "conversations.create": Served("a new one, once", (), 30),
    "conversations.delete": Served("one with its messages", CONVERSATION, 15),
    "conversations.one": Served("one", CONVERSATION, 6),
    "conversations.opened": Served("one with its newest messages", CONVERSATION | PAGE, 80),
    "conversations.recent": Served("a page, last active first", CONVERSATIONS, 20),
    "conversations.rename": Served("its title", CONVERSATION, 40),
    "messages.append": Served("say one thing, once", CONVERSATION | MESSAGE, 80),
    "messages.append_all": Served("say several things, once", CONVERSATION | MESSAGE, 120),
    "messages.count": Served("how many", MESSAGES, 500),
    "messages.history": Served("everything said", MESSAGES, 500),
    "messages.last": Served("the newest one", PAGE, 20),
    "messages.latest": Served("the newest page", PAGE, 80),
    "messages.newer": Served("the page after", PAGE, 200),
    "messages.older": Served("the page before", PAGE, 200),
    "readiness.ready": Served("whether the database is what the code needs", (), 40),
    "reminders.due": Served(
        "what is due, of everybody", {"ix_tasks_due_date"}, 600, of="", role=JOBS
    ),
    "retention.count": Served("how many messages are old", OLD, 600, of="", role=JOBS),
    "retention.purge": Served("delete 5000 of them", OLD, 16_000, of="", role=JOBS),
    "tasks.by_completion": Served("done, or open", {"ix_tasks_user_id_completed"}, 200),
    "tasks.complete": Served("mark one done, or open", TASK, 50),
    "tasks.create": Served("a new one", (), 40),
    "tasks.delete": Served("one", TASK, 15),
    "tasks.due_before": Served("open ones due before an instant", DUE, 60, of=BEN),
    "tasks.listed": Served("all", TASKS, 350),
    "tasks.one": Served("one", TASK, 6),
    "tasks.overdue": Served("open ones that are late", DUE, 60, of=BEN),
    "tasks.titled": Served("titles that begin so", TASKS, 350),
    "tasks.update": Served("change one, unless somebody else has", TASK, 50),
    "tasks.with_all_tags": Served("with every tag", TAGS, 350, TASKS),
    "tasks.with_any_tag": Served("with one of the tags", TAGS, 350, TASKS),
}
"""By the name that an application calls it by."""
