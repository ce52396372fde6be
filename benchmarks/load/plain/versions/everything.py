"""Everything since Phase II, as autogenerate writes it from the models.

By hand only what it does not know: the naive times are UTC, and who may see which rows.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models import metadata, security

revision = "everything"
down_revision = "5a0c1e7d93f2"

TASKS = metadata.tables["tasks"]


def upgrade() -> None:
    op.execute("SET lock_timeout = 0")
    create_conversations()
    create_messages()
    op.add_column(
        "tasks",
        sa.Column(
            "tags",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment=TASKS.c.tags.comment,
        ),
    )
    op.add_column(
        "tasks",
        sa.Column("due_date", sa.DateTime(timezone=True), comment=TASKS.c.due_date.comment),
    )
    for column in ("id", "user_id", "title", "description"):
        op.alter_column("tasks", column, comment=TASKS.c[column].comment)
    op.alter_column(
        "tasks", "completed", server_default=sa.false(), comment=TASKS.c.completed.comment
    )
    for column in ("created_at", "updated_at"):
        op.alter_column(
            "tasks",
            column,
            existing_type=postgresql.TIMESTAMP(),
            type_=sa.DateTime(timezone=True),
            postgresql_using=f"{column} AT TIME ZONE 'UTC'",
            server_default=sa.text("now()"),
            comment=TASKS.c[column].comment,
        )
    due = sa.text("due_date IS NOT NULL")
    op.create_index("ix_tasks_due_date", "tasks", ["due_date"], postgresql_where=due)
    op.create_index("ix_tasks_tags", "tasks", ["tags"], postgresql_using="gin")
    op.create_index("ix_tasks_user_id_completed", "tasks", ["user_id", "completed"])
    op.create_index(
        "ix_tasks_user_id_due_date", "tasks", ["user_id", "due_date"], postgresql_where=due
    )
    op.create_foreign_key(
        "fk_tasks_user_id_user", "tasks", "user", ["user_id"], ["id"], ondelete="CASCADE"
    )
    op.create_check_constraint("ck_tasks_title_not_empty", "tasks", "title <> ''")
    op.create_table_comment("tasks", TASKS.comment)
    for statement in security.statements():
        op.execute(statement.replace(":", "\\:"))


def create_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()")),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(200)),
        timestamp("created_at"),
        timestamp("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.UniqueConstraint("user_id", "id", name="uq_conversations_user_id_id"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name="fk_conversations_user_id_user", ondelete="CASCADE"
        ),
    )
    op.create_index(
        "ix_conversations_user_id_updated_at",
        "conversations",
        ["user_id", sa.text("updated_at DESC"), sa.text("id DESC")],
    )
    describe("conversations")


def create_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()")),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("tool_calls", postgresql.JSONB()),
        sa.Column("agent_name", sa.String(50)),
        sa.Column("agent_icon", sa.String(10)),
        timestamp("created_at"),
        sa.CheckConstraint("role IN ('user', 'assistant', 'system')", name="ck_messages_role"),
        sa.CheckConstraint("char_length(content) <= 10000", name="ck_messages_content_length"),
        sa.ForeignKeyConstraint(
            ["user_id", "conversation_id"],
            ["conversations.user_id", "conversations.id"],
            name="fk_messages_user_id_conversation_id_conversations",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
    )
    for columns in (["conversation_id", "created_at", "id"], ["user_id", "conversation_id"]):
        name = "_".join(["ix_messages", *(column for column in columns if column != "id")])
        op.create_index(name, "messages", columns)
    op.create_index("ix_messages_created_at", "messages", [sa.text("created_at NULLS FIRST")])
    op.execute(
        "CREATE STATISTICS st_messages_user_id_conversation_id (dependencies)"
        " ON user_id, conversation_id FROM messages"
    )
    describe("messages")


def timestamp(name: str) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def describe(table: str) -> None:
    op.create_table_comment(table, metadata.tables[table].comment)
    for column in metadata.tables[table].columns:
        op.alter_column(table, column.name, comment=column.comment)
