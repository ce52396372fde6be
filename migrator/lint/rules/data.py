"""Rows move in batches that commit; one statement a call; expand and contract apart."""

import re
from collections.abc import Iterator

from migrator.lint.rule import Broken, Rule
from migrator.lint.source import BATCH, DIRECTIONS, Source, plain

_OP, _OPS = "alembic.op.", "migrator.ops."
_MOVES = re.compile(
    r"(?:WITH .*\b)?(?:UPDATE (?:ONLY )?|DELETE FROM (?:ONLY )?|INSERT INTO |TRUNCATE (?:TABLE )?)"
    r"(?P<table>[^\s(;]+)",
    re.IGNORECASE,
)
_STATEMENTS = frozenset({"sqlalchemy.update", "sqlalchemy.delete", "sqlalchemy.insert"})
_ADDS = frozenset({"create_table", "add_column", "add_columns"})
_DROPS = frozenset({"drop_table", "drop_column", "drop_columns", "rename_table"})


def _moves(source: Source) -> Iterator[Broken]:
    for direction in DIRECTIONS:
        new = source.new_tables(direction)
        for one in source.sql(direction):
            match = _MOVES.match(one.text)
            if match and plain(match["table"]) not in new:
                yield one.line, f'rows of "{plain(match["table"])}" are written in one transaction'
        for call in source.calls(direction, *_STATEMENTS):
            yield call.line, f"{call.short} writes rows in one transaction"
        for call in source.calls(direction, _OP + "bulk_insert"):
            table = source.table(call, 0)
            if table is None or plain(table) not in new:
                yield call.line, "op.bulk_insert writes rows in one transaction"


def _alone(source: Source) -> Iterator[Broken]:
    for direction in DIRECTIONS:
        steps = [one for one in source.calls(direction) if one.name.startswith((_OP, _OPS))]
        moves = [one for one in steps if one.name == _OPS + "backfill"]
        if moves and len(moves) < len(steps):
            other = next(one for one in steps if one not in moves)
            yield other.line, f"{other.short} stands beside a backfill, in {direction}"


def _one_statement(source: Source) -> Iterator[Broken]:
    for direction in DIRECTIONS:
        lines: dict[int, int] = {}
        for one in source.sql(direction):
            lines[one.line] = lines.get(one.line, 0) + 1
        for line, count in lines.items():
            if count > 1:
                yield line, f"{count} statements in one op.execute"


def _apart(source: Source) -> Iterator[Broken]:
    names = [
        (call, call.name.rpartition(".")[2])
        for call in source.calls("upgrade")
        if call.name.startswith((_OP, _OPS, BATCH))
    ]
    adds = [call for call, name in names if name in _ADDS]
    drops = [call for call, name in names if name in _DROPS]
    if adds and drops:
        yield drops[0].line, f"{drops[0].short} takes away what {adds[0].short} beside it replaces"


RULES = (
    Rule(
        "backfill-in-batches",
        "rows of a table that existed before move in batches that commit",
        "ops.backfill(…), in a revision of its own",
        _moves,
    ),
    Rule(
        "backfill-alone",
        "a backfill stands in a revision of its own",
        "move it, or what stands beside it, into another revision",
        _alone,
    ),
    Rule(
        "one-statement",
        "each op.execute runs one statement",
        "one op.execute for each: an error names its line, and sql/ lays it out",
        _one_statement,
    ),
    Rule(
        "expand-or-contract",
        "it expands or contracts, not both: the release that is running uses what was there",
        "add in this revision, deploy, and drop in a later one",
        _apart,
    ),
)
