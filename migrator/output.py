"""How results read in a terminal: plain lines that a log keeps as well."""

from migrator.record import Entry
from migrator.report import Status
from migrator.runner import Report, Step

_NEWEST = 5
"""Rows of the record that `status` shows."""


def step(made: Step) -> None:
    """Print one step as soon as it is made."""
    verb = {"upgrade": "applied", "downgrade": "undone", "adopt": "adopted"}[made.direction]
    tries = f", {made.tries} tries" if made.tries > 1 else ""
    print(f"{verb}  {made.revision}  {made.title}  ({made.seconds:.2f} s{tries})", flush=True)


def printer(as_json: bool) -> Report:
    """What a runner tells its steps: for machines they come together, at the end."""
    return (lambda _: None) if as_json else step


def at(now: Status) -> str:
    """The stand of a database in one line."""
    if now.revision is None:
        return f"{now.database} has no revision"
    place = "head" if not now.pending else f"{len(now.pending)} behind head {now.head}"
    return f"{now.database} is at {now.revision} ({place})"


def status(now: Status) -> str:
    """The stand of a database with what is pending, what was done last, and what is wrong."""
    lines = [at(now), f"PostgreSQL {now.server}"]
    lines += [f"pending  {revision}  {title}" for revision, title in now.pending]
    lines += [entry(one) for one in now.log[:_NEWEST]]
    return "\n".join([*lines, *map(str, now.edited)])


def entry(one: Entry) -> str:
    """A row of the record, such as `2026-11-23 06:30:12+00:00  upgrade  93c6e8b1740a  applied`."""
    took = "" if one.seconds is None else f" after {one.seconds:.2f} s"
    # Giving up comes after a failed try; every other end is that of one more.
    tries = one.retries + (one.outcome != "gave up")
    retries = f", {tries} tries" if one.retries else ""
    error = f": {one.error}" if one.error else ""
    who = f"  ({one.role} on {one.host})"
    when = one.started.replace("T", " ")
    return f"{when}  {one.direction}  {one.revision}  {one.outcome}{took}{retries}{error}{who}"
