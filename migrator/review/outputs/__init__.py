"""What a review says, in the form that each reader wants. Every form is a function of the review.

The values of rows are in none of them.
"""

from collections.abc import Callable
from pathlib import Path

from migrator import errors
from migrator.review.outputs.document import document
from migrator.review.outputs.github import github
from migrator.review.outputs.markdown import markdown
from migrator.review.outputs.page import page
from migrator.review.outputs.sarif import sarif
from migrator.review.outputs.terminal import terminal
from migrator.review.review import Review

__all__ = ["FORMATS", "SUFFIXES", "format_of", "terminal", "write"]

FORMATS: dict[str, Callable[[Review], str]] = {
    "terminal": terminal,
    "markdown": markdown,
    "json": document,
    "sarif": sarif,
    "github": github,
    "html": page,
}

SUFFIXES = {
    ".txt": "terminal",
    ".md": "markdown",
    ".json": "json",
    ".sarif": "sarif",
    ".html": "html",
}


def format_of(path: Path) -> str:
    """The format that a file's name asks for. Raises MigratorError."""
    found = SUFFIXES.get(path.suffix)
    if found is None:
        raise errors.unknown_report(path, list(SUFFIXES))
    return found


def write(done: Review, path: Path) -> None:
    """Write the report, in the format of the file's name. Raises MigratorError."""
    text = FORMATS[format_of(path)](done)
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise errors.report_not_written(path, error.strerror or str(error)) from error
