"""What the findings about going back say: lower case, one line, no full stop."""

from migrator.review.reversal.result import Loss, Phase
from migrator.review.reversal.steps import Failed

_WHEN: dict[Phase, str] = {
    "upgrade": "after the upgrade",
    "downgrade": "after upgrade and downgrade",
    "upgrade again": "after the second upgrade",
    "downgrade over new rows": "after a downgrade over rows that the new release wrote",
}


def lost(loss: Loss) -> str:
    """One loss, with its table, column and count."""
    when = _WHEN[loss.phase]
    place = f'"{_plain(loss.table)}"' + (f' column "{loss.column}"' if loss.column else "")
    if loss.rule == "row-lost":
        return f"rows of {place} are missing {when}: {loss.detail}"
    if loss.what == "rows_added":
        return f"{place} has rows {when} that were not there: {loss.count}"
    if loss.rule == "value-changed":
        return f"values of {place} are not the same {when}: {loss.detail}"
    if loss.rule == "sequence-restarted":
        return f"the numbers of {place} do not go on where they were {when}: {loss.detail}"
    if loss.rule == "schema-not-restored":
        return f"the schema is not the same {when}: {loss.detail}"
    which = {
        "upgrade again": "the upgrade does not run a second time",
        "downgrade over new rows": "the downgrade fails over rows that the new release wrote",
    }.get(loss.phase, "the downgrade fails")
    return f"{which}: {loss.detail}"


def declared(failed: Failed) -> str:
    return f"the revision says that it cannot be undone: {failed.first_line}"


def refused(failed: Failed, *, nothing_taken: bool) -> str:
    """The upgrade did not take all rows; rehearsed with those that it takes, or with none."""
    rest = (
        "no generated row is one that it takes, so going back was tried without rows"
        if nothing_taken
        else "going back was tried with rows that it takes"
    )
    return f"the upgrade refuses some rows ({failed.first_line}); {rest}"


def _plain(name: str) -> str:
    return name.removeprefix("public.").replace('"', "")
