"""A hop as an operation of Alembic's: it is reversed, shown by `alembic check`, and rendered."""

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import MigrateOperation

from migrator.autogenerate import writing
from migrator.autogenerate.hop import Hop
from migrator.autogenerate.writing import Facts
from migrator.catalog import differences


class HopOperation(MigrateOperation):
    """One revision's upgrade, or its downgrade."""

    def __init__(self, hop: Hop, facts: Facts, *, downgrade: bool = False) -> None:
        self.hop = hop
        self.facts = facts
        self.downgrade = downgrade

    def reverse(self) -> "HopOperation":
        return HopOperation(self.hop, self.facts, downgrade=not self.downgrade)

    def to_diff_tuple(self) -> tuple[str, ...]:
        """What differs, in words, one text for each difference."""
        return tuple(map(str, differences(self.hop.after, self.hop.before)))


@renderers.dispatch_for(HopOperation)
def _render(_context: AutogenContext, operation: HopOperation) -> list[str]:
    write = writing.downgrade if operation.downgrade else writing.upgrade
    return list(write(operation.hop, operation.facts))
