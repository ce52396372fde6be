"""Let the database fill in tasks.

`INSERT INTO tasks (user_id, title)` must do for every client; create_all left the defaults in
Python, where only Phase II's own code could see them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0f7d2c85ab13"
down_revision = "e41b7a90c6d8"


def upgrade() -> None:
    op.alter_column("tasks", "completed", server_default=sa.false())
    op.alter_column("tasks", "created_at", server_default=sa.func.now())
    op.alter_column("tasks", "updated_at", server_default=sa.func.now())


def downgrade() -> None:
    op.alter_column("tasks", "updated_at", server_default=None)
    op.alter_column("tasks", "created_at", server_default=None)
    op.alter_column("tasks", "completed", server_default=None)
