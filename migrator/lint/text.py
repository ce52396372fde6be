"""What a string is, told from the syntax tree alone."""

import ast
from textwrap import dedent

UNKNOWN = "…"
"""Stands in a text for a part of an f-string that only a run would tell."""

_WRAPPERS = frozenset({"text", "f", "dedent", "DDL"})
_METHODS = frozenset({"strip", "lstrip", "rstrip"})


class Texts:
    """Strings of one file, with the constants that stand at its top."""

    def __init__(self, tree: ast.Module) -> None:
        self._constants = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }

    def text(self, node: ast.expr) -> str | None:
        """None for what is no string, or cannot be told."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.JoinedStr):
            return "".join(self._part(part) for part in node.values)
        if isinstance(node, ast.Name):
            return self._constant(node.id)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self.text(node.left), self.text(node.right)
            return None if left is None and right is None else f"{left or ''}{right or ''}"
        if isinstance(node, ast.Call):
            return self._called(node)
        return None

    def _constant(self, name: str) -> str | None:
        """Taken out while it is looked at: a name may be made of itself."""
        value = self._constants.pop(name, None)
        if value is None:
            return None
        found = self.text(value)
        self._constants[name] = value
        return found

    def _part(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant):
            return str(node.value)
        inner = node.value if isinstance(node, ast.FormattedValue) else node
        return self.text(inner) or UNKNOWN

    def _called(self, node: ast.Call) -> str | None:
        """sa.text("…"), op.f("…"), dedent("…"), "…".strip()."""
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if isinstance(function, ast.Attribute) and name in _METHODS:
            inner = self.text(function.value)
            return inner.strip() if inner else inner
        if name in _WRAPPERS and node.args:
            inner = self.text(node.args[0])
            return dedent(inner) if inner and name == "dedent" else inner
        return None
