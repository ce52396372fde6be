"""How large the tables touched are. Estimates: nothing is counted, and nobody is waited for."""

from dataclasses import dataclass

import sqlalchemy as sa

from migrator.preflight.look import Look
from migrator.preflight.modes import Mode

# pg_total_relation_size locks the table for a moment, and so waits for who changes it.
_SIZE = "SELECT pg_relation_size(:table), pg_total_relation_size(:table)"
_KNOWN = """
SELECT c.reltuples, c.relpages, current_setting('block_size')::int
FROM pg_class AS c WHERE c.oid = to_regclass(:table)
"""


@dataclass(frozen=True)
class Table:
    """A table that is there and that the pending revisions lock.

    `rows` and `bytes` (with indexes and TOAST) are None where nobody knows: it was never analyzed,
    or somebody else has locked it just now.
    """

    name: str
    mode: Mode
    rows: int | None
    bytes: int | None


def sizes(look: Look) -> list[Table]:
    """The tables touched, each with the strongest lock that a pending revision takes on it."""
    return [
        Table(table, mode, *estimate)
        for table, mode in look.touched.items()
        if (estimate := _estimate(look, table)) is not None
    ]


def _estimate(look: Look, table: str) -> tuple[int | None, int | None] | None:
    known = look.rows(_KNOWN, table=table)
    if not known:
        return None  # not there, of which migrator.preflight.drift speaks
    tuples, pages, page_size = known[0]
    rows = round(tuples) if tuples >= 0 else None
    try:
        with look.connection.begin_nested():
            heap, total = look.rows(_SIZE, table=table)[0]
    except sa.exc.OperationalError:  # the lock budget is used up
        return rows, None
    if tuples > 0 and pages > 0:  # as the planner does it: as many to a page as there were
        rows = round(tuples / pages * heap / page_size)
    elif heap == 0:
        rows = 0
    return rows, total
