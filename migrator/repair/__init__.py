"""The SQL that makes one schema equal to another: in its safe form, in the order of dependencies.

    repair(wanted, actual, *, renames=None) -> list[Step]
    likely_renames(wanted, actual) -> dict[Key, Key]

Catalogs in, statements out: no connection. `renames` maps keys of `actual` to keys of `wanted`;
None takes those that `likely_renames` finds, {} takes none (then it is drop and create).
"""

from migrator.repair.listing import Repaired, by_difference
from migrator.repair.plan import repair
from migrator.repair.renames import likely_renames
from migrator.repair.step import Action, Step

__all__ = ["Action", "Repaired", "Step", "by_difference", "likely_renames", "repair"]
