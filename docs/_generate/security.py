"""The checklist of docs/security.md: what the catalog grants and lets through, what queries/ does.

The tables and commands of a query are those of the plan that PostgreSQL makes of its statements, so
they hold for text() and for what a CTE hides.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa

from docs._generate import asked, explained, markdown
from docs._generate.asked import Subject
from docs._generate.markdown import code
from docs._generate.served import SERVED
from migrator.catalog import Catalog, Object
from models.security import ROLES

COMMANDS = ("SELECT", "INSERT", "UPDATE", "DELETE")
_OWN = "((user_id)::text = ( SELECT current_setting('app.user_id'::text, true) AS current_setting))"
_ROWS = {None: "", _OWN: "own", "true": "any"}
_GRANTS = "grants to "
_NOBODY = Subject(
    "nobody",
    UUID(int=0),
    0,
    *(datetime(2000, 1, 1, tzinfo=UTC) for _ in ("seen", "at", "now")),
)

Uses = Mapping[tuple[str, str, str], list[str]]
"""By table, role and command: the queries that do it."""


@dataclass(frozen=True)
class Row:
    """What one role may do to one table by one command."""

    table: str
    role: str
    command: str
    protected: bool
    """Row-level security is on."""
    granted: bool
    policies: tuple[Object, ...]
    queries: tuple[str, ...]

    @property
    def missing(self) -> str:
        """Why the command does not work, or works on too many rows; nothing for a complete row."""
        lacks = {
            "row-level security": self.protected,
            "grant": self.granted,
            "policy": bool(self.policies),
        }
        return " and ".join(f"no {what}" for what, there in lacks.items() if not there)

    def rows(self, clause: str) -> str:
        """The rows that the policies let through: any of them is enough."""
        texts = {one.attributes.get(clause) for one in self.policies} - {None}
        return " or ".join(_ROWS.get(text, code(str(text))) for text in sorted(map(str, texts)))


def uses(engine: sa.Engine) -> Uses:
    """What each public query does to which table, granted or not. `engine` is a superuser's."""
    found: dict[tuple[str, str, str], list[str]] = {}
    with engine.connect() as connection:
        for name, function in asked.functions().items():
            role = SERVED[name].role
            done = {
                command
                for sent in asked.sent(engine, function, _NOBODY)
                for command in explained.explain(connection, sent).commands
            }
            for table, command in sorted(done):
                found.setdefault((table, role, command), []).append(name)
    return found


def rows(tables: set[str], catalog: Catalog, used: Uses) -> list[Row]:
    """One for whatever is granted, let through or done; one that is empty for a table without."""
    return [row for table in sorted(tables) for row in _of_table(table, catalog, used)]


def _of_table(table: str, catalog: Catalog, used: Uses) -> Iterator[Row]:
    whole = catalog.objects["table", f"public.{table}"]
    policies = [
        one
        for (kind, _), one in sorted(catalog.objects.items())
        if kind == "policy" and whole.key in one.parents
    ]
    protected = bool(whole.attributes.get("row security"))
    empty = True
    for role in ROLES:
        grants = whole.attributes.get(f"{_GRANTS}{role}", [])
        for command in COMMANDS:
            letting = tuple(
                one
                for one in policies
                if role in _several(one.attributes["roles"])
                and one.attributes["command"] in (command, "ALL")
            )
            queries = tuple(used.get((table, role, command), ()))
            granted = command in _several(grants)
            if granted or letting or queries:
                empty = False
                yield Row(table, role, command, protected, granted, letting, queries)
    if empty:
        yield Row(table, "", "", protected, False, (), ())


def checklist(tables: set[str], catalog: Catalog, used: Uses) -> str:
    """The table over tables, roles and commands, and the list of what else is granted."""
    return markdown.page(
        markdown.table(
            ("table", "role", "command", "grant", "USING", "WITH CHECK", "queries", "complete"),
            (
                (
                    code(row.table),
                    code(row.role),
                    row.command,
                    "yes" if row.granted else "no",
                    row.rows("using"),
                    row.rows("with check"),
                    ", ".join(map(code, row.queries)),
                    row.missing or "yes",
                )
                for row in rows(tables, catalog, used)
            ),
        ),
        "What else the roles have:",
        markdown.table(
            ("on", "role", "privileges", "queries"),
            (
                (
                    f"{one.kind} {code(one.identity.removeprefix('public.'))}",
                    code(role),
                    ", ".join(_several(one.attributes[f"{_GRANTS}{role}"])),
                    ", ".join(map(code, used.get((_short(one), role, "SELECT"), ()))),
                )
                for _, one in sorted(catalog.objects.items())
                if not (one.kind == "table" and _short(one) in tables)
                for role in ROLES
                if f"{_GRANTS}{role}" in one.attributes
            ),
        ),
    ).rstrip()


def _short(one: Object) -> str:
    return one.identity.rpartition(".")[2]


def _several(value: object) -> list[str]:
    return list(value) if isinstance(value, list) else []
