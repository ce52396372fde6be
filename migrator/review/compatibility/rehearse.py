"""One revision, with the statements of the release before it tried on both sides."""

from pathlib import Path

import psycopg

from migrator import errors, rows
from migrator.review.compatibility.application import statements
from migrator.review.compatibility.statement import Broken, Statement, broken, try_all
from migrator.review.reversal.road import Place, database
from migrator.review.reversal.steps import Worker


def rehearse(
    ini: Path,
    before: str,
    revision: str,
    *,
    place: Place,
    worker: Worker,
    probes: list[Statement] | None = None,
    seed: Path | None = None,
    count: int = 54,
) -> list[Broken]:
    """Try the statements at `before` and again at `revision`; return those that broke.

    `probes` are what the running release sends; without them statements are made from the catalog.
    Raises MigratorError when `before` cannot be reached. Where the upgrade itself fails nothing is
    broken: it would not be there.
    """
    with database(place, worker, ini, (before, revision)) as road:
        if failed := road.run("upgrade", before).failed:
            raise errors.reversal_not_possible(before, failed.first_line)
        road.roles.noting(lambda: _fill(road.connection, seed, count))
        wanted = statements(road.connection) if probes is None else probes
        was = try_all(road.connection, wanted, place.owner)
        if road.up():
            return []
        return broken(wanted, was, try_all(road.connection, wanted, place.owner))


def _fill(connection: psycopg.Connection, seed: Path | None, count: int) -> None:
    if seed:
        rows.load(connection, seed)
    else:
        rows.fill(connection, rows=count)
