"""SQL that takes an object away, and SQL that makes it as it was."""

from migrator.adopt.look import Look
from migrator.adopt.shapes import definition
from migrator.catalog import Object
from migrator.ops import sql
from migrator.repair.properties import change_grants, grants

_OWNER = """
SELECT quote_ident(pg_get_userbyid(relowner)) FROM pg_class WHERE oid = to_regclass(:name)
"""


def drop(kind: str, identity: str) -> list[str]:
    """The statement that drops it; a generated column's expression goes with its column."""
    if kind == "default value":
        table, _, column = identity.removeprefix("for ").rpartition(".")
        return [f"ALTER TABLE {table} DROP COLUMN {column}"]
    if kind == "publication relation":
        table, _, publication = identity.rpartition(" in publication ")
        return [f"ALTER PUBLICATION {sql.name(publication)} DROP TABLE {table}"]
    return [f"DROP {kind.upper()} {identity.replace(' on ', ' ON ')}"]


def create(look: Look, kind: str, identity: str) -> list[str]:
    """The statements that make it again, out of the live catalog."""
    if kind == "default value":
        return [_generated(look, identity.removeprefix("for "))]
    if kind == "publication relation":
        return _published(look, *identity.rsplit(" in publication ", 1))
    one = look.live.objects[kind, identity]
    if kind == "policy":
        return [_policy(one)]
    if kind in {"view", "materialized view"}:
        return _view(look, one)
    return [definition(one).strip().rstrip(";")]


def _generated(look: Look, identity: str) -> str:
    column = look.live.objects["table column", identity].attributes
    table, _, name = identity.rpartition(".")
    expression, _, stored = str(column["generated"]).rpartition(" ")
    return (
        f"ALTER TABLE {table} ADD COLUMN {name} {column['type']}"
        f" GENERATED ALWAYS AS ({expression}) {stored.upper()}"
    )


def _published(look: Look, table: str, publication: str) -> list[str]:
    lines = look.live.objects["publication", sql.name(publication)].attributes.get("tables")
    listed = lines if isinstance(lines, list) else []
    return [
        f"ALTER PUBLICATION {sql.name(publication)} ADD TABLE {line}"
        for line in listed
        if line.split(" ")[0] == table
    ]


def _policy(policy: Object) -> str:
    values = policy.attributes
    named = values["roles"] if isinstance(values["roles"], list) else []
    roles = ", ".join(_role(role) for role in named)
    text = f"CREATE POLICY {policy.identity.replace(' on ', ' ON ')}"
    text += "" if values["permissive"] else " AS RESTRICTIVE"
    text += f" FOR {values['command']} TO {roles}"
    for clause in ("using", "with check"):
        if clause in values:
            text += f" {clause.upper()} ({values[clause]})"
    return text


def _view(look: Look, view: Object) -> list[str]:
    options = view.attributes.get("options")
    with_options = f" WITH ({', '.join(options)})" if isinstance(options, list) else ""
    text = definition(view).strip().rstrip(";")
    kind = view.kind.upper()
    owner = str(look.rows(_OWNER, name=view.identity)[0][0])
    # Its owner may do everything with it as soon as it is there.
    granted = {who: what for who, what in grants(view.attributes).items() if who != "owner"}
    return [
        f"CREATE {kind} {view.identity}{with_options} AS\n{text}",
        f"ALTER {kind} {view.identity} OWNER TO {owner}",
        *change_grants(granted, {}, view.identity, owner),
    ]


def _role(name: str) -> str:
    return name if name == "PUBLIC" else sql.name(name)
