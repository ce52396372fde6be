"""Turns what a rehearsal has shown into findings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from migrator.review.finding import Finding
from migrator.review.rehearsal import Rehearsal
from migrator.review.rules import RULES, Hit, Rule, Run, Step
from migrator.review.safe_forms.form import Dialect

STALE = "stale-acknowledgement"


def judge(
    rehearsal: Rehearsal,
    acknowledge: Mapping[str, str] | None = None,
    *,
    dialect: Dialect = "sql",
) -> list[Finding]:
    """The findings of one file or revision, by statement, the worse first.

    `acknowledge` is what the revision says itself: id of a rule -> why it is accepted; such a
    finding keeps its severity and bears the reason. One that says nothing, or for which nothing was
    found, is a finding too. `dialect` is that of the safe forms.
    """
    reasons = acknowledge or {}
    found = [
        replace(finding, acknowledged=_reason(reasons, finding.rule))
        for step in Run(rehearsal).steps
        for finding in _of(step, rehearsal, dialect)
    ]
    return [*found, *stale(reasons, found, rehearsal.revision, rehearsal.file)]


def stale(
    acknowledge: Mapping[str, str],
    found: Sequence[Finding],
    revision: str | None = None,
    file: str | None = None,
) -> list[Finding]:
    """What is wrong with the acknowledgements: no reason, nothing to acknowledge, no such rule."""
    fired = {finding.rule for finding in found}
    findings = []
    for rule, reason in acknowledge.items():
        if not reason.strip():
            wrong = f'acknowledges "{rule}" without a reason'
        elif rule not in fired:
            wrong = f'acknowledges "{rule}", which was not found'
        else:
            continue
        findings.append(
            Finding(STALE, "warning", None, wrong, {"rule": rule}, revision=revision, file=file)
        )
    return findings


def _reason(acknowledge: Mapping[str, str], rule: str) -> str | None:
    return acknowledge.get(rule, "").strip() or None


def _of(step: Step, rehearsal: Rehearsal, dialect: Dialect) -> Iterator[Finding]:
    """One finding for each hazard of a statement; those that another one says better are left out.

    What a rule hits more than once in a statement is one finding, with the evidence of each.
    """
    hits = {rule: found for rule in RULES.values() if (found := list(rule.condition(step)))}
    covered = {other for rule in hits for other in rule.covers}
    for rule, found in sorted(hits.items(), key=lambda item: _ORDER[_severity(*item)]):
        if rule.id not in covered:
            yield _finding(step, rule, found, rehearsal, dialect)


_ORDER = {"error": 0, "warning": 1, "note": 2}


def _severity(rule: Rule, hits: Sequence[Hit]) -> str:
    return min((hit.severity or rule.severity for hit in hits), key=_ORDER.__getitem__)


def _finding(
    step: Step, rule: Rule, hits: Sequence[Hit], rehearsal: Rehearsal, dialect: Dialect
) -> Finding:
    first = min(hits, key=lambda hit: _ORDER[hit.severity or rule.severity])
    evidence = dict(first.evidence)
    if len(hits) > 1:
        evidence["also"] = [dict(hit.evidence) for hit in hits if hit is not first]
    forms = [hit.safe.render(dialect) for hit in hits if hit.safe]
    return Finding(
        rule.id,
        first.severity or rule.severity,
        step.seen.index,
        "; ".join(dict.fromkeys(hit.message for hit in hits)),
        evidence,
        "\n".join(dict.fromkeys(forms)) or None,
        rehearsal.revision,
        rehearsal.file,
        step.seen.line,
    )
