"""A statement of the application, and how it goes."""

from collections.abc import Iterable
from dataclasses import dataclass

import psycopg
from psycopg import sql

from migrator.render.statements import statements
from migrator.review.observed import Failure
from migrator.review.words import failure


@dataclass(frozen=True)
class Statement:
    """`role` is who executes it (None: the owner), `about` the table it is made for, if known."""

    text: str
    role: str | None = None
    about: str | None = None


@dataclass(frozen=True)
class Outcome:
    """`rows` returned or written; `failed` is what PostgreSQL said instead."""

    failed: Failure | None
    rows: int = 0


@dataclass(frozen=True)
class Broken:
    """A statement that went well before, and now fails or finds fewer rows."""

    statement: Statement
    before: Outcome
    after: Outcome


_ENDS = {"BEGIN", "START", "COMMIT", "END", "ROLLBACK"}


def read(text: str) -> list[Statement]:
    """The statements of a file, each with the SET and RESET (ROLE …) that stand above it.

    What begins and ends transactions is left out: whoever tries the statements does both.
    """
    settings: list[str] = []
    found = []
    for one in statements(text):
        first = one.split()[0].upper().rstrip(";")
        if first in {"SET", "RESET"}:
            settings.append(one.rstrip().rstrip(";"))
        elif first not in _ENDS:
            found.append(Statement(";\n".join([*settings, one])))
    return found


def try_all(
    connection: psycopg.Connection, wanted: Iterable[Statement], owner: str | None = None
) -> list[Outcome]:
    """Try each statement in a transaction of its own, and take it back."""
    return [_try(connection, one, one.role or owner, keep=False) for one in wanted]


def try_in_order(
    connection: psycopg.Connection, wanted: Iterable[Statement], owner: str | None = None
) -> list[Outcome]:
    """Try the statements one after the other: each sees what those before it wrote.

    All of them are taken back at the end.
    """
    with connection.transaction(force_rollback=True):
        return [_try(connection, one, one.role or owner, keep=True) for one in wanted]


def _try(
    connection: psycopg.Connection, one: Statement, role: str | None, *, keep: bool
) -> Outcome:
    try:
        with connection.transaction(force_rollback=not keep):
            if role:
                connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
            cursor = connection.execute(one.text.encode(), prepare=False)
            while cursor.nextset():
                pass
            rows = max(cursor.rowcount, 0)
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            connection.execute("SET CONSTRAINTS ALL DEFERRED")  # for those that come after it
    except psycopg.Error as error:
        return Outcome(failure(error))
    return Outcome(None, rows)


def broken(
    wanted: Iterable[Statement], before: Iterable[Outcome], after: Iterable[Outcome]
) -> list[Broken]:
    """Those that went well and do not any more."""
    return [
        Broken(one, was, now)
        for one, was, now in zip(wanted, before, after, strict=True)
        if not was.failed and (now.failed or now.rows < was.rows)
    ]
