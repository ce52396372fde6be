"""Alembic's environment of the recipes, which have no models."""

import sqlalchemy as sa

from migrator import environment

environment.run(sa.MetaData())
