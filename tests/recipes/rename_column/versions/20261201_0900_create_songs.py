"""Create songs."""

import sqlalchemy as sa
from alembic import op

revision = "5f01c2aa9d10"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "songs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_songs")),
    )


def downgrade() -> None:
    op.drop_table("songs")
