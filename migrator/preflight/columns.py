"""Columns that change under the running release: its prepared statements, and what it names."""

from collections.abc import Iterator

from migrator.preflight.finding import Finding
from migrator.preflight.look import Look
from migrator.preflight.rehearsal import Change
from migrator.preflight.words import revisions as words

_TYPE = """
SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
WHERE a.attrelid = to_regclass(:table) AND quote_ident(a.attname) = :column
    AND NOT a.attisdropped
"""


def find(look: Look) -> Iterator[Finding]:
    for one in look.rehearsal.revisions if look.rehearsal else ():
        changes = [change for change in one.changes if not _is_so(look, change)]
        if retyped := [change for change in changes if change.before and change.after]:
            yield words.retyped(one.revision, retyped)
        if added := [change for change in changes if not change.before]:
            yield words.widened(one.revision, added)
        if dropped := [change for change in changes if not change.after]:
            yield words.dropped(one.revision, dropped)


def _is_so(look: Look, change: Change) -> bool:
    """Whether the database has it that way already, as an adopted one may."""
    found = look.rows(_TYPE, table=change.table, column=change.column)
    return (found[0][0] if found else None) == change.after
