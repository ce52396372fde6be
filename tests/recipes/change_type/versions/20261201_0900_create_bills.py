"""Create bills."""

import sqlalchemy as sa
from alembic import op

revision = "a3d85e60f120"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "bills",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("due", sa.Text),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bills")),
    )


def downgrade() -> None:
    op.drop_table("bills")
