"""Databases at a revision, with the rows of a seed that may be of an earlier one."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from migrator import errors, rows
from migrator.review.reversal import shape
from migrator.review.reversal.road import Road

Making = Callable[[str | None], AbstractContextManager[Road]]
"""Makes a database out of the address of a template, or an empty one."""


@contextmanager
def sown(
    make: Making, template: str | None, before: str, seed: Path | None
) -> Iterator[tuple[Road, bool]]:
    """A database at `before`, and whether it has the rows of `seed`.

    They are loaded there, or brought along from there where they fit first; a seed of a later
    schema fits nowhere on the way. Raises MigratorError when `before` cannot be reached.
    """
    with make(template) as road:
        _must(road, before)
        if seed is None or not _has_tables(road):
            yield road, False
            return
        if _loaded(road, seed):
            yield road, True
            return
    with make(None) as road:
        fits = False
        while not fits and _at(road) != before and road.run("upgrade", "+1").failed is None:
            fits = _loaded(road, seed)
        _must(road, before)
        yield road, fits


def _must(road: Road, before: str) -> None:
    if failed := road.run("upgrade", before).failed:
        raise errors.reversal_not_possible(before, failed.first_line)


def _loaded(road: Road, seed: Path) -> bool:
    """Whether the seed fits here; it is loaded wholly or not at all."""
    try:
        road.roles.noting(lambda: rows.load(road.connection, seed))
    except errors.MigratorError:
        return False
    return True


def _has_tables(road: Road) -> bool:
    return any(not one.internal for one in shape.tables(road.connection).values())


def _at(road: Road) -> str | None:
    """The revision, as Alembic's own table tells it; None where it is not to be found."""
    known = road.connection.execute("SELECT to_regclass('alembic_version')").fetchone()
    if known is None or known[0] is None:
        return None
    row = road.connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None
