"""Indexes of the tables touched that cost writes and serve no reads: invalid ones, and remains."""

from collections.abc import Iterator

from migrator.preflight.finding import Finding
from migrator.preflight.look import Look
from migrator.preflight.words import tables as words

# REINDEX CONCURRENTLY calls the new one _ccnew until it takes the name, then the old one _ccold; so
# with the index of a TOAST table too. Most roles cannot see who builds, but all can see locks.
_INVALID = r"""
SELECT format('%I.%I', n.nspname, i.relname) AS index, name AS table,
    i.relname ~ '_cc(new|old)\d*$' AS leftover, (
        SELECT min(l.pid) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
        WHERE l.relation = c.oid AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted
            AND a.usesysid IS NOT NULL AND a.datname = current_database()
    ) AS pid
FROM unnest(CAST(:tables AS text[])) AS name JOIN pg_class AS c ON c.oid = to_regclass(name)
JOIN pg_index AS x ON x.indrelid IN (c.oid, c.reltoastrelid)
JOIN pg_class AS i ON i.oid = x.indexrelid JOIN pg_namespace AS n ON n.oid = i.relnamespace
WHERE NOT (x.indisvalid AND x.indisready) ORDER BY name, i.relname
"""


def find(look: Look) -> Iterator[Finding]:
    for row in look.rows(_INVALID, tables=list(look.touched)):
        if row.pid is not None:
            yield words.index_in_work(row.index, row.table, row.pid)
        elif row.leftover:
            yield words.reindex_leftover(row.index, row.table)
        elif _is_to_come(look, row.index):
            yield words.rebuilt_index(row.index, row.table)
        else:
            yield words.invalid_index(row.index, row.table)


def _is_to_come(look: Look, index: str) -> bool:
    """Whether a pending revision builds an index of this name."""
    assert look.rehearsal is not None  # noqa: S101  without one no table is touched
    key = ("index", index)
    return key in look.rehearsal.after.objects and key not in look.rehearsal.before.objects
