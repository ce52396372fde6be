"""May this role do what the pending revisions do?"""

import re
from collections.abc import Iterable, Iterator

from migrator.catalog import Object
from migrator.preflight.finding import Finding
from migrator.preflight.look import Look
from migrator.preflight.modes import Mode
from migrator.preflight.words import database as words

_NOT_OWNED = """
SELECT name, pg_get_userbyid(c.relowner)
FROM unnest(CAST(:tables AS text[])) AS name JOIN pg_class AS c ON c.oid = to_regclass(name)
WHERE NOT pg_has_role(c.relowner, 'USAGE') ORDER BY name
"""
_CLOSED = """
SELECT name FROM unnest(CAST(:schemas AS text[])) AS name
WHERE to_regnamespace(name) IS NOT NULL AND NOT has_schema_privilege(name, 'CREATE') ORDER BY name
"""
_NOT_REFERABLE = """
SELECT NOT bool_and(has_column_privilege(a.attrelid, a.attnum, 'REFERENCES'))
FROM pg_attribute AS a
WHERE a.attrelid = to_regclass(:table) AND quote_ident(a.attname) = ANY(CAST(:columns AS text[]))
"""
_MISSING_ROLES = """
SELECT name FROM unnest(CAST(:names AS text[])) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
    AND NOT EXISTS (
        SELECT FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolcreaterole)
    )
ORDER BY name
"""
_FOREIGN_KEY = re.compile(r"FOREIGN KEY \(.+?\) REFERENCES (.+?)\((.+?)\)")
_GRANTS = "grants to "
_NO_ROLES = frozenset({"PUBLIC", "owner"})

_IN_A_SCHEMA = frozenset({"table", "index", "view", "sequence", "function", "statistics object"})


def find(look: Look) -> Iterator[Finding]:
    if look.rehearsal is None:
        return
    new = [
        one
        for key, one in sorted(look.rehearsal.after.objects.items())
        if key not in look.rehearsal.before.objects
    ]
    # A key or a comment that is none of ours locks other people's tables, weakly or not.
    changed = [table for table in look.own if look.touched[table] >= Mode.SHARE_UPDATE_EXCLUSIVE]
    for table, owner in look.rows(_NOT_OWNED, tables=changed):
        yield words.not_owner(table, owner, look.role)
    schemas = {one.identity.partition(".")[0] for one in new if one.kind in _IN_A_SCHEMA}
    for (schema,) in look.rows(_CLOSED, schemas=sorted(schemas)):
        yield words.cannot_create(schema, look.role)
    yield from _keys(look, new)
    if missing := [row[0] for row in look.rows(_MISSING_ROLES, names=_roles(look))]:
        yield words.cannot_create_roles(missing, look.role)


def _keys(look: Look, new: list[Object]) -> Iterator[Finding]:
    told = set()
    for one in new:
        found = _FOREIGN_KEY.match(str(one.attributes.get("definition", "")))
        if not found or found.groups() in told:
            continue
        told.add(found.groups())
        table, columns = found.groups()
        for (refused,) in look.rows(_NOT_REFERABLE, table=table, columns=columns.split(", ")):
            if refused:
                yield words.cannot_refer(table, columns, look.role)


def _roles(look: Look) -> list[str]:
    """The roles to which the pending revisions give something."""
    assert look.rehearsal is not None  # noqa: S101  find asks for nothing without one
    before = _granted(look.rehearsal.before.objects.values())
    return sorted(_granted(look.rehearsal.after.objects.values()) - before)


def _granted(objects: Iterable[Object]) -> set[str]:
    return {
        name.removeprefix(_GRANTS)
        for one in objects
        for name in one.attributes
        if name.startswith(_GRANTS) and name.removeprefix(_GRANTS) not in _NO_ROLES
    }
