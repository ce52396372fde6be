"""As `alembic init` writes it, without the offline half."""

import os

import sqlalchemy as sa
from alembic import context

with sa.create_engine(os.environ["DATABASE_URL"], poolclass=sa.NullPool).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
