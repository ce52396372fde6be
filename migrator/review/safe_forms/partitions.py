"""Partitions without stopping those who use the others."""

import re

from migrator.review.safe_forms.form import Form, Part, form

_RANGE = re.compile(r"FOR VALUES FROM \((.+)\) TO \((.+)\)$")
_LIST = re.compile(r"FOR VALUES IN \((.+)\)$")


def within(bound: str, by: str) -> str:
    """A partition's bound as a condition on its rows; nothing for more than one column or HASH.

    `by` is `RANGE (at)` or `LIST (zone)`.
    """
    kind, _, key = by.partition(" ")
    column = key.strip("()")
    found = (_RANGE if kind == "RANGE" else _LIST).match(bound)
    if not found or "," in column or kind not in ("RANGE", "LIST"):
        return ""
    if kind == "LIST":
        return f"{column} IS NOT NULL AND {column} IN ({found[1]})"
    ends = [(">=", found[1], "MINVALUE"), ("<", found[2], "MAXVALUE")]
    limits = [f"{column} {sign} {value}" for sign, value, none in ends if value != none]
    return " AND ".join([f"{column} IS NOT NULL", *limits])


def attach(table: str, bound: str, parent: str, by: str) -> Form | None:
    """A constraint that proves the bound, so that attaching reads nothing."""
    condition = within(bound, by)
    if not condition:
        return None
    return form(
        Part((f"ALTER TABLE {table} ADD CONSTRAINT bound CHECK ({condition}) NOT VALID",)),
        Part(
            (f"ALTER TABLE {table} VALIDATE CONSTRAINT bound",),
            when="in a later transaction",
        ),
        Part(
            (
                f"ALTER TABLE {parent} ATTACH PARTITION {table} {bound}",
                f"ALTER TABLE {table} DROP CONSTRAINT bound",
            )
        ),
    )


def default(table: str, bound: str, by: str, statement: str) -> Form | None:
    """A constraint that proves that the default partition holds no row of the new one."""
    condition = within(bound, by)
    if not condition:
        return None
    check = f"CHECK (NOT ({condition})) NOT VALID"
    return form(
        Part((f"ALTER TABLE {table} ADD CONSTRAINT elsewhere {check}",)),
        Part(
            (f"ALTER TABLE {table} VALIDATE CONSTRAINT elsewhere",),
            when="in a later transaction",
        ),
        Part((statement, f"ALTER TABLE {table} DROP CONSTRAINT elsewhere")),
    )


def detach(parent: str, partition: str) -> Form:
    statement = f"ALTER TABLE {parent} DETACH PARTITION {partition} CONCURRENTLY"
    return form(Part((statement,), transaction=False))
