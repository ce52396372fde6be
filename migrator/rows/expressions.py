"""Conditions as pg_get_expr writes them (every operation in brackets), taken apart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | [^\W\d][\w$]* | \d+(?:\.\d+)?(?:[eE][+-]?\d+)?
    | :: | [<>=!~*@&|#^%/+-]+ | \S""",
    re.VERBOSE,
)
_COMPARISONS = ("=", "<>", "<=", ">=", "<", ">")


@dataclass(frozen=True)
class Comparison:
    """`column operator other`, the column being on the left."""

    column: str
    operator: str
    other: str


def conjuncts(condition: str) -> list[str]:
    """The parts that must all hold."""
    parts = _split(condition, "AND")
    if len(parts) == 1:
        return [condition]
    return [one for part in parts for one in conjuncts(part)]


def words(expression: str) -> set[str]:
    """Every token that may be the name of a column."""
    return {token for token in _TOKEN.findall(expression) if re.match(r'[^\W\d]|"', token)}


def constants(expression: str) -> list[str]:
    """The texts and numbers in it, in their order."""
    found = []
    for token in _TOKEN.findall(expression):
        if token[0] == "'":
            found.append(token[1:-1].replace("''", "'"))
        elif token[0].isdigit():
            found.append(token)
    return list(dict.fromkeys(found))


def patterns(expression: str) -> list[tuple[str, str]]:
    """The regular expressions ("~", "~*") and LIKE patterns ("~~", "~~*") in it."""
    found = re.findall(r"(?<![!~])(~~?\*?) '((?:[^']|'')*)'", expression)
    return [(operator, pattern.replace("''", "'")) for operator, pattern in found]


def comparisons(expression: str, columns: set[str]) -> Iterator[Comparison]:
    """The comparisons of a bare column with something, however deep in AND, OR and NOT."""
    inner = _unwrap(expression)
    for word in ("OR", "AND"):
        parts = _split(inner, word)
        if len(parts) > 1:
            for part in parts:
                yield from comparisons(part, columns)
            return
    if inner.startswith("NOT "):
        yield from comparisons(inner[4:], columns)
    for operator in _COMPARISONS:
        sides = _split(inner, operator)
        if len(sides) == 2 and not re.match(r"(ANY|ALL)\b", sides[1]):
            left, right = sides
            if (name := _bare(left)) in columns:
                yield Comparison(name, operator, right)
            if (name := _bare(right)) in columns:
                yield Comparison(name, operator.translate(str.maketrans("<>", "><")), left)
            return


def _bare(side: str) -> str:
    """The column of `(name)::text`, without the cast."""
    return _unwrap(re.sub(r"::[\w\s\"().\[\]]+$", "", _unwrap(side)))


def _unwrap(expression: str) -> str:
    expression = expression.strip()
    while expression.startswith("(") and _closing(expression) == len(expression) - 1:
        expression = expression[1:-1].strip()
    return expression


def _closing(expression: str) -> int:
    depth = 0
    for token in _TOKEN.finditer(expression):
        depth += (token[0] == "(") - (token[0] == ")")
        if not depth:
            return token.start()
    return -1


def _split(expression: str, separator: str) -> list[str]:
    """Cut at a word or an operator that stands outside all brackets."""
    inner = _unwrap(expression)
    parts, depth, start, between = [], 0, 0, False
    for token in _TOKEN.finditer(inner):
        depth += (token[0] in "([") - (token[0] in ")]")
        between = between or (token[0] == "BETWEEN" and not depth)
        if not depth and token[0] == separator and not between:
            parts.append(inner[start : token.start()].strip())
            start = token.end()
    return [*parts, inner[start:].strip()]
