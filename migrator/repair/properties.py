"""What objects of every kind may have: an owner, a comment, privileges."""

from collections.abc import Iterable, Iterator, Mapping

from migrator.catalog import Object, Value
from migrator.repair import names
from migrator.repair.sides import Sides

GRANTS = "grants to "
DEPENDS = "depends on extensions"
_OPTION = " with grant option"
_BY = " by "
_CASCADE = " CASCADE"
ON_TABLES = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]

# What an object of a kind has from its creation: the owner's privileges and everybody's.
_OWNERS = {
    "table": ON_TABLES,
    "view": ON_TABLES,
    "materialized view": ON_TABLES,
    "foreign table": ON_TABLES,
    "sequence": ["USAGE", "SELECT", "UPDATE"],
    "function": ["EXECUTE"],
    "procedure": ["EXECUTE"],
    "aggregate": ["EXECUTE"],
    "schema": ["USAGE", "CREATE"],
    "type": ["USAGE"],
    "language": ["USAGE"],
    "foreign-data wrapper": ["USAGE"],
    "server": ["USAGE"],
}
_EVERYBODYS = {kind: _OWNERS[kind] for kind in ("function", "procedure", "aggregate", "type")} | {
    "language": ["USAGE"]
}
_DEFAULT_ACL = {
    "table": "tables",
    "view": "tables",
    "materialized view": "tables",
    "foreign table": "tables",
    "sequence": "sequences",
    "function": "functions",
    "procedure": "functions",
    "aggregate": "functions",
    "type": "types",
    "schema": "schemas",
}

Grants = dict[str, set[str]]
"""Privileges by role: "SELECT", "SELECT with grant option", "SELECT by x"; see catalog.parts."""


def is_property(attribute: str) -> bool:
    return attribute in {"owner", "comment", DEPENDS} or attribute.startswith(GRANTS)


def grants(attributes: Mapping[str, Value]) -> Grants:
    return {
        name.removeprefix(GRANTS): set(names.listed(value))
        for name, value in attributes.items()
        if name.startswith(GRANTS)
    }


def comment(target: str, one: Object) -> str:
    text = one.attributes.get("comment")
    return f"COMMENT ON {target} IS {names.literal(text) if isinstance(text, str) else 'NULL'}"


def when_made(one: Object, target: str, sides: Sides, on: str | None) -> Iterator[str]:
    """Statements after its creation. `on` is the target of GRANT; None has no privileges."""
    owner = names.text(one.attributes.get("owner"))
    if owner and one.kind != "extension" and not (one.kind == "sequence" and one.parents):
        yield f"ALTER {target} OWNER TO {names.quote(owner)}"
    yield from depends(target, one.attributes.get(DEPENDS), None)
    if on is not None:
        yield from _grants_when_made(one, on, sides, owner)


def depends(target: str, wanted: Value | None, actual: Value | None) -> Iterator[str]:
    """With these extensions the object goes too."""
    new, old = names.listed(wanted), names.listed(actual)
    for before, after, verb in ((old, new, "NO DEPENDS"), (new, old, "DEPENDS")):
        for name in before:
            if name not in after:
                yield f"ALTER {target} {verb} ON EXTENSION {names.quote(name)}"


def _grants_when_made(one: Object, on: str, sides: Sides, owner: str) -> Iterator[str]:
    wanted = grants(one.attributes)
    has: Grants = {"PUBLIC": set(_EVERYBODYS.get(one.kind, ()))}
    owners = set(_OWNERS[one.kind])
    if one.kind in names.RELATIONS and sides.has_maintain:
        owners.add("MAINTAIN")
    if "owner" in one.attributes and not owners <= wanted.get("owner", set()):
        has["owner"] = owners
    else:
        wanted.pop("owner", None)
    handed_out = _default_privileges(one, sides)
    for grantee, privileges in handed_out.items():
        if not privileges <= wanted.get(grantee, set()):
            yield f"REVOKE ALL ON {on} FROM {names.role(grantee)}"
            has.pop(grantee, None)
        elif grantee == "PUBLIC":
            has.pop(grantee)
    yield from change_grants(wanted, has, on, owner)


def _default_privileges(one: Object, sides: Sides) -> Grants:
    """What anybody's default privileges may have given to a new object of this kind."""
    found: Grants = {}
    on = _DEFAULT_ACL.get(one.kind)
    for side in (sides.actual, sides.wanted):
        for key, acl in side.items():
            if on and key[0] == "default privileges" and key[1].endswith(f" on {on}"):
                for grantee, privileges in grants(acl.attributes).items():
                    if grantee != "owner":
                        found.setdefault(grantee, set()).update(privileges)
    return found


def altered(
    wanted: Object, actual: Object, changed: Iterable[str], target: str, on: str | None
) -> Iterator[str]:
    """Statements for those of the changed attributes that are properties."""
    changed = set(changed)
    owner = names.text(wanted.attributes.get("owner"))
    if "owner" in changed and owner and not (wanted.kind == "sequence" and wanted.parents):
        yield f"ALTER {target} OWNER TO {names.quote(owner)}"
    yield from depends(target, wanted.attributes.get(DEPENDS), actual.attributes.get(DEPENDS))
    if on is not None and any(one.startswith(GRANTS) for one in changed):
        yield from change_grants(grants(wanted.attributes), grants(actual.attributes), on, owner)


def change_grants(wanted: Grants, has: Grants, on: str, owner: str) -> Iterator[str]:
    """REVOKE, then GRANT. `on` may have a list of columns before it: "(title) ON TABLE t"."""
    # What a new owner was granted before is its own now.
    new, old = _by_grantor(wanted), _by_grantor({k: v for k, v in has.items() if k != owner})
    grantors = ["", *_in_order(new, old)]  # "" is the owner, who lets others grant
    again = False
    for one in reversed(grantors):
        for statement in _revoked(new.get(one, {}), old.get(one, {}), on, owner):
            again = again or statement.endswith(_CASCADE)
            yield _as(one, statement)
    for one in grantors:
        there = {} if again else old.get(one, {})
        for statement in _granted(new.get(one, {}), there, on, owner):
            yield _as(one, statement)


def _by_grantor(grants_: Grants) -> dict[str, Grants]:
    found: dict[str, Grants] = {}
    for grantee, privileges in grants_.items():
        for privilege in privileges:
            name, _, grantor = privilege.partition(_BY)
            found.setdefault(grantor, {}).setdefault(grantee, set()).add(name)
    return found


def _in_order(*sides: dict[str, Grants]) -> list[str]:
    """Those who grant but are not the owner, each after whoever lets it."""
    waiting = sorted({grantor for side in sides for grantor in side} - {""})
    given = {(grantor, grantee) for side in sides for grantor in side for grantee in side[grantor]}
    found: list[str] = []
    while waiting:
        ready = [one for one in waiting if any((by, one) in given for by in ["", *found])]
        found += ready or waiting
        waiting = [one for one in waiting if one not in found]
    return found


def _as(grantor: str, statement: str) -> str:
    """A superuser's GRANT is the owner's; to be another's it must be run as that one."""
    if not grantor:
        return statement
    role = names.quote(grantor)
    return f"DO $$ BEGIN SET LOCAL ROLE {role}; {statement}; RESET ROLE; END $$"


def _revoked(wanted: Grants, has: Grants, on: str, owner: str) -> Iterator[str]:
    columns, target = _target(on)
    for grantee in sorted(has):
        role = names.role(owner if grantee == "owner" else grantee)
        for privilege in sorted(has[grantee] - wanted.get(grantee, set())):
            name = privilege.removesuffix(_OPTION)
            with_option = name != privilege
            if not with_option and name + _OPTION in wanted.get(grantee, set()):
                continue
            only = "GRANT OPTION FOR " if with_option and name in wanted.get(grantee, ()) else ""
            # Whoever had the option may have used it.
            ending = _CASCADE if with_option else ""
            yield f"REVOKE {only}{_priv(name, columns)} ON {target} FROM {role}{ending}"


def _granted(wanted: Grants, has: Grants, on: str, owner: str) -> Iterator[str]:
    columns, target = _target(on)
    for grantee in sorted(wanted):
        role = names.role(owner if grantee == "owner" else grantee)
        missing = wanted[grantee] - has.get(grantee, set())
        for with_option in (False, True):
            suffix = _OPTION if with_option else ""
            these = sorted(
                one.removesuffix(_OPTION) for one in missing if one.endswith(_OPTION) == with_option
            )
            if these:
                listed = ", ".join(_priv(name, columns) for name in these)
                yield f"GRANT {listed} ON {target} TO {role}{suffix.upper()}"


def _target(on: str) -> tuple[str, str]:
    columns, _, target = on.rpartition(" ON ") if on.startswith("(") else ("", "", on)
    return columns, target


def _priv(name: str, columns: str) -> str:
    return f"{name} {columns}" if columns else name
