"""Roles belong to the whole server: those that a rehearsal makes go with its database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import psycopg
import sqlalchemy as sa
from psycopg import sql

from migrator.connection import plain

_HELD = """
    SELECT 1 FROM pg_shdepend AS d JOIN pg_roles AS r ON r.oid = d.refobjid
    WHERE d.refclassid = 'pg_authid'::regclass AND r.rolname = %s
"""
_Result = TypeVar("_Result")


class Roles:
    """Notes what roles a step makes. Somebody else's, made at the same moment, would be noted too:
    so each step is looked at by itself, and what is in use anywhere is left alone."""

    def __init__(self, admin: psycopg.Connection) -> None:
        self._admin = admin
        self._made: list[str] = []

    def noting(self, step: Callable[[], _Result]) -> _Result:
        """Run something that may make roles."""
        before = self._names()
        try:
            return step()
        finally:
            self._made += sorted(self._names() - before - set(self._made))

    def drop(self) -> None:
        """Drop those that nothing hangs on any more, members of each other in either order."""
        for name in self._made:
            if not self._admin.execute(_HELD, [name]).fetchone():
                self._admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))

    def _names(self) -> set[str]:
        return {name for (name,) in self._admin.execute("SELECT rolname FROM pg_roles")}


@contextmanager
def roles(admin_url: str) -> Iterator[Roles]:
    """Drop the noted roles at the end: enter this before the database that they are made for."""
    with plain(sa.make_url(admin_url)) as admin:
        noted = Roles(admin)
        try:
            yield noted
        finally:
            noted.drop()
