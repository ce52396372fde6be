"""What Alembic calls: the comparison, and the split into revisions.

`alembic revision --autogenerate` and `alembic check` run on a sandbox at head and not on anybody's
database: what is to be written is what the models have and the revisions have not.
"""

import sys
from collections.abc import Iterator
from typing import Any

from alembic import util
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import DowngradeOps, MigrationScript, UpgradeOps
from alembic.runtime.migration import MigrationContext
from alembic.runtime.plugins import Plugin
from alembic.util import PriorityDispatchResult

from migrator.autogenerate import clock, renames, schemas, titles
from migrator.autogenerate.hop import Hop
from migrator.autogenerate.operation import HopOperation
from migrator.autogenerate.path import path
from migrator.autogenerate.template import DRAFTS
from migrator.project import Project

NOTHING_TO_DO = "nothing to do: the revisions build what the models describe"
NAME = "migrator.autogenerate"
PROJECT = "migrator_project"
"""Option of the migration context: the project whose models are compared."""


def setup(plugin: Plugin) -> None:
    plugin.add_autogenerate_comparator(_compare, "autogenerate")


def _compare(context: AutogenContext, upgrade_ops: UpgradeOps) -> PriorityDispatchResult:
    """Compare the models with the sandbox that the context is connected to."""
    project: Project = context.opts[PROJECT]
    connection = context.connection
    assert connection is not None  # noqa: S101  there is one in every comparison
    wanted, facts = schemas.of_models(project)
    actual = schemas.seen(project, connection)
    given = project.config.attributes.get(renames.GIVEN, [])
    only_check = _is_check(context.migration_context)
    found = renames.settle(actual, wanted, [renames.NONE] if only_check else given)
    hops = renames.apply(connection, actual, found, schemas.theirs(project))
    hops += path(hops[-1].after if hops else actual, wanted)
    connection.rollback()
    upgrade_ops.ops.extend(HopOperation(hop, facts) for hop in hops)
    return PriorityDispatchResult.CONTINUE


def split(context: MigrationContext, _revision: object, directives: list[MigrationScript]) -> None:
    """One script for each hop, or none at all; `alembic check` wants all in one."""
    (asked,) = directives
    assert asked.upgrade_ops is not None  # noqa: S101  autogenerate has filled them
    operations = [one for one in asked.upgrade_ops.ops if isinstance(one, HopOperation)]
    if _is_check(context):
        asked.upgrade_ops.ops[:] = _in_one(operations)
        return
    directives[:] = list(_scripts(context, asked, operations))
    if context.script is not None:
        clock.follow_history(context.script)
    if not directives:
        print(NOTHING_TO_DO, file=sys.stderr)


def _is_check(context: MigrationContext) -> bool:
    """Whether it is `alembic check`, which asks nothing and writes nothing."""
    run = context._migrations_fn
    return run is not None and run.__qualname__.startswith("check.")


def _in_one(operations: list[HopOperation]) -> list[HopOperation]:
    """From the first schema to the last, without what lies between."""
    if not operations:
        return []
    first, last = operations[0], operations[-1]
    return [HopOperation(Hop(first.hop.before, last.hop.after), first.facts)]


def _scripts(
    context: MigrationContext, asked: MigrationScript, operations: list[HopOperation]
) -> Iterator[MigrationScript]:
    project: Project = context.opts[PROJECT]
    drafts: dict[str, Hop] = project.config.attributes.setdefault(DRAFTS, {})
    names = [titles.of(operation.hop) for operation in operations]
    if asked.message and names:
        names[titles.closest(asked.message, names)] = asked.message
    identity, head = asked.rev_id or util.rev_id(), asked.head
    for operation, name in zip(operations, names, strict=True):
        options: dict[str, Any] = {
            "head": head,
            "splice": asked.splice,
            "branch_label": asked.branch_label,
            "version_path": asked.version_path,
            "depends_on": asked.depends_on,
        }
        yield MigrationScript(
            identity,
            UpgradeOps([operation]),
            DowngradeOps([operation.reverse()]),
            message=name,
            **options,
        )
        drafts[identity] = operation.hop
        head, identity = identity, util.rev_id()
