"""What objects of every kind may have: an owner, a comment, privileges."""

from collections.abc import Iterable, Iterator, Mapping

from migrator.catalog import Object, Value
from migrator.repair import names
from migrator.repair.sides import Sides

GRANTS = "grants to "
_OPTION = " with grant option"
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
"""Privileges by role, "SELECT" or "SELECT with grant option"; the owner is called "owner"."""


def is_property(attribute: str) -> bool:
    return attribute in {"owner", "comment"} or attribute.startswith(GRANTS)


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
    if on is not None:
        yield from _grants_when_made(one, on, sides, owner)


def _grants_when_made(one: Object, on: str, sides: Sides, owner: str) -> Iterator[str]:
    wanted = grants(one.attributes)
    has: Grants = {"PUBLIC": set(_EVERYBODYS.get(one.kind, ()))}
    if "owner" in one.attributes and not set(_OWNERS[one.kind]) <= wanted.get("owner", set()):
        has["owner"] = set(_OWNERS[one.kind])
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
    if on is not None and any(one.startswith(GRANTS) for one in changed):
        yield from change_grants(grants(wanted.attributes), grants(actual.attributes), on, owner)


def change_grants(wanted: Grants, has: Grants, on: str, owner: str) -> Iterator[str]:
    """REVOKE, then GRANT. `on` may have a list of columns before it: "(title) ON TABLE t"."""
    columns, _, target = on.rpartition(" ON ") if on.startswith("(") else ("", "", on)
    cascaded = False
    for grantee in sorted(has):
        role = owner if grantee == "owner" else grantee
        for privilege in sorted(has[grantee] - wanted.get(grantee, set())):
            name = privilege.removesuffix(_OPTION)
            with_option = name != privilege
            if not with_option and name + _OPTION in wanted.get(grantee, set()):
                continue
            only = "GRANT OPTION FOR " if with_option and name in wanted.get(grantee, ()) else ""
            # Whoever had the option may have used it.
            cascade = " CASCADE" if with_option else ""
            cascaded = cascaded or with_option
            yield (
                f"REVOKE {only}{_priv(name, columns)} ON {target} FROM {names.role(role)}{cascade}"
            )
    for grantee in sorted(wanted):
        role = owner if grantee == "owner" else grantee
        missing = wanted[grantee] if cascaded else wanted[grantee] - has.get(grantee, set())
        for with_option in (False, True):
            suffix = _OPTION if with_option else ""
            these = sorted(
                one.removesuffix(_OPTION) for one in missing if one.endswith(_OPTION) == with_option
            )
            if these:
                listed = ", ".join(_priv(name, columns) for name in these)
                yield f"GRANT {listed} ON {target} TO {names.role(role)}{suffix.upper()}"


def _priv(name: str, columns: str) -> str:
    return f"{name} {columns}" if columns else name
