"""Tables, foreign tables and the places of partitions."""

from collections.abc import Iterator

from migrator.catalog import Object
from migrator.repair import names, options
from migrator.repair.inline import inline, of_typed
from migrator.repair.kind import Kind, alter, create
from migrator.repair.sides import ATTACHMENT, Sides, Work

_SAID = frozenset({"inherits", "of type", "options", "unlogged", "tablespace", "access method"})
"""What CREATE TABLE says itself."""


class Table(Kind):
    word = "TABLE"
    grantable = "TABLE"
    in_place = frozenset(
        {
            "access method",
            "inherits",
            "of type",
            "options",
            "replica identity",
            "row security",
            "row security forced",
            "server options",
            "tablespace",
            "toast options",
            "unlogged",
        }
    )

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        yield create(definition(one, sides))
        statements = [
            statement
            for attribute in sorted(one.attributes)
            if attribute not in _SAID
            for statement in _change(one, None, attribute)
        ]
        if statements:
            yield create(*statements)

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        for attribute in sorted(changed):
            statements = _change(wanted, actual, attribute)
            if statements:
                yield alter(*statements)

    def drop(self, one: Object, sides: Sides) -> Iterator[Work]:
        above = _takes_rows(one, sides)
        if above is not None:
            listed = ", ".join(
                names.own_name(column)
                for column in sides.columns_there(one.key)
                if "generated" not in column.attributes
            )
            yield alter(
                f"INSERT INTO {above} ({listed}) OVERRIDING SYSTEM VALUE"
                f" SELECT {listed} FROM {one.identity}"
            )
        kept = (
            above is not None or one.kind == "foreign table" or "partitioned by" in one.attributes
        )
        yield Work((f"DROP {self.target(one)}",), "drop", loses=None if kept else one.identity)


def _takes_rows(one: Object, sides: Sides) -> str | None:
    """The table whose other partitions are meant for the rows of one that goes."""
    place = sides.actual.get((ATTACHMENT, one.identity))
    if place is None or "partitioned by" in one.attributes:
        return None
    above = names.text(place.attributes["of"])
    columns = {names.own_name(column) for column in sides.columns(("table", above))}
    if not columns.issuperset(names.own_name(c) for c in sides.columns_there(one.key)):
        return None
    others = (
        o for o in sides.wanted.values() if o.kind == ATTACHMENT and o.attributes["of"] == above
    )
    ready = any(o.key in sides.made or o.attributes["bound"] == "DEFAULT" for o in others)
    return above if ready else None


def definition(one: Object, sides: Sides) -> str:
    """CREATE TABLE with its columns; constraints come afterwards."""
    attributes = one.attributes
    unlogged = "UNLOGGED " if attributes.get("unlogged") else ""
    of_type = names.text(attributes.get("of type"))
    columns = sides.columns(one.key)
    if of_type:
        lines = list(filter(None, (of_typed(column, sides) for column in columns)))
    else:
        lines = [
            inline(column, sides)
            for column in columns
            if "not local" not in column.details or (ATTACHMENT, one.identity) in sides.wanted
        ]
    body = "(\n    " + ",\n    ".join(lines) + "\n)" if lines else "()"
    if of_type:
        body = f"OF {of_type}" + (f" {body}" if lines else "")
    inherits = ", ".join(names.listed(attributes.get("inherits")))
    clauses = [f"INHERITS ({inherits})"] if inherits else []
    if "partitioned by" in attributes:
        clauses.append(f"PARTITION BY {attributes['partitioned by']}")
    if one.kind == "foreign table":
        server = names.quote(names.text(attributes["server"]))
        clauses.append(f"SERVER {server}{options.foreign(attributes.get('server options'))}")
        return f"CREATE FOREIGN TABLE {one.identity} {body} {' '.join(clauses)}"
    method = names.text(attributes.get("access method"))
    if method and method != "heap":
        clauses.append(f"USING {names.quote(method)}")
    storage = ", ".join(
        filter(
            None,
            (
                options.storage(attributes.get("options")),
                options.storage(attributes.get("toast options"), "toast."),
            ),
        )
    )
    clauses += [f"WITH ({storage})"] if storage else []
    if "tablespace" in attributes:
        clauses.append(f"TABLESPACE {names.quote(names.text(attributes['tablespace']))}")
    return " ".join([f"CREATE {unlogged}TABLE {one.identity} {body}", *clauses])


def _change(wanted: Object, actual: Object | None, attribute: str) -> list[str]:
    table = f"ALTER TABLE {wanted.identity}"
    new = wanted.attributes.get(attribute)
    old = actual.attributes.get(attribute) if actual else None
    text = names.text(new)
    if attribute == "inherits":
        return _inherit(table, names.listed(new), names.listed(old))
    if attribute in {"options", "toast options"}:
        said_with_create = actual is None
        prefix = "toast." if attribute == "toast options" else ""
        return [] if said_with_create else options.change_storage(table, new, old, prefix)
    if attribute == "server options" and actual:
        return options.change_foreign(f"ALTER FOREIGN TABLE {wanted.identity}", new, old)
    simple = {
        "row security": f"{'ENABLE' if new else 'DISABLE'} ROW LEVEL SECURITY",
        "row security forced": f"{'' if new else 'NO '}FORCE ROW LEVEL SECURITY",
        "unlogged": f"SET {'UNLOGGED' if new else 'LOGGED'}",
        "tablespace": f"SET TABLESPACE {names.quote(text or 'pg_default')}",
        "access method": f"SET ACCESS METHOD {names.quote(text or 'heap')}",
        "of type": f"OF {text}" if text else "NOT OF",
        "replica identity": f"REPLICA IDENTITY {(text or 'default').upper()}",
    }
    of_index = attribute == "replica identity" and text == "using index"
    return [] if of_index or attribute not in simple else [f"{table} {simple[attribute]}"]


def _inherit(table: str, new: list[str], old: list[str]) -> list[str]:
    """Their order means something: which comment or default a column has of several."""
    keep = 0
    while keep < min(len(new), len(old)) and new[keep] == old[keep]:
        keep += 1
    return [
        *(f"{table} NO INHERIT {one}" for one in old[keep:]),
        *(f"{table} INHERIT {one}" for one in new[keep:]),
    ]


class Attachment(Kind):
    """The place of a partition in its table."""

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        of, bound = one.attributes["of"], one.attributes["bound"]
        yield create(f"ALTER TABLE {of} ATTACH PARTITION {one.identity} {bound}")

    def drop(self, one: Object, sides: Sides) -> Iterator[Work]:
        of = one.attributes["of"]
        ending = " FINALIZE" if "detach pending" in one.attributes else ""
        yield Work((f"ALTER TABLE {of} DETACH PARTITION {one.identity}{ending}",), "drop")

    def properties(self, one: Object, sides: Sides) -> Iterator[str]:
        yield from ()
