"""Alembic's environment: hands the models to the tool, which makes every run a safe one."""

from migrator import environment
from models import metadata

environment.run(metadata)
