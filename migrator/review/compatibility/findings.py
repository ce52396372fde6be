"""Statements that broke, told as the rule that says why."""

from collections.abc import Collection, Iterator

from migrator.review.compatibility.statement import Broken
from migrator.review.finding import Finding

_RULES = {
    "42703": "drop-column",
    "42P01": "drop-table",
    "3F000": "drop-schema",
    "23502": "old-writes-break",
    "23503": "old-writes-break",
    "23505": "old-writes-break",
    "23514": "old-writes-break",
    "22001": "old-writes-break",
    "22P02": "old-writes-break",
    "428C9": "old-writes-break",
}
_ANY = "breaks-running-release"
_SAME = {
    "drop-column": {"rename-column", "drop-table", "rename-table"},
    "drop-table": {"rename-table", "drop-view", "drop-schema", "rename-schema"},
    "drop-schema": {"rename-schema"},
}
"""What a missing name is called by who has seen why it is missing."""
_HINTS = {
    "drop-column": "keep the column until no running release names it",
    "drop-table": "keep the table, or a view of its name, until no running release names it",
    "drop-schema": "keep the schema until no running release names it",
    "rls-hides-rows": "create the policies before row level security is enabled",
    "old-writes-break": "keep a default and the looser rule until the deploy is over",
    _ANY: "keep what the old release uses until it is gone",
}


def rule(one: Broken) -> str:
    """The rule that a broken statement shows, as far as the statement alone can tell."""
    if one.after.failed is None:
        return "rls-hides-rows" if one.statement.role else _ANY
    if "row-level security" in one.after.failed.message:
        return "rls-hides-rows"
    return _RULES.get(one.after.failed.sqlstate, _ANY)


def findings(
    revision: str, broken: Collection[Broken], told: Collection[str] = ()
) -> Iterator[Finding]:
    """One for each rule, role and message, but for what the rules that were `told` have said."""
    groups: dict[tuple[str, str, str], list[Broken]] = {}
    for one in broken:
        said = one.after.failed.message if one.after.failed else _fewer(one)
        groups.setdefault((rule(one), one.statement.role or "", said), []).append(one)
    for (name, role, said), members in groups.items():
        if not {name, *_SAME.get(name, ())} & {*told}:
            yield _finding(revision, name, role, said, members)


def _finding(revision: str, name: str, role: str, said: str, members: list[Broken]) -> Finding:
    first = members[0]
    text = " ".join(first.statement.text.split())
    short = text if len(text) <= 80 else f"{text[:79]}…"
    others = f" (and {len(members) - 1} more)" if len(members) > 1 else ""
    who = f' of role "{role}"' if role else ""
    failed = first.after.failed
    return Finding(
        name,
        "error",
        None,
        f"breaks a statement of the running release{who}: {short}{others}: {said}",
        {
            "statement": first.statement.text,
            "statements": len(members),
            "role": role or None,
            "table": first.statement.about,
            "sqlstate": failed.sqlstate if failed else None,
            "hint": _HINTS[name],
        },
        revision=revision,
    )


def _fewer(one: Broken) -> str:
    return f"{one.after.rows} rows instead of {one.before.rows}"
