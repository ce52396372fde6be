"""From what was seen to a verdict and to findings."""

from collections.abc import Iterator, Sequence

from migrator.review.finding import Finding, Severity
from migrator.review.reversal import words
from migrator.review.reversal.cycle import Seen
from migrator.review.reversal.result import Loss, Reversal, Verdict
from migrator.review.reversal.steps import Failed
from migrator.rows import Unfilled

_FAILS = {"downgrade-fails", "upgrade-again-fails"}
_LOSSY = {"row-lost", "value-changed", "sequence-restarted"}


def conclude(
    revision: str, seen: Seen, refusal: Failed | None, unfilled: Sequence[Unfilled]
) -> Reversal:
    """The verdict and its findings. `refusal` is what the upgrade said to rows of other values."""
    findings = [*_findings(revision, seen)]
    if refused := refusal or seen.refused:
        findings.append(
            Finding(
                "fails-on-data",
                "note",
                None,
                words.refused(refused, nothing_taken=not any(seen.rows.values())),
                {"sqlstate": refused.sqlstate, "message": refused.first_line},
                revision=revision,
            )
        )
    return Reversal(revision, verdict(seen), seen.losses, findings, seen.rows, tuple(unfilled))


def verdict(seen: Seen) -> Verdict:
    """One word; what fails weighs more than what is lost, and that more than the schema."""
    rules = {loss.rule for loss in seen.losses}
    if seen.declared:
        return "irreversible-declared"
    if rules & _FAILS:
        return "fails"
    if rules & _LOSSY:
        return "lossy"
    if seen.refused:
        return "unknown"
    return "incomplete" if rules else "reversible"


def _findings(revision: str, seen: Seen) -> Iterator[Finding]:
    """One for each loss; all that a declared way without return loses is a note."""
    for loss in seen.losses:
        yield Finding(
            loss.rule,
            _severity(loss, declared=seen.declared is not None),
            None,
            words.lost(loss),
            _evidence(loss),
            revision=revision,
        )
    if seen.declared:
        yield Finding(
            "irreversible-declared",
            "note",
            None,
            words.declared(seen.declared),
            {"message": seen.declared.first_line},
            revision=revision,
            line=seen.declared.line,
        )


def _severity(loss: Loss, *, declared: bool) -> Severity:
    if declared:
        return "note"
    return "warning" if loss.rule == "schema-not-restored" else "error"


def _evidence(loss: Loss) -> dict[str, object]:
    told = {
        "what": loss.what,
        "table": loss.table,
        "column": loss.column,
        "count": loss.count,
        "phase": loss.phase,
        "detail": loss.detail,
    }
    return {name: value for name, value in told.items() if value is not None}
