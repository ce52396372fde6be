"""The rules of a review, as data: what each looks for, why it matters, what to do instead."""

from migrator.review.rules import (
    columns,
    compatibility,
    constraint_rules,
    data,
    failures,
    indexes,
    lock_rules,
    notes,
    partitions,
    removal_rules,
    renames,
    rewrite_rules,
    security,
)
from migrator.review.rules.rule import Hit, Rule
from migrator.review.rules.step import Run, Step

RULES: dict[str, Rule] = {
    rule.id: rule
    for family in (
        indexes,
        constraint_rules,
        columns,
        rewrite_rules,
        partitions,
        lock_rules,
        data,
        removal_rules,
        renames,
        compatibility,
        security,
        failures,
        notes,
    )
    for rule in family.RULES
}
"""By id, in the order of their families."""

__all__ = ["RULES", "Hit", "Rule", "Run", "Step"]
