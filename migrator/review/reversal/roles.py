"""Roles belong to the whole server: those that a rehearsal makes go with its database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import psycopg
import sqlalchemy as sa

from migrator.connection import plain
from migrator.sandbox import drop_roles, note_roles

_Result = TypeVar("_Result")


class Roles:
    """Notes what roles a step makes. Somebody else's, made at the same moment, would be noted too:
    so each step is looked at by itself, and what is in use anywhere is left alone."""

    def __init__(self, admin: psycopg.Connection) -> None:
        self._admin = admin
        self._made: list[str] = []
        self._database = ""

    def belong_to(self, address: str) -> None:
        """Tell the database for which they are made: they go with it, also after a kill."""
        self._database = sa.make_url(address).database or ""

    def noting(self, step: Callable[[], _Result]) -> _Result:
        """Run something that may make roles."""
        before = self._names()
        try:
            return step()
        finally:
            new = sorted(self._names() - before - set(self._made))
            self._made += new
            if new:
                note_roles(self._admin, self._database, self._made)

    def drop(self) -> None:
        """Drop those that nothing hangs on any more."""
        drop_roles(self._admin, self._made)

    def _names(self) -> set[str]:
        return {name for (name,) in self._admin.execute("SELECT rolname FROM pg_roles")}


@contextmanager
def roles(admin_url: str, *, alone: bool = False) -> Iterator[Roles]:
    """Drop the noted roles at the end: enter this before the database that they are made for.

    `alone`: wait for others who would make roles of the same names at the same moment.
    """
    with plain(sa.make_url(admin_url)) as admin:
        if alone:
            admin.execute("SELECT pg_advisory_lock(hashtext('roles of a rehearsal'))")
        noted = Roles(admin)
        try:
            yield noted
        finally:
            noted.drop()
