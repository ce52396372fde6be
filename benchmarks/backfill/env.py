"""Alembic's environment of a project without models."""

import sqlalchemy as sa

from migrator import environment

environment.run(sa.MetaData())
