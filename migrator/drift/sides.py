"""The two schemas to compare: what the revision makes, and what is there."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import sqlalchemy as sa
from alembic.util import CommandError

from migrator import connection, errors
from migrator.builds import beside_others, by_revisions
from migrator.catalog import Catalog, Key, Object, read
from migrator.catalog.model import RELATIONS
from migrator.catalog.privileges import KIND as PRIVILEGES
from migrator.drift import snapshot
from migrator.project import Project, external
from migrator.record import TOOLS_OWN
from migrator.repair.names import quote
from migrator.runner import current
from migrator.url import parse

_NOTE = """
SELECT substring(obj_description(to_regclass('alembic_version'), 'pg_class') FROM '^adopted: (.*)$')
"""
_KEPT = frozenset({"table column", "table constraint", "index", "statistics object"})
_QUARANTINE = "_orphaned"
"""Ending of the tables to which `adopt` moves rows without an owner."""


@dataclass(frozen=True)
class Sides:
    """`revision` is None where two databases are compared."""

    database: str
    revision: str | None
    wanted: Catalog
    actual: Catalog


def two_databases(wanted_url: str, actual_url: str) -> Sides:
    """Everything, with owners and privileges, of two databases of any origin."""
    addresses = parse(wanted_url), parse(actual_url)
    catalogs = []
    for address in addresses:
        with connection.connect(address) as opened:
            catalogs.append(read(opened))
    return Sides(addresses[1].database or "", None, *catalogs)


def live(
    project: Project,
    revision: str | None = None,
    stored: Path | None = None,
) -> Sides:
    """The database of a project, and what its stamped revision (or `revision`) makes.

    `stored` is a snapshot to be used instead of a throwaway database. Reads as any role: without a
    right on any table, but for that on Alembic's version table unless `revision` is given.
    """
    with connection.connect(project.url, project.settings.connect_wait) as opened:
        database = project.url.database or ""
        stamp = _stamp(opened, database) if revision is None else _resolved(project, revision)
        note = opened.execute(sa.text(_NOTE)).scalar_one_or_none()
        opened.rollback()
        actual = read(opened)
    made = snapshot.load(stored, stamp) if stored else build(project, stamp)
    adopted = json.loads(note) if note else {}
    theirs = {*TOOLS_OWN, *external(project.metadata), *_relations(made.before)}
    wanted = made.after.without(theirs)
    left = _left_alone(wanted, actual, theirs)
    actual = _without_beginnings(wanted, actual, adopted.get("tables", []))
    return Sides(
        database,
        stamp,
        _without(wanted, made.before).without_owners(),
        _without(actual.without({*theirs, *left}), made.before, wanted).without_owners(),
    )


def build(project: Project, revision: str) -> snapshot.Snapshot:
    """The schema that a revision makes, in a throwaway database."""
    with beside_others(project) as sandbox:
        before = read(sandbox)
        try:
            by_revisions(project, sandbox, revision)
        except errors.MigratorError:
            raise
        except CommandError as error:
            raise errors.stamp_not_of_project(revision) from error
        return snapshot.Snapshot(revision, before, read(sandbox))


def _stamp(opened: sa.Connection, database: str) -> str:
    try:
        revision = current(opened)
    except sa.exc.ProgrammingError as error:
        if isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
            raise errors.stamp_not_readable(database) from error
        raise
    if revision is None:
        raise errors.not_stamped(database)
    return revision


def _resolved(project: Project, revision: str) -> str:
    try:
        script = project.script.get_revision(revision)
    except CommandError as error:
        raise errors.stamp_not_of_project(revision) from error
    if script is None:
        raise errors.stamp_not_of_project(revision)
    return script.revision


def _relations(catalog: Catalog) -> set[str]:
    return {identity for kind, identity in catalog.objects if kind in RELATIONS}


def _without_beginnings(wanted: Catalog, actual: Catalog, tables: list[str]) -> Catalog:
    """Without what an adopted table has beyond the revisions: nobody knows who made it when.

    What decides over rows and who sees them, a trigger or a policy, is told all the same.
    """
    adopted = {("table", _full_name(f"public.{table}")) for table in tables}
    beyond = {
        key
        for key, one in actual.objects.items()
        if key not in wanted.objects and key[0] in _KEPT and not adopted.isdisjoint(one.parents)
    }
    while more := {
        key
        for key, one in actual.objects.items()
        if key not in beyond and key not in wanted.objects and not beyond.isdisjoint(one.parents)
    }:
        beyond |= more
    return Catalog({key: one for key, one in actual.objects.items() if key not in beyond})


def _full_name(table: str) -> str:
    schema, _, name = table.partition(".")
    return f"{schema}.{quote(name)}"


def _left_alone(wanted: Catalog, actual: Catalog, theirs: Iterable[str]) -> set[str]:
    """Tables that nobody here has made: of the role that owns the others' tables, and adopt's."""
    owners = _owners(actual, _relations(wanted))
    others = _owners(actual.only(set(theirs) - TOOLS_OWN), None) - owners
    found = {
        one.identity
        for one in actual.objects.values()
        if one.kind in RELATIONS and one.attributes.get("owner") in others
    }
    of_adoption = {
        one.identity
        for one in actual.objects.values()
        if one.kind == "table" and one.identity.replace('"', "").endswith(_QUARANTINE)
    }
    return found | of_adoption


def _owners(catalog: Catalog, names: set[str] | None) -> set[str]:
    return {
        str(one.attributes["owner"])
        for one in catalog.objects.values()
        if one.kind in RELATIONS and (names is None or one.identity in names)
    }


def _is_servers(key: Key) -> bool:
    """Extensions, and who may use what is PostgreSQL's own or an extension's."""
    return key[0] == "extension" or key[0].startswith(PRIVILEGES)


def _without(catalog: Catalog, before: Catalog, wanted: Catalog | None = None) -> Catalog:
    """Without what was there before the first revision and no revision has changed.

    Of the live database also without what comes with the server, unless a revision makes it.
    """
    kept: dict[Key, Object] = {}
    for key, one in catalog.objects.items():
        if wanted is not None and key not in wanted.objects and _is_servers(key):
            continue
        there = before.objects.get(key)
        reference = (wanted or catalog).objects.get(key)
        if there is None or reference is None:
            if there is None:
                kept[key] = one
            continue
        changed = {
            name
            for name in there.attributes.keys() | reference.attributes.keys()
            if there.attributes.get(name) != reference.attributes.get(name)
        }
        attributes = {name: value for name, value in one.attributes.items() if name in changed}
        if changed:
            kept[key] = replace(one, attributes=attributes)
    return Catalog(kept)
