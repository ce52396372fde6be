"""Create conversations.

The threads of the chat. UNIQUE (user_id, id) is what the key of messages points at, so that a
message cannot sit in another user's conversation; the index lists a user's newest threads.
"""

import sqlalchemy as sa
from alembic import op

from migrator import ops

revision = "18cf47b0d2e9"
down_revision = "a95d82e6013f"


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Uuid(), server_default=sa.func.gen_random_uuid(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(200), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("user_id", "id", name=op.f("uq_conversations_user_id_id")),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.id"],
            name=op.f("fk_conversations_user_id_user"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        op.f("ix_conversations_user_id_updated_at"),
        "conversations",
        ["user_id", sa.text("updated_at DESC"), sa.text("id DESC")],
    )


def downgrade() -> None:
    ops.refuse_data_loss("conversations")
    op.drop_table("conversations")
