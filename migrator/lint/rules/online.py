"""A revision keeps nobody waiting: strong locks are short, and held over nothing."""

import ast
import re
from collections.abc import Iterator

from migrator.lint.rule import Broken, Rule
from migrator.lint.source import BATCH, DIRECTIONS, Call, Source, plain

_OP, _OPS = "alembic.op.", "migrator.ops."
_CONCURRENT = frozenset(
    _OPS + name
    for name in (
        "create_index_concurrently",
        "drop_index_concurrently",
        "reindex_concurrently",
    )
)
_COMMITTING = frozenset(_OPS + name for name in ("set_not_null", "add_unique", "add_primary_key"))
"""They commit between their parts, and go on where they were when run again."""

_SETS = re.compile(r"(SET|RESET|DISCARD)\b", re.IGNORECASE)
_CONTROLS = re.compile(
    r"(BEGIN|START TRANSACTION|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE|PREPARE TRANSACTION|ABORT)\b",
    re.IGNORECASE,
)
_PLAIN_INDEX = re.compile(
    r"(?:CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)(?:IF NOT EXISTS )?(?:\S+ )?ON (?:ONLY )?"
    r"|(?:DROP INDEX|REINDEX \w+) (?!CONCURRENTLY)(?:IF EXISTS )?)(?P<table>[^\s(]+)",
    re.IGNORECASE,
)
_HIDING = re.compile(r"CREATE (UNIQUE )?INDEX CONCURRENTLY IF NOT EXISTS\b", re.IGNORECASE)
_VALIDATED = re.compile(
    r"ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(?P<table>\S+) .*\bADD (CONSTRAINT \S+ )?"
    r"(CHECK|FOREIGN KEY|UNIQUE|PRIMARY KEY|EXCLUDE)\b(?!.*(\bNOT VALID\b|USING INDEX))",
    re.IGNORECASE,
)
_CONSTRAINT = {
    "create_check_constraint": 1,
    "create_foreign_key": 1,
    "create_unique_constraint": 1,
    "create_primary_key": 1,
    "create_exclude_constraint": 1,
}


def _one_step(source: Source) -> Iterator[Broken]:
    for direction in DIRECTIONS:
        steps = [one for one in source.calls(direction) if one.name.startswith((_OP, _OPS))]
        steps = [one for one in steps if one.name not in (_OP + "f", _OP + "inline_literal")]
        own = [one for one in steps if one.name in _COMMITTING]
        concurrent = [one for one in steps if _concurrent(one)]
        if own and len(steps) > 1:
            yield own[0].line, f"{own[0].short} commits on its way, and is not alone in {direction}"
        elif concurrent and len(concurrent) < len(steps):
            other = next(one for one in steps if one not in concurrent)
            yield other.line, f"{other.short} stands beside steps that commit, in {direction}"


def _concurrent(call: Call) -> bool:
    return call.name in _CONCURRENT or call.autocommit or call.true("postgresql_concurrently")


def _index(source: Source) -> Iterator[Broken]:
    for direction in DIRECTIONS:
        new = source.new_tables(direction)
        for call in source.calls(direction):
            name = call.name.removeprefix(BATCH).removeprefix(_OP)
            if call.name == name or name not in ("create_index", "drop_index"):
                continue
            table = source.table(call, 1)
            if not call.true("postgresql_concurrently") and (not table or plain(table) not in new):
                yield call.line, f"{call.short} stops writers of {_of(table)} while it works"
        for one in source.sql(direction):
            match = _PLAIN_INDEX.match(one.text)
            if match and plain(match["table"]) not in new:
                yield one.line, f'"{_start(one.text)}" stops writers while it works'


def _hiding(source: Source) -> Iterator[Broken]:
    for direction in DIRECTIONS:
        for call in source.calls(direction):
            if call.true("if_not_exists") and call.true("postgresql_concurrently"):
                yield call.line, f"{call.short}(if_not_exists=True) takes an INVALID index for done"
        for one in source.sql(direction):
            if _HIDING.match(one.text):
                yield one.line, f'"{_start(one.text)}" takes an INVALID index for done'


def _not_valid(source: Source) -> Iterator[Broken]:
    for direction in DIRECTIONS:
        new = source.new_tables(direction)
        for call in source.calls(direction):
            name = call.name.removeprefix(BATCH).removeprefix(_OP)
            table = source.table(call, 1, "source_table" if "foreign" in name else "table_name")
            if name in _CONSTRAINT and call.name != name:
                if not call.true("postgresql_not_valid") and plain(table or "") not in new:
                    yield call.line, f"{call.short} reads {_of(table)} while it is locked"
            elif call.name == _OP + "add_column" or call.name == BATCH + "add_column":
                yield from _inline(call)
        for one in source.sql(direction):
            match = _VALIDATED.match(one.text)
            if match and plain(match["table"]) not in new:
                yield one.line, f'"{_start(one.text)}" reads the table while it is locked'


def _inline(call: Call) -> Iterator[Broken]:
    """A constraint inside of a column that is added."""
    for node in (one for one in ast.walk(call.node) if isinstance(one, ast.Call)):
        name = getattr(node.func, "attr", "")
        if name in ("ForeignKey", "CheckConstraint"):
            yield call.line, f"{call.short} adds a {name} in its column, which is proved at once"
        for keyword in node.keywords if name == "Column" else ():
            if keyword.arg in ("unique", "index", "primary_key") and _is_true(keyword.value):
                yield call.line, f"{call.short} builds an index for {keyword.arg}=True at once"


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _later(source: Source) -> Iterator[Broken]:
    added = {
        source.text(call.argument(0, "name"))
        for call in source.calls("upgrade", _OPS + "add_check", _OPS + "add_foreign_key")
    }
    for call in source.calls("upgrade", _OPS + "validate_constraint"):
        name = source.text(call.argument(0, "name"))
        if name in added:
            yield call.line, f'"{name}" is added and validated in one revision'


def _sets(source: Source) -> Iterator[Broken]:
    for direction in DIRECTIONS:
        for one in source.sql(direction):
            if _SETS.match(one.text):
                yield one.line, f'"{_start(one.text)}" changes the session of all that follows'


def _commits(source: Source) -> Iterator[Broken]:
    for direction in DIRECTIONS:
        for one in source.sql(direction):
            if _CONTROLS.match(one.text):
                yield one.line, f'"{_start(one.text)}" ends what belongs to the tool'
        for call in source.calls(direction):
            if call.name.rpartition(".")[2] in ("commit", "rollback", "begin") and "." in call.name:
                yield call.line, f"{call.short}() ends what belongs to the tool"


def _start(text: str, width: int = 60) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def _of(table: str | None) -> str:
    return f'"{table}"' if table else "a table"


RULES = (
    Rule(
        "one-step",
        "it is one transaction, or steps that commit: never both in one file",
        "move what commits into a revision of its own: half of this one would be applied"
        " without its stamp",
        _one_step,
    ),
    Rule(
        "index-concurrently",
        "an index on a table that existed before is built and dropped concurrently",
        "ops.create_index_concurrently(…), ops.drop_index_concurrently(…), in a revision of"
        " their own",
        _index,
    ),
    Rule(
        "no-hidden-index",
        "a concurrent build is never IF NOT EXISTS",
        "ops.create_index_concurrently drops what a failed build has left, and builds again",
        _hiding,
    ),
    Rule(
        "constraint-not-valid",
        "a constraint on a table that existed before comes NOT VALID, or over a finished index",
        "ops.add_check, ops.add_foreign_key, ops.add_unique or ops.add_primary_key; validate in"
        " the next revision",
        _not_valid,
    ),
    Rule(
        "validate-later",
        "a constraint is validated in a later revision than the one that adds it",
        "move ops.validate_constraint into the next revision: here it reads under the lock of the"
        " first",
        _later,
    ),
    Rule(
        "no-set",
        "it changes no setting of the session",
        "leave settings to LOCK_TIMEOUT and the like, which hold for every revision",
        _sets,
    ),
    Rule(
        "no-commit",
        "it neither begins nor ends a transaction",
        "Alembic commits after each revision, with its stamp; split the revision where a commit"
        " is needed",
        _commits,
    ),
)
