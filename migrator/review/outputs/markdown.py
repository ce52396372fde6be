"""The report as a comment of a pull request: GitHub's Markdown, no longer than it takes one."""

import re
from collections.abc import Iterator

from migrator.review.finding import Finding
from migrator.review.outputs import telling
from migrator.review.outputs.about import about
from migrator.review.review import Review

MARKER = "<!-- migrator review -->"
"""Its first line: who posts it again finds the comment to replace."""

LONGEST = 65_000
"""GitHub refuses a body of more than 65,536 characters."""

_ICONS = {"error": "🔴", "warning": "🟠", "note": "⚪"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~])")


def markdown(done: Review) -> str:
    """The sum first, then the findings, then what each revision did; notes are folded away."""
    parts = [MARKER, f"### Review by rehearsal\n\n{_text(telling.summary(done))}"]
    blocks = [*map(_finding, telling.severe(done)), *_measured(done), *_notes(done)]
    left = LONGEST - sum(map(len, parts)) - 200
    for block in blocks:
        left -= len(block) + 2
        if left < 0:
            parts.append("_The rest does not fit into a comment: see the JSON or the page._")
            break
        parts.append(block)
    return "\n\n".join(parts) + "\n"


def _finding(one: Finding) -> str:
    words = about(one.rule)
    icon = "✅" if one.acknowledged else _ICONS[one.severity]
    lines = [
        f"#### {icon} {_text(words.title)} · `{one.rule}`",
        f"{_code(telling.place(one))} — {_text(one.message)}",
        f"**Effect** {_text(words.effect)}",
    ]
    if told := [f"{_text(name)} {_code(value)}" for name, value in telling.evidence(one)]:
        lines.append(f"**Measured** {' · '.join(told)}")
    if one.acknowledged:
        lines.append(f"**Accepted** {_text(one.acknowledged)}")
        return "\n\n".join(lines)
    lines.append(f"**Instead** {_text(words.instead)}")
    if one.safe:
        lines.append(_block(one.safe, "python" if one.revision else "sql"))
    return "\n\n".join(lines)


def _measured(done: Review) -> Iterator[str]:
    rows = [(_code(one.name), *map(_text, one.figures)) for one in telling.lines(done)]
    if rows:
        table = [telling.COLUMNS, ("---",) * len(telling.COLUMNS), *rows]
        yield "\n".join(f"| {' | '.join(row)} |" for row in table)


def _notes(done: Review) -> Iterator[str]:
    if notes := telling.notes(done):
        lines = [
            f"- `{one.rule}` {_code(telling.place(one))} — {_text(one.message)}" for one in notes
        ]
        yield (
            f"<details><summary>Notes ({len(notes)})</summary>\n\n"
            + "\n".join(lines[:100])
            + (f"\n- and {len(lines) - 100} more" if lines[100:] else "")
            + "\n\n</details>"
        )


def _text(words: str) -> str:
    """Words that Markdown shows as they are."""
    return _SPECIAL.sub(r"\\\1", " ".join(words.split()))


def _code(words: str) -> str:
    """Words in one line of code, between more backticks than they hold; in tables too."""
    fence = "`" * (_longest_run(words) + 1)
    pad = " " if "`" in words else ""
    return f"{fence}{pad}{' '.join(words.split())}{pad}{fence}".replace("|", "\\|")


def _block(code: str, language: str) -> str:
    fence = "`" * max(3, _longest_run(code) + 1)
    return f"{fence}{language}\n{code}\n{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
