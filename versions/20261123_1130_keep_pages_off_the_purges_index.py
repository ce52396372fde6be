"""Keep pages of messages off the index of the purge.

A page (queries/messages.py) is read in the order of time too. Where one conversation is more than a
hundredth of all messages, the planner took this index for it and read past everything newer: 1700
buffers instead of 25. With NULLS FIRST it has another order, which only the purge asks for.
"""

from migrator import ops

revision = "e5d3907b1c46"
down_revision = "8b26e0c94d71"


def upgrade() -> None:
    ops.create_index_concurrently("ix_messages_created_at", "messages", ["created_at NULLS FIRST"])


def downgrade() -> None:
    ops.create_index_concurrently("ix_messages_created_at", "messages", ["created_at"])
