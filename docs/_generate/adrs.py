"""docs/adr/README.md: the list of decisions."""

import re
from pathlib import Path

from docs._generate import markdown

INTRODUCTION = """\
One decision a file: Context, Decision, Consequences, what would violate it, and the evidence. Where
a measurement contradicts a decision the measurement wins, and the file is replaced by a newer one.
The requirements (R1 to R111) and the departures from them are in
[requirements.md](../requirements.md)."""


def page(folder: Path) -> str:
    """The whole page, out of the titles and the "Settles" lines of the files beside it."""
    return markdown.page(
        markdown.GENERATED,
        "# Decisions",
        INTRODUCTION,
        markdown.table(
            ("decision", "settles"),
            (
                (f"[{_title(file)}]({file.name})", _settles(file))
                for file in sorted(folder.glob("[0-9]*.md"))
            ),
        ),
    )


def _title(file: Path) -> str:
    """The number of the file and the heading without its own."""
    first = file.read_text().partition("\n")[0]
    return f"{file.name[:4]} " + re.sub(r"^#\s*(\d+\.)?\s*", "", first)


def _settles(file: Path) -> str:
    """The line that says so, or else the requirements that the text names."""
    text = file.read_text()
    if found := re.search(r"^Settles (.+?)\.$", text, re.MULTILINE):
        return found[1]
    return ", ".join(sorted(set(re.findall(r"\bR\d+\b", text))))
