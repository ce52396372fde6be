"""The verb that teaches what a rule or a lock mode means: explain."""

import difflib
import json
from dataclasses import asdict
from pathlib import Path

import click

from migrator import errors
from migrator.cli import verb_anywhere
from migrator.preflight.modes import Mode
from migrator.review import lock_modes
from migrator.review.outputs.about import OTHERS, About
from migrator.review.rules import RULES, Rule


@verb_anywhere
@click.argument("topic", required=False, metavar="[RULE | LOCK MODE]", nargs=-1)
def explain(
    config: Path,  # noqa: ARG001  it is the same in every project
    database_url: str | None,  # noqa: ARG001
    as_json: bool,
    topic: tuple[str, ...],
) -> None:
    """Say what a rule of `review` or a lock mode is about, and what to do instead.

    Without one, list them.
    """
    name = " ".join(topic)
    told, text = _found(name) if name else _listed()
    print(json.dumps(told) if as_json else text)


def _found(name: str) -> tuple[dict[str, object], str]:
    """The topic of a name as data and as text. Raises MigratorError for a name that is neither."""
    id_ = name.lower().replace(" ", "-")
    if rule := RULES.get(id_):
        return rule_as_json(rule), _rule(rule)
    if other := OTHERS.get(id_):
        return {"rule": id_, **asdict(other)}, _other(id_, other)
    if mode := lock_modes.named(name):
        return _mode_as_json(mode), _mode(mode)
    known = [*RULES, *OTHERS, *(str(one).lower() for one in Mode)]
    raise errors.no_such_topic(
        name, difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.5)
    )


def rule_as_json(rule: Rule) -> dict[str, object]:
    return {
        "rule": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "effect": rule.effect,
        "instead": rule.instead,
        "looks_for": rule.looks_for,
        "bad": rule.bad,
        "good": rule.good,
        "versions": rule.versions,
    }


def _rule(rule: Rule) -> str:
    return "\n".join(
        [
            f"{rule.id}  ({rule.severity}; PostgreSQL: {rule.versions})",
            f"{rule.title}.",
            "",
            f"effect    {rule.effect}",
            f"instead   {rule.instead}",
            f"evidence  {rule.looks_for}",
            "",
            "bad",
            _code(rule.bad),
            "good",
            _code(rule.good),
            "",
            f'accept    acknowledge = {{"{rule.id}": "why"}} in the revision',
        ]
    )


def _other(id_: str, words: About) -> str:
    return "\n".join(
        [
            id_,
            f"{words.title}.",
            "",
            f"effect    {words.effect}",
            f"instead   {words.instead}",
        ]
    )


def _code(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def _mode_as_json(mode: Mode) -> dict[str, object]:
    return {
        "lock_mode": str(mode),
        "pg_locks": mode.pg_name,
        "keeps_waiting": lock_modes.KEEPS_WAITING[mode],
        "conflicts_with": [str(other) for other in mode.conflicting],
        "taken_by": list(lock_modes.TAKEN_BY[mode]),
    }


def _mode(mode: Mode) -> str:
    return "\n".join(
        [
            f"{mode}  (pg_locks: {mode.pg_name})",
            f"{lock_modes.KEEPS_WAITING[mode]}.",
            "",
            f"conflicts with  {', '.join(map(str, mode.conflicting))}",
            f"taken by        {'; '.join(lock_modes.TAKEN_BY[mode])}",
            "held            until the transaction ends",
        ]
    )


def _listed() -> tuple[dict[str, object], str]:
    rules = {rule.id: rule.title for rule in RULES.values()}
    rules |= {id_: words.title for id_, words in OTHERS.items()}
    modes = {str(mode).lower(): lock_modes.KEEPS_WAITING[mode] for mode in Mode}
    width = max(map(len, (*rules, *modes)))
    lines = [f"{name:{width}}  {title}" for name, title in (*rules.items(), *modes.items())]
    return {"rules": rules, "lock_modes": modes}, "\n".join(lines)
