"""The report as annotations of GitHub Actions, which show beside the lines of the revisions.

GitHub shows ten errors, ten warnings and ten notices of a step, so the worst come first.
"""

from migrator.review.finding import Finding
from migrator.review.outputs import telling
from migrator.review.outputs.about import about
from migrator.review.review import Review

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def github(done: Review) -> str:
    """One workflow command a line."""
    found = [*telling.severe(done), *telling.notes(done)]
    ranked = sorted(found, key=lambda one: list(_COMMANDS.values()).index(_command(one)))
    return "".join(f"{_annotation(one)}\n" for one in ranked)


def _command(one: Finding) -> str:
    return "notice" if one.acknowledged else _COMMANDS[one.severity]


def _annotation(one: Finding) -> str:
    words = about(one.rule)
    given = {"file": one.file, "line": one.line if one.file else None, "title": words.title}
    properties = ",".join(
        f"{name}={_property(str(value))}" for name, value in given.items() if value is not None
    )
    told = [f"{one.rule}: {one.message}", words.effect]
    told.append(f"Accepted: {one.acknowledged}" if one.acknowledged else words.instead)
    if one.safe and not one.acknowledged:
        told += ["", one.safe]
    return f"::{_command(one)} {properties}::{_data(chr(10).join(told))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
