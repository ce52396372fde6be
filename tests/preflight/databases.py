"""What the tests of the preflight look at, and how they ask."""

from migrator import preflight, runner
from migrator.preflight import USUAL, Finding, Limits
from migrator.project import Project

PHASE_2 = "5a0c1e7d93f2"
BEFORE_INDEXES = "7e30f1c4b95d"
BEFORE_COMMENTS = "36e9d1f8a07b"
HEAD = "e5d3907b1c46"


def url(project: Project) -> str:
    """The address of its database."""
    return project.url.render_as_string(hide_password=False)


def examine(project: Project, limits: Limits = USUAL) -> list[Finding]:
    """All findings about what is pending up to head, whatever server the tests run on."""
    return [one for one in everything(project, limits) if one.name != "other-version"]


def everything(project: Project, limits: Limits = USUAL) -> list[Finding]:
    """With the note that the rehearsal ran on another version than the tests."""
    with project.connect() as connection:
        pending = runner.pending(project, runner.current(connection))
        found = preflight.examine(project, connection, pending, limits)
        assert not connection.in_transaction()
        return found


def said(project: Project, name: str, limits: Limits = USUAL) -> str:
    """The findings of one name as they are printed."""
    return "\n\n".join(str(one) for one in examine(project, limits) if one.name == name)


def names(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(one.level, one.name) for one in findings]
