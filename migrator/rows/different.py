"""Columns that must hold different values, as the unique indexes of a table ask for it."""

from collections.abc import Collection

from migrator.rows.shape import Column, Table


def different(
    table: Table, keyed: Collection[str], null: Collection[str], tied: Collection[str]
) -> tuple[set[str], set[str]]:
    """The columns without two equal values, and those with many different ones.

    Columns of foreign keys are `keyed`, those that stay NULL are in `null`, and those that a
    condition is about in `tied`.
    """
    distinct: set[str] = set()
    wide: set[str] = set()
    for unique in sorted(table.uniques, key=lambda one: len(one.columns)):
        free = [table.column(name) for name in unique.columns if name not in keyed]
        free = [one for one in free if one.generated is None and one.name not in null]
        names = {one.name for one in free}
        if not free or (not unique.exclusion and names & distinct):
            continue
        if unique.exclusion:
            shaped = {one.name for one in free if one.type.category in "RG"}
            distinct |= shaped or names
        elif len(names) < len(unique.columns):
            wide |= {max(free, key=_roomy).name}
        else:
            best = max(
                free,
                key=lambda one: (one.sequence is not None, one.name not in tied, _roomy(one)),
            )
            distinct.add(best.name)
    return distinct, wide - distinct


def _roomy(column: Column) -> int:
    """How well a column can hold many different values."""
    if column.type.kind == "e" or column.type.name in {"bool", "char"}:
        return 0
    if column.type.name in {"int2", "bpchar"}:
        return 1
    return 3 if column.type.name in {"int4", "int8", "uuid"} else 2
