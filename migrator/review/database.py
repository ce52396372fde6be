"""What the databases of a rehearsal have in common."""

import psycopg
import sqlalchemy as sa

ROWS = 10_000
"""Rows of a table, unless told otherwise."""

SMALLER = 4
"""How many times fewer rows the second pass has, which shows what grows with them."""

FEWEST = 400
"""With fewer rows than this a second pass would show nothing."""

ON_ROWS = ("21", "22", "23", "P0")
"""Classes of SQLSTATE that rows may be to blame for: cardinality, data exception, integrity
constraint, and what a block of code raises itself."""

# Parallel workers count what they read for themselves; a temporary file is told in a notice.
SETTINGS = {
    "max_parallel_maintenance_workers": "0",
    "max_parallel_workers_per_gather": "0",
    "log_temp_files": "0",
    "client_min_messages": "log",
}

_ALL_TABLES = """
SELECT string_agg(format('%I.%I', n.nspname, c.relname), ', ')
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND c.relname <> 'alembic_version'
"""

_STORED = """
SELECT format('%I.%I', n.nspname, c.relname)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
"""


def settle(own: psycopg.Connection) -> None:
    """Make the settings those of every session of this database that begins from now on."""
    row = own.execute("SELECT quote_ident(current_database())").fetchone()
    for name, value in SETTINGS.items():
        own.execute(f"ALTER DATABASE {row[0] if row else ''} SET {name} = '{value}'".encode())


def empty(own: psycopg.Connection) -> None:
    """Take all rows out of all tables."""
    tables = own.execute(_ALL_TABLES).fetchone()
    if tables and tables[0]:
        own.execute(f"TRUNCATE {tables[0]} CASCADE".encode())


def has_rows(own: psycopg.Connection) -> bool:
    """Whether any table of ours holds a row."""
    tables = [row[0] for row in own.execute(_STORED)]
    found = " OR ".join(f"EXISTS (SELECT FROM {table})" for table in tables) or "false"
    return own.execute(f"SELECT {found}".encode()).fetchone() == (True,)


def conninfo(address: str) -> str:
    """SQLAlchemy's address as libpq reads it."""
    url = sa.make_url(address).set(drivername="postgresql")
    return url.render_as_string(hide_password=False)
