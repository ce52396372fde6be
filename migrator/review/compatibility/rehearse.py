"""One revision, with the statements of the release before it tried on both sides."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from migrator import rows
from migrator.review.compatibility.application import statements
from migrator.review.compatibility.statement import (
    Broken,
    Statement,
    broken,
    try_all,
    try_in_order,
)
from migrator.review.reversal.road import Place, Road, database
from migrator.review.reversal.sowing import sown
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
    `seed` is loaded at the first revision that takes it; without one `count` rows a table are made.
    `template` is the address of a database at `before` without rows, to begin with a copy of it.
    Raises MigratorError when `before` cannot be reached. Where the upgrade itself fails nothing is
    broken: it would not be there.
    """

    def make(copied: str | None) -> AbstractContextManager[Road]:
        return database(place, worker, ini, (before, revision), template=copied)

    with sown(make, template, before, seed) as (road, given):
        if not given:
            rows.fill(road.connection, rows=count)
        wanted, attempt = list(probes), try_in_order
        was = attempt(road.connection, wanted, place.owner)
        if all(one.failed for one in was):
            wanted, attempt = statements(road.connection), try_all
            was = attempt(road.connection, wanted, place.owner)
        if road.up():
            return []
        return broken(wanted, was, attempt(road.connection, wanted, place.owner))
