"""Lays a statement out: lines that fit a review, broken before clauses, never inside quotes."""

import re
from collections.abc import Iterator

from migrator.render.statements import mask

WIDTH = 100
_INDENT = "    "

# The outermost clauses first: a line that is still too long is broken again before the next ones.
_BREAKS = [
    re.compile(pattern)
    for pattern in (
        r"\b(ADD|ALTER|DROP) (COLUMN|CONSTRAINT)\b",
        r"\b(FOREIGN KEY|USING|WITH CHECK|WHERE|FROM|IS \0)",
        r"\b(REFERENCES|ON|TO|FOR)\b",
    )
]
_KEY = re.compile(r"\bKEY(?=\()")


def lay_out(statement: str) -> str:
    """The statement with a semicolon. What is quoted, function bodies too, stays as it is."""
    text = _edit(statement, _KEY, "KEY ")
    blotted = mask(text)
    start = 0
    lines: list[str] = []
    for line in blotted.split("\n"):
        end = start + len(line.rstrip())
        # A line break inside quotes is blotted out too, so this line is a whole one.
        lines += _wrap(text[start:end], line.rstrip())
        start += len(line) + 1
    return "\n".join(lines) + ";"


def _edit(text: str, pattern: re.Pattern[str], replacement: str) -> str:
    for found in reversed(list(pattern.finditer(mask(text)))):
        text = text[: found.start()] + replacement + text[found.end() :]
    return text


def _wrap(line: str, blotted: str) -> Iterator[str]:
    if len(line) < WIDTH or "\n" in line:  # the semicolon is to come
        yield line
        return
    for pattern in _BREAKS:
        places = [at for at in _outside(blotted, pattern) if line[:at].strip()]
        if places:
            break
    else:
        yield line
        return
    margin = line[: len(line) - len(line.lstrip())]
    yield line[: places[0]].rstrip()
    for start, end in zip(places, [*places[1:], len(line)], strict=True):
        part = margin + _INDENT + line[start:end].rstrip()
        yield from _wrap(part, margin + _INDENT + blotted[start:end].rstrip())


def _outside(blotted: str, pattern: re.Pattern[str]) -> Iterator[int]:
    """Where the pattern begins outside parentheses."""
    for found in pattern.finditer(blotted):
        before = blotted[: found.start()]
        if before.count("(") == before.count(")"):
            yield found.start()
