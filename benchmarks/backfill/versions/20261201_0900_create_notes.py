"""Create notes.

The rows come between this revision and the next one.
"""

import sqlalchemy as sa
from alembic import op

revision = "c0a4e1d97b35"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("words", sa.Integer),
        sa.Column("times", sa.Integer, nullable=False, server_default="0"),
        sa.Column("edits", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )


def downgrade() -> None:
    op.drop_table("notes")
