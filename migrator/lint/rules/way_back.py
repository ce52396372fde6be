"""The way back: a downgrade reverses, and refuses to destroy rows."""

import ast
import re
from collections.abc import Iterator

from migrator.lint.rule import Broken, Rule
from migrator.lint.source import BATCH, Call, Source, plain

_OP, _OPS = "alembic.op.", "migrator.ops."
_DESTROYS = re.compile(
    r"(?:DROP TABLE (?:IF EXISTS )?|TRUNCATE (?:TABLE )?|DELETE FROM (?:ONLY )?)(?P<table>[^\s;(]+)"
    r"|ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(?P<of>\S+) .*\bDROP (?:COLUMN )?(?:IF EXISTS )?"
    r"(?!CONSTRAINT|COLUMN|NOT|DEFAULT|IDENTITY|EXPRESSION|IF)(?P<column>\w+)",
    re.IGNORECASE,
)


def _reverses(source: Source) -> Iterator[Broken]:
    up, down = source.functions.get("upgrade"), source.functions.get("downgrade")
    if up and down and source.calls("upgrade") and not source.calls("downgrade"):
        raises = any(isinstance(node, ast.Raise) for node in ast.walk(down))
        if not raises:
            yield down.lineno, "downgrade does nothing, and upgrade does something"


def _refuses(source: Source) -> Iterator[Broken]:
    guarded: set[str] = set()
    for call in source.calls("downgrade"):
        if call.name in (_OPS + "refuse_data_loss", _OPS + "irreversible"):
            name = source.text(call.argument(0, "table"))
            guarded.add(plain(name).partition(".")[0] if name else "")
        lost = _lost(source, call)
        if lost and guarded.isdisjoint({lost.partition(".")[0], ""}):
            yield call.line, f'{call.short} destroys "{lost}" without refusing first'
    for one in source.sql("downgrade"):
        match = _DESTROYS.match(one.text)
        if match:
            table = plain(match["table"] or match["of"])
            if guarded.isdisjoint({table, ""}):
                yield one.line, f'rows of "{table}" are destroyed without refusing first'


def _lost(source: Source, call: Call) -> str | None:
    """The table, or table.column, whose rows go with a call."""
    name = call.name.removeprefix(BATCH).removeprefix(_OP)
    if call.name == name:
        return None
    if name == "drop_table":
        return plain(source.table(call, 0) or "a table")
    if name == "drop_column":
        column = source.text(call.argument(0 if call.of_batch else 1, "column_name"))
        return f"{plain(source.table(call, 0) or 'a table')}.{column}"
    return None


RULES = (
    Rule(
        "downgrade-reverses",
        "its downgrade reverses what upgrade does, or says that it cannot",
        'reverse it, or say why not: irreversible = "…" and ops.irreversible(irreversible)',
        _reverses,
    ),
    Rule(
        "refuse-data-loss",
        "a downgrade that would destroy rows refuses first",
        'ops.refuse_data_loss("<table>") before it, with where= for rows that hold something',
        _refuses,
    ),
)
