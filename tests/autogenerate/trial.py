"""One kind of change, there and back: added, altered, dropped, each step upgraded and compared."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError

from migrator.connection import engine
from migrator.lint import lint
from tests.autogenerate.kinds import Kind
from tests.autogenerate.lab import Lab
from tests.autogenerate.world import changed, world

EVERY_OPTION: dict[str, object] = {
    "compare_type": True,
    "compare_server_default": True,
    "autogenerate_plugins": ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
}
_OPEN = {"revision-why", "constraint-not-valid"}
"""Rules that a person has still to look after: the reason, and an exclusion constraint."""

PLAIN: dict[str, object] = {"compare_server_default": False}


@dataclass
class Result:
    """Of one row of the table. What went wrong stands in `upgrade` and `downgrade`."""

    family: str
    kind: str
    change: str
    plain: bool
    every_option: bool
    ours: bool
    revisions: int
    upgrade: list[str]
    downgrade: list[str]


def run(kind: Kind, lab: Lab, *, alembic: bool = True) -> list[Result]:
    """From the small world to the kind, to its other form, and back to the world.

    Without `alembic` its own comparison is not asked.
    """
    states = [("add", kind.one)] + ([("alter", kind.two)] if kind.two else [])
    steps = [(word, changed(change)) for word, change in states] + [("drop", world())]
    before = world()
    results, path = [], [before]
    for word, metadata in steps:
        results.append(_step(kind, word, metadata, lab, alembic=alembic))
        path.append(metadata)
    for result, metadata in zip(reversed(results), reversed(path), strict=False):
        if not result.upgrade:
            result.downgrade = _tried(partial(lab.downgrade, metadata))
    return results


def _step(kind: Kind, word: str, metadata: sa.MetaData, lab: Lab, *, alembic: bool) -> Result:
    seen = [alembic and _alembic(lab, metadata, options) for options in (PLAIN, EVERY_OPTION)]
    result = Result(kind.family, kind.name, word, seen[0], seen[1], False, 0, [], [])

    def go() -> list[str]:
        files = lab.revise(metadata)
        result.revisions = len(files)
        if broken := [str(one) for file in files for one in lint(file) if one.rule not in _OPEN]:
            return broken
        result.ours = result.revisions > 0
        return lab.upgrade(metadata)

    result.upgrade = _tried(go)
    return result


def _tried(go: Callable[[], list[str]]) -> list[str]:
    try:
        return go()
    except (CommandError, sa.exc.SQLAlchemyError) as error:
        return [str(error)]


def _alembic(lab: Lab, metadata: sa.MetaData, options: dict[str, object]) -> bool:
    """Whether Alembic's own comparison sees the change in the database as it is now."""
    with engine(sa.make_url(lab.url)).connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "target_metadata": metadata,
                "include_name": lambda name, kind, _: kind != "table" or "migration" not in name,
                **options,
            },
        )
        try:
            return bool(compare_metadata(context, metadata))
        except sa.exc.ProgrammingError:  # it compares a default with a quotation mark in it
            return False
