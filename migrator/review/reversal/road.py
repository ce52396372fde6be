"""A throwaway database, and how to get from one revision to the next and back in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import sqlalchemy as sa

from migrator.connection import plain
from migrator.review.reversal.roles import Roles, roles
from migrator.review.reversal.steps import Failed, Step, Worker
from migrator.sandbox import Seed, sandbox


@dataclass(frozen=True)
class Place:
    """A server for throwaway databases: who may do anything there, and who migrates."""

    admin_url: str
    owner: str | None = None
    external: Seed | None = None


@dataclass(frozen=True)
class Road:
    """`url` is for the one who migrates, `connection` that of who may do anything."""

    worker: Worker
    ini: Path
    url: str
    before: str
    after: str
    connection: psycopg.Connection
    roles: Roles

    def up(self) -> Failed | None:
        return self.run("upgrade", self.after).failed

    def down(self) -> Failed | None:
        return self.run("downgrade", self.before).failed

    def run(self, verb: str, to: str) -> Step:
        return self.roles.noting(lambda: self.worker.run(self.ini, self.url, verb, to))


@contextmanager
def database(
    place: Place, worker: Worker, ini: Path, ends: tuple[str, str], *, template: str | None = None
) -> Iterator[Road]:
    """A new database, empty or a copy of the one at the address `template`."""
    name = sa.make_url(template).database if template else None
    seed = None if template else place.external
    with (
        roles(place.admin_url) as made,
        sandbox(place.admin_url, owner=place.owner, seed=seed, template=name) as address,
    ):
        made.belong_to(address)
        url = sa.make_url(address)
        own = url.set(username=place.owner) if place.owner else url
        with plain(url) as connection:
            target = own.render_as_string(hide_password=False)
            yield Road(worker, ini, target, *ends, connection, made)
