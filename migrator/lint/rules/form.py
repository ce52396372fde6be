"""How a revision reads: its title, its reason, its id, and the order of its parts."""

import ast
import re
from collections.abc import Iterator

from migrator.lint.rule import Broken, Rule
from migrator.lint.source import Source

WIDTH = 60
"""Characters of a title, without its full stop."""

TO_FILL_IN = "Why, and which query or caller needs it."
"""What migrations/script.py.mako writes where the reason belongs."""

_ID = re.compile(r"[0-9a-f]{12}")
_ALEMBICS_OWN = re.compile(r"^(Revision ID|Revises|Create Date):", re.MULTILINE)
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
_ORDER = ("revision", "down_revision", "upgrade", "downgrade")


def _title(source: Source) -> Iterator[Broken]:
    title = source.docstring.partition("\n")[0].strip()
    if not title:
        yield 1, "no docstring says what the revision does"
        return
    if len(title.removesuffix(".")) > WIDTH:
        yield 1, f"the title has {len(title.removesuffix('.'))} characters, more than {WIDTH}"
    if not title.endswith("."):
        yield 1, "the title does not end with a full stop"
    verb = title.split()[0]
    if not verb[:1].isupper() or _not_imperative(verb):
        yield 1, f'the title begins with "{verb}", not with a verb in the imperative'


def _not_imperative(verb: str) -> bool:
    """Added, Adding, Adds; but not Embed, Bring, Address."""
    for ending in ("ed", "ing", "s"):
        stem = verb.removesuffix(ending)
        if stem != verb and _VOWEL.search(stem) and not verb.endswith(("eed", "ss", "us", "bed")):
            return True
    return False


def _why(source: Source) -> Iterator[Broken]:
    if not source.docstring:
        return
    reason = source.docstring.partition("\n")[2].strip()
    if not reason:
        yield 1, "no paragraph below the title says why"
    elif TO_FILL_IN in reason:
        yield 1, "the paragraph below the title is still the template's"


def _alembics_own(source: Source) -> Iterator[Broken]:
    for found in _ALEMBICS_OWN.finditer(source.docstring):
        line = source.docstring.count("\n", 0, found.start()) + 1
        yield line, f'"{found.group()}" repeats what stands below, and goes stale'


def _id(source: Source) -> Iterator[Broken]:
    line, value = source.assigned.get("revision", (1, None))
    text = source.text(value)
    if text is not None and not _ID.fullmatch(text):
        yield line, f'revision id "{text}" is not one of 12 hexadecimal digits'


def _order(source: Source) -> Iterator[Broken]:
    places = {name: line for name, (line, _) in source.assigned.items()}
    places |= {name: node.lineno for name, node in source.functions.items()}
    missing = [name for name in _ORDER if name not in places]
    if missing:
        yield 1, f"{' and '.join(missing)} missing"
        return
    lines = [places[name] for name in _ORDER]
    if lines != sorted(lines):
        yield min(lines), f"its parts do not stand in the order {', '.join(_ORDER)}"


def _acknowledged(source: Source) -> Iterator[Broken]:
    line, value = source.assigned.get("acknowledge", (1, None))
    if value is None:
        return
    if not isinstance(value, ast.Dict):
        yield line, "acknowledge is not a dictionary of rule ids and reasons"
        return
    for key, reason in zip(value.keys, value.values, strict=True):
        if not (source.text(key) or "").strip() or not (source.text(reason) or "").strip():
            yield (key or reason).lineno, "acknowledge names no rule, or gives no reason"


RULES = (
    Rule(
        "revision-title",
        f"its docstring begins with an imperative title of at most {WIDTH} characters",
        'begin the docstring with what it does: """Add priority to tasks.',
        _title,
    ),
    Rule(
        "revision-why",
        "a paragraph below the title says why",
        "say below the title why, and name the query or caller that needs it",
        _why,
    ),
    Rule(
        "revision-prose",
        "it does not repeat ids and dates in prose",
        "delete the line; the file name has the date and down_revision the order",
        _alembics_own,
    ),
    Rule(
        "revision-id",
        "its id is random: 12 hexadecimal digits",
        "let `make revision` make the id: two branches must never choose the same one",
        _id,
    ),
    Rule(
        "revision-order",
        "it holds revision, down_revision, upgrade, downgrade, in this order",
        "bring it into the order of migrations/script.py.mako",
        _order,
    ),
    Rule(
        "acknowledge-reason",
        "what it acknowledges has a rule and a reason",
        'acknowledge = {"rule-id": "why it is right here"}',
        _acknowledged,
    ),
)
