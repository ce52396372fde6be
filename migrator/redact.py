"""A statement as it may be shown: its shape, without anything that could be somebody's data."""

import re

_LONGEST = 200  # characters

# What is cut off in the middle (track_activity_query_size) ends where the text ends.
_TOKEN = re.compile(
    r"""
    (?P<comment> --[^\n]* | /\*.*?(?:\*/|\Z) )
    | (?P<name> "(?:[^"]|"")*" )
    | (?P<escaped> [eE]'(?:[^'\\]|\\.|'')*(?:'|\Z) )
    | (?P<string> (?:[uU]&|[bBxXnN])?'(?:[^']|'')*(?:'|\Z) )
    | (?P<dollar> \$(?:[^\W\d]\w*)?\$ ) .*? (?:(?P=dollar)|\Z)
    | (?P<word> [^\W\d][\w$]* | \$\d+ )
    | (?P<number> (?:\d[\w.]*|\.\d\w*)(?:(?<=[eE])[+-]\d+)? )
    | (?P<space> \s+ )
    | (?P<rest> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_SAID_AS_IT_IS = {"name", "word"}


def redact(statement: str) -> str:
    """One line with `…` for every literal and nothing of comments; long ones are cut off."""
    parts: list[str] = []
    for token in _TOKEN.finditer(statement):
        kind, text = token.lastgroup, token[0]
        if kind in {"comment", "space"}:
            parts.append(" ")
            if text.find("/*", 2) > 0:  # a comment in a comment: who knows where it ends
                break
        elif kind in _SAID_AS_IT_IS or (kind == "rest" and text != '"'):
            parts.append(text)
        else:
            parts.append("…")
            if kind == "rest" or (kind == "string" and "\\" in text):
                # Half a name; or a backslash, with which settings say where the string ends.
                break
    line = " ".join("".join(parts).split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rstrip()} …"
