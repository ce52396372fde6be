"""Create messages.

What is said in a conversation, written once. Deleting a conversation deletes its messages; the
key needs none to "user" beside it, and so locks no row of Better Auth's for every message.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from migrator import ops

revision = "f4b60a7c5e21"
down_revision = "18cf47b0d2e9"


def upgrade() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), server_default=sa.func.gen_random_uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("tool_calls", pg.JSONB(), nullable=True),
        sa.Column("agent_name", sa.String(50), nullable=True),
        sa.Column("agent_icon", sa.String(10), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.CheckConstraint(
            "role IN ('user', 'assistant', 'system')", name=op.f("ck_messages_role")
        ),
        sa.CheckConstraint(
            "char_length(content) <= 10000", name=op.f("ck_messages_content_length")
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id"],
            ["conversations.user_id", "conversations.id"],
            name=op.f("fk_messages_user_id_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        op.f("ix_messages_conversation_id_created_at"),
        "messages",
        ["conversation_id", "created_at", "id"],
    )
    op.create_index(
        op.f("ix_messages_user_id_conversation_id"), "messages", ["user_id", "conversation_id"]
    )
    op.create_index(op.f("ix_messages_created_at"), "messages", ["created_at"])


def downgrade() -> None:
    ops.refuse_data_loss("messages")
    op.drop_table("messages")
