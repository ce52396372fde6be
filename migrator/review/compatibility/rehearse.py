"""One revision, with the statements of the release before it tried on both sides."""

from collections.abc import Sequence
from pathlib import Path

import psycopg

from migrator import errors, rows
from migrator.review.compatibility.application import statements
from migrator.review.compatibility.statement import (
    Broken,
    Statement,
    broken,
    try_all,
    try_in_order,
)
from migrator.review.reversal.road import Place, database
from migrator.review.reversal.steps import Worker


def rehearse(
    ini: Path,
    before: str,
    revision: str,
    *,
    place: Place,
    worker: Worker,
    probes: Sequence[Statement] = (),
    seed: Path | None = None,
    count: int = 54,
    template: str | None = None,
) -> list[Broken]:
    """Try the statements at `before` and again at `revision`; return those that broke.

    `probes` are what the running release sends, tried one after the other. Where none is given, or
    none of them goes at `before` (they are of a later release), they are made from the catalog.
    `template` is the address of a database at `before` without rows, to begin with a copy of it.
    Raises MigratorError when `before` cannot be reached. Where the upgrade itself fails nothing is
    broken: it would not be there.
    """
    with database(place, worker, ini, (before, revision), template=template) as road:
        if failed := road.run("upgrade", before).failed:
            raise errors.reversal_not_possible(before, failed.first_line)
        road.roles.noting(lambda: _fill(road.connection, seed, count))
        wanted, attempt = list(probes), try_in_order
        was = attempt(road.connection, wanted, place.owner)
        if all(one.failed for one in was):
            wanted, attempt = statements(road.connection), try_all
            was = attempt(road.connection, wanted, place.owner)
        if road.up():
            return []
        return broken(wanted, was, attempt(road.connection, wanted, place.owner))


def _fill(connection: psycopg.Connection, seed: Path | None, count: int) -> None:
    if seed:
        rows.load(connection, seed)
    else:
        rows.fill(connection, rows=count)
