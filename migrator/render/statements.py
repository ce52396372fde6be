"""Takes SQL text apart: into statements, and into what may be laid out and what must not change."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from migrator.record import VERSION_TABLE

_TOKEN = re.compile(
    r"""
    (?P<comment> --[^\n]* | /\*.*?\*/ )
    | (?P<quoted>
        [eE]'(?:[^'\\]|\\.|'')*'
        | '(?:[^']|'')*'
        | "(?:[^"]|"")*"
        | (?P<dollar> \$(?:[^\W\d]\w*)?\$ ) .*? (?P=dollar)
    )
    | (?P<word> \w[\w$]* )
    | (?P<command> ^\\[^\n]* )
    | .
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_COPY = re.compile(r"COPY\b.*\bFROM\s+STDIN\b", re.IGNORECASE | re.DOTALL)
_DATA = re.compile(r"[^\n]*\n(?P<rows>(?:.*?\n)??)(?:\\\.[^\n]*(?:\n|\Z)|\Z)", re.DOTALL)
_ATOMIC = re.compile(r"CREATE\s+(OR\s+REPLACE\s+)?(FUNCTION|PROCEDURE)\b", re.IGNORECASE)
_BOOKKEEPING = re.compile(rf"(INSERT INTO|UPDATE|DELETE FROM) {VERSION_TABLE}\b")
_MAKES_VERSION_TABLE = f"CREATE TABLE {VERSION_TABLE} "


@dataclass(frozen=True)
class Step:
    """One statement without its semicolon, and whether it stands between BEGIN and COMMIT."""

    text: str
    in_transaction: bool


def split(text: str) -> list[str]:
    """The statements of Alembic's SQL that change the schema: without transactions and stamps."""
    return [step.text for step in steps(text) if not step.text.startswith(_MAKES_VERSION_TABLE)]


def steps(text: str) -> Iterator[Step]:
    """What Alembic's SQL does, without its own stamps (see guard.stamp)."""
    in_transaction = False
    for statement in statements(text):
        if statement in ("BEGIN", "COMMIT"):
            in_transaction = statement == "BEGIN"
        elif not _BOOKKEEPING.match(statement):
            yield Step(statement, in_transaction)


def statements(text: str) -> Iterator[str]:
    """The statements of SQL text, each without its semicolon and the comments around it."""
    return (statement for _, statement in placed(text))


def placed(text: str) -> Iterator[tuple[int, str]]:
    """The same, each with the place of its first character.

    A line that is a command of psql's, such as `\\set n 10`, is a statement of its own.
    """
    return ((place, statement) for place, statement, _ in with_data(text))


def with_data(text: str) -> Iterator[tuple[int, str, str | None]]:
    """The same, each with the lines that follow it up to `\\.`, if it is a COPY FROM stdin."""
    current, start, depth, blocks, at = "", 0, 0, 0, 0
    while token := _TOKEN.match(text, at):
        piece, at = token.group(), token.end()
        if not current:
            if token["comment"] or piece.isspace():
                continue
            if token["command"]:
                yield token.start(), piece.rstrip(), None
                continue
            start = token.start()
        if piece == ";" and not depth and not blocks:
            data = _DATA.match(text, at) if _COPY.match(current) else None
            if current:
                yield start, current.rstrip(), data["rows"] if data else None
            current, at = "", data.end() if data else at
            continue
        depth += {"(": 1, ")": -1}.get(piece, 0)
        if token["word"]:
            blocks += _opens(piece.upper(), current, blocks)
        current += piece
    if current:
        yield start, current.rstrip(), None


def _opens(word: str, before: str, blocks: int) -> int:
    """How a word changes the number of open blocks: a body BEGIN ATOMIC … END has semicolons."""
    if word == "END" and blocks:
        return -1
    if word == "CASE" and blocks:
        return 1
    return int(word == "BEGIN" and _ATOMIC.match(before) is not None)


def mask(text: str) -> str:
    """The text, with what is quoted blotted out: same length, nothing of it can be mistaken."""
    return "".join(
        "\0" * len(token.group()) if token["quoted"] or token["comment"] else token.group()
        for token in _TOKEN.finditer(text)
    )
