"""The safe way to do something, as code that runs: SQL, or the body of a revision."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import indent
from typing import Literal

Dialect = Literal["sql", "alembic", "ops"]
"""Plain SQL, a revision of any Alembic project, or one that may use migrator.ops."""


@dataclass(frozen=True)
class Part:
    """Statements that belong in one transaction, or, each by itself, outside of one.

    `ops` are the same as calls of migrator.ops, `when` says what must have happened before.
    """

    sql: tuple[str, ...]
    transaction: bool = True
    ops: tuple[str, ...] = ()
    when: str = ""


@dataclass(frozen=True)
class Form:
    """Parts in their order: each in a transaction, for Alembic in a revision, of its own."""

    parts: tuple[Part, ...]

    def render(self, dialect: Dialect) -> str:
        write = _as_sql if dialect == "sql" else _as_revision
        alone = len(self.parts) == 1
        found = [write(part, dialect, number, alone) for number, part in enumerate(self.parts, 1)]
        return "\n".join(found)


def form(*parts: Part | None) -> Form:
    """The parts that there are."""
    return Form(tuple(part for part in parts if part))


def _as_sql(part: Part, _dialect: Dialect, _number: int, alone: bool) -> str:
    lines = [f"-- {part.when}"] if part.when else []
    statements = [f"{statement};" for statement in part.sql]
    if not part.transaction:
        lines += ["-- outside a transaction", *statements]
    elif alone:
        lines += statements
    else:
        lines += ["BEGIN;", *statements, "COMMIT;"]
    return "\n".join(lines)


def _as_revision(part: Part, dialect: Dialect, number: int, alone: bool) -> str:
    head = [] if alone else [f"# revision {number}" + (f": {part.when}" if part.when else "")]
    if dialect == "ops" and part.ops:
        return "\n".join([*head, *part.ops])
    calls = _executes(part.sql)
    if not part.transaction:
        block = indent("\n".join(calls), "    ")
        calls = ["with op.get_context().autocommit_block():", block]
    return "\n".join([*head, *calls])


def _executes(statements: Sequence[str]) -> list[str]:
    return [f"op.execute({_literal(statement)})" for statement in statements]


def _literal(statement: str) -> str:
    if "\n" not in statement and '"' not in statement and "\\" not in statement:
        return f'"{statement}"'
    if '"""' not in statement and not statement.endswith('"') and "\\" not in statement:
        return f'"""{statement}"""'
    return repr(statement)
