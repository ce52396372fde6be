"""Create tickets."""

import sqlalchemy as sa
from alembic import op

revision = "e2470d9b1c40"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("urgency", sa.Text),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
    )


def downgrade() -> None:
    op.drop_table("tickets")
