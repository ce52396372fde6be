"""Is the database what this code needs? For the readiness probe, and before the first request."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from queries.errors import NotReady
from queries.query import Query

# versions/ need not be shipped with the application, so it is said here; a test holds it true.
REVISIONS = (
    "5a0c1e7d93f2",
    "e41b7a90c6d8",
    "0f7d2c85ab13",
    "93c6e8b1740a",
    "b82f05d9e36c",
    "c7194ea2f05b",
    "2d6ab93f81e7",
    "7e30f1c4b95d",
    "a95d82e6013f",
    "18cf47b0d2e9",
    "f4b60a7c5e21",
    "36e9d1f8a07b",
    "d05f7b2e94c6",
    "4e8ac3d7106f",
    "8b26e0c94d71",
    "e5d3907b1c46",
)
HEAD = REVISIONS[-1]


@dataclass(frozen=True, slots=True)
class Readiness:
    """The revision of a database that is ready.

    `ahead`: it is one that this code does not know, so newer. During a deployment that is as it
    should be: the database is upgraded first, and what ran before goes on until it is replaced.
    """

    revision: str
    ahead: bool


_LOOK = sa.text(
    "SELECT CASE WHEN to_regclass('alembic_version') IS NULL THEN 'missing'"
    " WHEN NOT has_table_privilege('alembic_version', 'SELECT') THEN 'hidden' END"
)
_READ = sa.text("SELECT version_num FROM alembic_version")


def ready() -> Query[Readiness]:
    """Raises NotReady for a database that is older than this code, or was never upgraded."""
    return Query(None, _LOOK, {}, _looked, Query(None, _READ, {}, _compared))


def _looked(result: sa.Result[Any]) -> None:
    match result.scalar_one():
        case "missing":
            raise NotReady('it has never been upgraded: there is no "alembic_version"')
        case "hidden":
            raise NotReady(
                'the login may not read "alembic_version"',
                hint="GRANT SELECT ON alembic_version TO app_user, app_readonly, app_maintenance",
            )


def _compared(result: sa.Result[Any]) -> Readiness:
    revisions = result.scalars().all()
    if not revisions:
        raise NotReady("it stands before its first revision")
    behind = [revision for revision in revisions if revision in REVISIONS[:-1]]
    if behind:
        raise NotReady(f"it is at revision {behind[0]}, this code needs {HEAD}")
    return Readiness(revisions[0], ahead=HEAD not in revisions)
