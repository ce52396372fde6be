"""The rules of a revision (docs/migrations.md), told from its syntax tree: no database is asked."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from migrator import errors
from migrator.lint.rule import Rule, Violation
from migrator.lint.rules import RULES
from migrator.lint.source import Source
from migrator.project import Project

__all__ = ["RULES", "Rule", "Violation", "lint", "lint_project"]

STALE = "stale-acknowledgement"


def lint(path: Path, shown: str | None = None) -> list[Violation]:
    """What one revision breaks, by line; `shown` is its path in what is said about it.

    What the revision acknowledges, with a reason, is left out; an acknowledgement of what it does
    not break is said. Raises MigratorError for a file that is no Python.
    """
    try:
        source = Source(path)
    except (SyntaxError, ValueError) as error:
        raise errors.revision_not_readable(path.name, error) from error
    found = [
        Violation(shown or str(path), line, rule.id, message, rule.hint)
        for rule in RULES
        for line, message in rule.find(source)
    ]
    acknowledged = _acknowledged(source)
    broken = {one.rule for one in found}
    kept = [one for one in found if one.rule not in acknowledged]
    stale = _stale(shown or str(path), {k: v for k, v in acknowledged.items() if k not in broken})
    return sorted([*kept, *stale], key=lambda one: (one.line, one.rule, one.message))


def lint_project(project: Project, files: Iterable[Path] = ()) -> list[Violation]:
    """The revisions of a project in the order of history, or only the files that are named."""
    paths = list(files) or sorted(project.revision_files())
    return [one for path in paths for one in lint(path, project.relative(path))]


def _acknowledged(source: Source) -> dict[str, int]:
    """Rule ids that come with a reason, each with its line."""
    _, value = source.assigned.get("acknowledge", (1, None))
    keys, values = getattr(value, "keys", ()), getattr(value, "values", ())
    pairs = zip(keys, values, strict=True)
    return {
        name: key.lineno
        for key, reason in pairs
        if key is not None and (name := source.text(key)) and (source.text(reason) or "").strip()
    }


def _stale(path: str, unneeded: dict[str, int]) -> Iterator[Violation]:
    known = {rule.id for rule in RULES}
    for name, line in unneeded.items():
        if name in known:
            yield Violation(
                path,
                line,
                STALE,
                f'"{name}" is acknowledged, and nothing breaks it',
                "delete the entry",
            )
