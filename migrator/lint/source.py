"""A revision as its syntax tree: what it says of itself, and what upgrade and downgrade call.

Nothing of it is run, so that a rule can be shown while the file is being written.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from migrator.lint.text import Texts
from migrator.render.statements import statements

Direction = Literal["upgrade", "downgrade"]

DIRECTIONS: tuple[Direction, ...] = ("upgrade", "downgrade")

_MADE = re.compile(
    r"CREATE (?:(?:UNLOGGED )?TABLE|MATERIALIZED VIEW) (?:IF NOT EXISTS )?(?P<table>[^\s(]+)",
    re.IGNORECASE,
)

BATCH = "alembic.op.batch."
"""What `with op.batch_alter_table("tasks") as batch` makes of `batch.`; its table is left out."""


@dataclass(frozen=True)
class Call:
    """One call; `name` is whole, such as `alembic.op.create_index`, whatever the import says.

    `of_batch` is the table of `op.batch_alter_table`, whose calls do not name it again;
    `autocommit` is true inside of `op.get_context().autocommit_block()`.
    """

    name: str
    node: ast.Call
    direction: Direction
    of_batch: ast.expr | None = None
    autocommit: bool = False

    @property
    def line(self) -> int:
        return self.node.lineno

    @property
    def short(self) -> str:
        """As people write it: `op.create_index`."""
        return self.name.removeprefix("alembic.").removeprefix("migrator.")

    def argument(self, position: int, keyword: str) -> ast.expr | None:
        if position < len(self.node.args):
            return self.node.args[position]
        return next((one.value for one in self.node.keywords if one.arg == keyword), None)

    def true(self, keyword: str) -> bool:
        """Whether a keyword is given, and is not plainly false."""
        value = self.argument(len(self.node.args), keyword)
        return value is not None and not (isinstance(value, ast.Constant) and not value.value)


@dataclass(frozen=True)
class Statement:
    """One statement of a literal SQL text, in one line."""

    text: str
    call: Call

    @property
    def line(self) -> int:
        return self.call.line


class Source:
    """One file of versions/. Raises SyntaxError for what is no Python."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        self._texts = Texts(self.tree)

    @cached_property
    def docstring(self) -> str:
        return ast.get_docstring(self.tree) or ""

    @cached_property
    def assigned(self) -> dict[str, tuple[int, ast.expr]]:
        """What stands at the top of the file, by name, with its line."""
        found: dict[str, tuple[int, ast.expr]] = {}
        for node in self.tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else []
            if isinstance(node, ast.AnnAssign) and node.value is not None:
                targets = [node.target]
            value = getattr(node, "value", None)
            for target in targets:
                if isinstance(target, ast.Name) and isinstance(value, ast.expr):
                    found[target.id] = (node.lineno, value)
        return found

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef]:
        return {node.name: node for node in self.tree.body if isinstance(node, ast.FunctionDef)}

    @cached_property
    def imports(self) -> list[tuple[int, str, str]]:
        """Line, module or module.name, and the name that it has here."""
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for one in node.names:
                    local = one.asname or one.name.partition(".")[0]
                    found.append((node.lineno, one.name if one.asname else local, local))
            elif isinstance(node, ast.ImportFrom):
                module = "." * node.level + (node.module or "")
                found += [
                    (node.lineno, f"{module}.{one.name}", one.asname or one.name)
                    for one in node.names
                ]
        return found

    def calls(self, direction: Direction, *names: str) -> list[Call]:
        """What a direction calls, helpers of the file included; those of `names`, or all."""
        return [one for one in self._calls[direction] if not names or one.name in names]

    def sql(self, direction: Direction) -> list[Statement]:
        """The statements of literal texts that are executed, as far as the text can be told."""
        found = []
        for call in self.calls(direction, "alembic.op.execute"):
            argument = call.argument(0, "sqltext")
            text = self._texts.text(argument) if argument else None
            found += [Statement(" ".join(one.split()), call) for one in statements(text or "")]
        return found

    def text(self, expression: ast.expr | None) -> str | None:
        """The string that an expression is, None when it cannot be told without running it."""
        return self._texts.text(expression) if expression is not None else None

    def table(self, call: Call, position: int, keyword: str = "table_name") -> str | None:
        """The table that a call names, or that of the batch it is in."""
        if call.of_batch is not None:
            return self.text(call.of_batch)
        return self.text(call.argument(position, keyword))

    def new_tables(self, direction: Direction) -> set[str]:
        """The tables that a direction makes, or does away with: nobody waits for those."""
        made = self.calls(direction, "alembic.op.create_table", "alembic.op.drop_table")
        found = [self.table(call, 0) for call in made]
        found += [match["table"] for one in self.sql(direction) if (match := _MADE.match(one.text))]
        return {plain(name) for name in found if name}

    @cached_property
    def _calls(self) -> dict[Direction, list[Call]]:
        return {direction: list(self._within(direction, {direction})) for direction in DIRECTIONS}

    def _within(self, direction: Direction, seen: set[str], name: str = "") -> Iterator[Call]:
        function = self.functions.get(name or direction)
        if function is None:
            return
        batches, committing = dict(_batches(function)), _committing(function)
        for node in sorted(
            (one for one in ast.walk(function) if isinstance(one, ast.Call)),
            key=lambda one: (one.lineno, one.col_offset),
        ):
            called, _, method = self._name(node.func).rpartition(".")
            if method in self.functions and not called and method not in seen:
                seen.add(method)
                yield from self._within(direction, seen, method)
            elif called in batches:
                yield Call(f"{BATCH}{method}", node, direction, batches[called])
            else:
                whole = f"{called}.{method}" if called else method
                yield Call(whole, node, direction, autocommit=node in committing)

    def _name(self, node: ast.expr) -> str:
        """The whole name of what is called; "?" stands for what is no name."""
        if isinstance(node, ast.Attribute):
            return f"{self._name(node.value)}.{node.attr}"
        if isinstance(node, ast.Name):
            return self._local.get(node.id, node.id)
        if isinstance(node, ast.Call):
            return f"{self._name(node.func)}()"
        return "?"

    @cached_property
    def _local(self) -> dict[str, str]:
        return {local: whole for _, whole, local in self.imports}


def plain(table: str) -> str:
    """The name by which a table is compared: without quotes, and without the usual schema."""
    return table.replace('"', "").removeprefix("public.")


def _committing(function: ast.FunctionDef) -> set[ast.AST]:
    """The nodes inside of autocommit blocks."""
    return {
        inner
        for node in ast.walk(function)
        if isinstance(node, ast.With) and any(map(_autocommit, node.items))
        for inner in ast.walk(node)
    }


def _autocommit(item: ast.withitem) -> bool:
    made = item.context_expr
    return isinstance(made, ast.Call) and getattr(made.func, "attr", "") == "autocommit_block"


def _batches(function: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(function):
        for item in node.items if isinstance(node, ast.With) else ():
            made = item.context_expr
            if (
                isinstance(made, ast.Call)
                and isinstance(made.func, ast.Attribute)
                and made.func.attr == "batch_alter_table"
                and made.args
                and isinstance(item.optional_vars, ast.Name)
            ):
                yield item.optional_vars.id, made.args[0]
