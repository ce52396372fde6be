"""Python as text: what a revision is written in. A formatter breaks the lines afterwards."""

import re
from collections.abc import Iterator

_PIECE = 72  # characters of a string on one line, so that it fits wherever a formatter puts it
_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w)")


class Code(str):
    """An expression, to be written as it is; any other text becomes a string."""

    __slots__ = ()


def call(function: str, *arguments: object, **named: object) -> Code:
    """`function(arguments, name=…)`; what is named None is left out."""
    written = [literal(argument) for argument in arguments]
    written += [f"{name}={literal(value)}" for name, value in named.items() if value is not None]
    return Code(f"{function}({', '.join(written)})")


def literal(value: object) -> str:
    if isinstance(value, Code):
        return str(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(k)}: {literal(v)}" for k, v in value.items()) + "}"
    return repr(value)


def escaped(expression: str) -> str:
    """SQL for `sqlalchemy.text`, which takes `:name` for a parameter; nothing here is one."""
    return _PARAMETER.sub(r"\\:", expression)


def execute(statement: str) -> Code:
    """One statement of SQL."""
    return call("op.execute", escaped(statement))


def text(expression: str) -> Code:
    return call("sa.text", escaped(expression))


def full(name: str) -> Code:
    """A name that no naming convention may complete."""
    return call("op.f", name)


def _string(value: str) -> str:
    pieces = list(_pieces(value))
    return "\n".join(map(_quoted, pieces)) if pieces else '""'


def _quoted(piece: str) -> str:
    # repr prefers single quotes; a formatter would change them.
    inside = repr('"' + piece)[2:-1]
    if repr('"' + piece)[0] == '"':
        return repr(piece)
    return '"' + inside.replace("\\'", "'").replace('"', '\\"') + '"'


def _pieces(value: str) -> Iterator[str]:
    """Split after each line and, where a line is long, before a space."""
    for line in value.splitlines(keepends=True):
        rest = line
        while len(rest) > _PIECE:
            at = rest.rfind(" ", 1, _PIECE)
            at = at if at > 0 else rest.find(" ", _PIECE)
            if at <= 0:
                break
            yield rest[:at]
            rest = rest[at:]
        yield rest
