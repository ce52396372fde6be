"""Changes a PostgreSQL schema safely: the tool around Alembic.

Knows Alembic and PostgreSQL and never an application's tables: it takes the metadata from
migrations/env.py and the paths from alembic.ini, and works on any Alembic project that has both.
"""

__version__ = "0.1.0"
