"""Objects are named, and named in full: what a convention makes of half a name differs."""

import ast
from collections.abc import Iterator

from migrator.lint.rule import Broken, Rule
from migrator.lint.source import BATCH, DIRECTIONS, Call, Source

_OP = "alembic.op."
_NAMED = {
    "create_index": "index_name",
    "drop_index": "index_name",
    "drop_constraint": "constraint_name",
    "create_check_constraint": "constraint_name",
    "create_foreign_key": "constraint_name",
    "create_primary_key": "constraint_name",
    "create_unique_constraint": "constraint_name",
    "create_exclude_constraint": "constraint_name",
}
_CONSTRAINTS = frozenset(
    f"{module}.{name}"
    for name in (
        "PrimaryKeyConstraint",
        "UniqueConstraint",
        "CheckConstraint",
        "ForeignKeyConstraint",
        "ExcludeConstraint",
    )
    for module in ("sqlalchemy", "sqlalchemy.dialects.postgresql")
)


def _full(source: Source) -> Iterator[Broken]:
    for direction in DIRECTIONS:
        for call in source.calls(direction):
            name = call.name.removeprefix(BATCH).removeprefix(_OP)
            if name in _NAMED and call.name != name:
                yield from _named(source, call, call.argument(0, _NAMED[name]))
            elif call.name in _CONSTRAINTS:
                yield from _named(source, call, call.argument(len(call.node.args), "name"))


def _named(source: Source, call: Call, given: ast.expr | None) -> Iterator[Broken]:
    if given is None or (isinstance(given, ast.Constant) and given.value is None):
        yield call.line, f"{call.short} gives no name"
    elif not _whole(given):
        name = source.text(given) or "its name"
        yield call.line, f'{call.short} leaves "{name}" to the naming convention'


def _whole(given: ast.expr) -> bool:
    """op.f("…"), or what only a run could tell."""
    return not isinstance(given, ast.Constant | ast.JoinedStr)


RULES = (
    Rule(
        "full-name",
        "every index and constraint has its full name, in op.f",
        'write the whole name: op.f("ix_tasks_user_id"); a convention may change later',
        _full,
    ),
)
