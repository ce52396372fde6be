"""docs/rules/: a page for each rule, with what the cases of tests/hazards have shown of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from docs._generate import markdown
from migrator.review.rules import RULES, Rule
from tests.hazards import results
from tests.hazards.case import Case, cases
from tests.hazards.results import Shown

_NEWEST = 18


def pages(folder: Path) -> dict[Path, str]:
    """Every page of the folder, with its text."""
    listed = cases(_NEWEST)
    kept = results.read()
    found = {folder / f"{rule.id}.md": page(rule, listed, kept) for rule in RULES.values()}
    return found | {folder / "README.md": overview(listed)}


def page(rule: Rule, listed: Sequence[Case], kept: Mapping[str, list[Shown]]) -> str:
    bad = [case for case in listed if rule.id in {hazard for _, hazard in case.expected}]
    good = [case for case in listed if rule.id in case.good_for]
    return markdown.page(
        f"# {rule.id}",
        markdown.GENERATED,
        f"**{rule.title}.** Severity {rule.severity}. PostgreSQL: {rule.versions}.",
        rule.effect,
        f"**Instead:** {rule.instead}",
        f"**Looked for:** {rule.looks_for}.",
        _example("Found", bad[0], rule, kept) if bad else _short(rule),
        _example("Not found", good[0], rule, kept) if good else "",
        _others(bad[1:]),
        "A revision that does it all the same says why:",
        markdown.fence("python", f'acknowledge = {{"{rule.id}": "…"}}'),
        "[All rules](README.md)",
    )


def _short(rule: Rule) -> str:
    """A rule that no case is about: its own example."""
    return markdown.page(
        "## Example",
        markdown.fence("sql", rule.bad),
        "and instead",
        markdown.fence("sql", rule.good),
    )


def _example(head: str, case: Case, rule: Rule, kept: Mapping[str, list[Shown]]) -> str:
    found = [
        one
        for one in kept[case.name]
        if one["rule"] == rule.id or case.counts(one["rule"], one["severity"])
    ]
    within = "one transaction" if case.transaction == "wrapped" else "each statement by itself"
    return markdown.page(
        f"## {head}",
        f"[{case.folder.parent.name}/{case.name}](../../tests/hazards/{case.folder.parent.name}"
        f"/{case.name}), {within}:",
        markdown.fence("sql", case.up),
        "What a review says of it:",
        markdown.fence("text", "\n\n".join(map(_report, found)) or "nothing found"),
    )


def _report(one: Shown) -> str:
    head = f"{one['severity']}: {one['rule']}  statement {one['statement']}\n  {one['message']}"
    if not one["safe"]:
        return head
    code = "\n".join(f"    {line}" for line in one["safe"].splitlines())
    return f"{head}\n  instead:\n{code}"


def _others(more: Sequence[Case]) -> str:
    if not more:
        return ""
    links = (f"[{c.name}](../../tests/hazards/{c.folder.parent.name}/{c.name})" for c in more)
    return f"More cases of it: {', '.join(links)}."


def overview(listed: Sequence[Case]) -> str:
    counted = {
        rule: sum(rule in {hazard for _, hazard in case.expected} for case in listed)
        for rule in RULES
    }
    safe = sum(not case.expected for case in listed)
    return markdown.page(
        "# Rules of a review",
        markdown.GENERATED,
        "`migrator review` runs a migration on a real PostgreSQL and judges what it was seen to do."
        " These are the hazards that it knows; `migrator explain <rule>` says the same on a"
        f" terminal. They are proved by {len(listed)} cases, {safe} of them safe, in"
        " [tests/hazards](../../tests/hazards); `make bench ARGS=hazard_score` counts what is"
        " found.",
        markdown.table(
            ("rule", "what", "severity", "PostgreSQL", "cases"),
            (
                (
                    f"[{rule.id}]({rule.id}.md)",
                    rule.title,
                    rule.severity,
                    rule.versions,
                    str(counted[rule.id]),
                )
                for rule in RULES.values()
            ),
        ),
        "Linters read the same cases instead of running them (`make bench ARGS=hazard_peers`). A"
        " hazard counts as found when the tool says anything at its statement; what it says about"
        " style and timeouts is left out:",
        markdown.table(("tool", "hazards found", "safe cases flagged"), results.peers()),
        "Errors and warnings end a review with exit status 1, unless the revision acknowledges them"
        " by name and reason; notes never do. An acknowledgement of what was not found, or without"
        " a reason, is a finding of its own: `stale-acknowledgement`.",
    )
