"""Which table and column a failed step is about, by what PostgreSQL said and what it was sent."""

import re
from collections.abc import Collection, Iterator

from migrator.review.reversal.shape import Table
from migrator.review.reversal.steps import Failed

_RELATION = re.compile(r'(?:relation|table|view|type|index|sequence|function|schema) "([^"]+)"')
_DROPPED = re.compile(r"cannot drop (?:[a-z]+ )+(\S+) because")
_COLUMN = re.compile(r'column "([^"]+)"')
_CONSTRAINT = re.compile(r'(?:constraint|index) "([^"]+)"')
_ALTERED = re.compile(r'\bCOLUMN\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?"?([\w$]+)"?', re.IGNORECASE)
_LISTED = re.compile(r"\(([^()]*)\)")


def locate(failed: Failed, tables: Collection[Table]) -> tuple[str, str | None]:
    """A full name, or the name of another object; a column where one is meant."""
    told = _first(_DROPPED, failed.message) or _first(_RELATION, failed.message)
    name = failed.table or told or ""
    table = next((t for t in tables if _bare(t.name) == name), None) or next(
        (t for t in tables if _mentions(failed.statement, _bare(t.name))), None
    )
    if table is None or (told and not failed.table and _bare(table.name) != told):
        # Something else than a table, such as a type; or a table that is not there.
        known = table if table and _owns(table, failed) else None
        return (known.name if known else name or (table.name if table else "")), failed.column
    return table.name, failed.column or next(_columns(failed, table), None)


def _columns(failed: Failed, table: Table) -> Iterator[str]:
    """Candidates for the column that is meant, best first."""
    told = _first(_COLUMN, failed.message)
    if told:
        yield told
    constraint = failed.constraint or _first(_CONSTRAINT, failed.message)
    listed = [w.strip(' "') for part in _LISTED.findall(failed.statement) for w in part.split(",")]
    if constraint:
        keys = [fk.columns for fk in table.foreign_keys if fk.name == constraint]
        keys += [c.columns for n, c in table.checks.items() if n == constraint]
        for columns in keys:
            yield from columns[:1]
        yield from (word for word in listed if word in table.columns)
    yield from (word for word in _ALTERED.findall(failed.statement) if word in table.columns)


def _owns(table: Table, failed: Failed) -> bool:
    constraint = _first(_CONSTRAINT, failed.message)
    return bool(constraint) and f'of relation "{_bare(table.name)}"' in failed.message


def _mentions(statement: str, name: str) -> bool:
    return bool(name) and re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", statement) is not None


def _bare(name: str) -> str:
    return name.rpartition(".")[2].strip('"')


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text.splitlines()[0] if text else "")
    return found[1] if found else None
