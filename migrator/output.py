"""How results read in a terminal: plain lines that a log keeps as well."""

from migrator.plan import Planned
from migrator.report import Status
from migrator.runner import Step


def step(made: Step) -> None:
    """Print one step as soon as it is made."""
    verb = {"upgrade": "applied", "downgrade": "undone", "adopt": "adopted"}[made.direction]
    tries = f", {made.tries} tries" if made.tries > 1 else ""
    print(f"{verb}  {made.revision}  {made.title}  ({made.seconds:.2f} s{tries})", flush=True)


def at(now: Status) -> str:
    """The stand of a database in one line."""
    if now.revision is None:
        return f"{now.database} has no revision"
    place = "head" if not now.pending else f"{len(now.pending)} behind head {now.head}"
    return f"{now.database} is at {now.revision} ({place})"


def status(now: Status) -> str:
    """The stand of a database with what is pending."""
    lines = [at(now), f"PostgreSQL {now.server}"]
    lines += [f"pending  {revision}  {title}" for revision, title in now.pending]
    return "\n".join(lines)


def plan(planned: list[Planned], with_sql: bool) -> str:
    """The pending revisions, each with its statements."""
    if not planned:
        return "nothing to do"
    lines = []
    for one in planned:
        lines.append(f"{one.revision}  {one.title}")
        if with_sql:
            lines += [f"    {line}" for text in one.statements for line in f"{text};".split("\n")]
    return "\n".join(lines)
