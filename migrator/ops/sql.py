"""Names and texts as SQL, and the statements that decide in the database instead of in Python."""

from textwrap import indent

from alembic import op
from sqlalchemy.dialects import postgresql

_quote = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]


def name(identifier: str) -> str:
    """An identifier, quoted where it must be."""
    return _quote(identifier)


def literal(text: str) -> str:
    """A text as a literal (standard_conforming_strings, PostgreSQL's default since 9.1)."""
    return "'" + text.replace("'", "''") + "'"


def do(body: str, declare: str = "") -> None:
    """Run a PL/pgSQL block: what depends on the database's state must also work in `--sql`."""
    declared = f"DECLARE\n{indent(declare.strip(), '    ')}\n" if declare else ""
    execute(f"DO $$\n{declared}BEGIN\n{indent(body.strip(), '    ')}\nEND\n$$")


def execute(statement: str) -> None:
    """Run one statement exactly as it is written: a colon in it is no parameter."""
    op.execute(verbatim(statement))


def verbatim(statement: str) -> str:
    """SQL for `sqlalchemy.text` in which a colon is no parameter."""
    return statement.replace(":", "\\:")
