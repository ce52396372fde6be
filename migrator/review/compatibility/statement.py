"""A statement of the application, and how it goes."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

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


def read(file: Path) -> list[Statement]:
    """The statements of a file, each with the SET and RESET (ROLE …) that stand above it."""
    settings: list[str] = []
    found = []
    for text in statements(file.read_text(encoding="utf-8")):
        if text.split()[0].upper() in {"SET", "RESET"}:
            settings.append(text.rstrip().rstrip(";"))
        else:
            found.append(Statement(";\n".join([*settings, text])))
    return found


def try_all(
    connection: psycopg.Connection, wanted: Iterable[Statement], owner: str | None = None
) -> list[Outcome]:
    """Try each statement in a transaction of its own, and take it back."""
    return [_try(connection, one, one.role or owner) for one in wanted]


def _try(connection: psycopg.Connection, one: Statement, role: str | None) -> Outcome:
    try:
        with connection.transaction(force_rollback=True):
            if role:
                connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
            cursor = connection.execute(one.text.encode(), prepare=False)
            while cursor.nextset():
                pass
            rows = max(cursor.rowcount, 0)
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
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
