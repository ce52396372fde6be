"""May this role do what the revisions do, and can their keys refer to other people's tables?"""

from collections.abc import Iterator

from migrator.adopt import types
from migrator.adopt.finding import Finding
from migrator.adopt.look import Look
from migrator.adopt.shapes import ForeignKey, columns, foreign_key, tables
from migrator.adopt.words import access as words

_OWNED = """
SELECT identity, pg_get_userbyid(c.relowner), quote_ident(current_user)
FROM unnest(CAST(:names AS text[])) AS identity JOIN pg_class AS c ON c.oid = to_regclass(identity)
WHERE NOT pg_has_role(c.relowner, 'USAGE') ORDER BY identity
"""

_RIGHTS = """
SELECT quote_ident(current_user), array_remove(ARRAY[
    CASE WHEN NOT has_table_privilege(:table, 'SELECT') THEN 'SELECT' END,
    CASE WHEN NOT has_column_privilege(:table, :column, 'REFERENCES') THEN 'REFERENCES' END
], NULL)
"""

_UNIQUE = """
SELECT EXISTS (
    SELECT FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid
    WHERE i.indrelid = to_regclass(:table) AND a.attname = :column AND i.indkey[0] = a.attnum
        AND i.indnkeyatts = 1 AND i.indisunique AND i.indimmediate AND i.indisvalid
        AND i.indpred IS NULL
)
"""

_ROLES = """
SELECT quote_ident(current_user), array_agg(quote_ident(name) ORDER BY name)
FROM unnest(CAST(:names AS text[])) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
    AND NOT EXISTS (
        SELECT FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolcreaterole)
    )
HAVING count(*) > 0
"""

_GRANTS = "grants to "


def rights(look: Look) -> Iterator[Finding]:
    """What this role may not do, each with the GRANT that lets it."""
    # A sequence that a column owns goes with its table.
    loose = [name for name in _sequences(look) if not look.live.objects["sequence", name].parents]
    for kind, names in (("table", look.shapes.tables), ("sequence", loose)):
        for name, owner, role in look.rows(_OWNED, names=names):
            yield words.not_owner(kind, name, owner, role)
    for schema in sorted({table.rpartition(".")[0] for table in look.shapes.tables}):
        query = "SELECT quote_ident(current_user) WHERE NOT has_schema_privilege(:schema, 'CREATE')"
        for (role,) in look.rows(query, schema=schema):
            yield words.cannot_create(schema, role)
    for role, missing in look.rows(_ROLES, names=_roles(look)):
        yield words.roles_missing(missing, role)


def _sequences(look: Look) -> list[str]:
    return [
        name
        for kind, name in look.shapes.baseline.objects
        if kind == "sequence" and (kind, name) in look.live.objects
    ]


def _roles(look: Look) -> list[str]:
    """Roles that head's grants and policies name and the baseline's do not."""
    found: list[set[str]] = []
    for catalog in (look.shapes.head, look.shapes.baseline):
        names: set[str] = set()
        for one in catalog.objects.values():
            names |= {a.removeprefix(_GRANTS) for a in one.attributes if a.startswith(_GRANTS)}
            if one.kind == "policy":
                names |= set(one.attributes["roles"])  # type: ignore[arg-type]
        found.append(names)
    return sorted(found[0] - found[1] - {"PUBLIC", "owner"})


def external_keys(look: Look) -> list[ForeignKey]:
    """The first key to each table that head refers to and does not make itself."""
    own = set(tables(look.shapes.head))
    keys = [
        key
        for (kind, _), one in sorted(look.shapes.head.objects.items())
        if kind == "table constraint" and (key := foreign_key(one)) and key.target not in own
    ]
    return list({key.target: key for key in reversed(keys)}.values())


def externals(look: Look) -> Iterator[Finding]:
    """Tables of others: there, a table, unique and of a type and with rights that let keys be."""
    for key in external_keys(look):
        if ("table", key.target) in look.live.objects:
            yield from _external(look, key)
            continue
        for kind in ("view", "materialized view", "foreign table"):
            if (kind, key.target) in look.live.objects:
                yield words.external_not_a_table(key.target, kind)
                break
        else:
            yield words.external_missing(key.target, _alternatives(look, key.target))


def _external(look: Look, key: ForeignKey) -> Iterator[Finding]:
    column = key.target_columns
    actual = look.type_of(key.target, column)
    wanted = str(columns(look.shapes.head, key.table)[key.columns].attributes["type"])
    if not types.comparable(actual, wanted):
        yield words.external_type(key.target, column, actual, wanted)
    if actual is None:
        return
    bare = column.strip('"')
    if not look.rows(_UNIQUE, table=key.target, column=bare)[0][0]:
        yield words.external_not_unique(key.target, column)
    for role, missing in look.rows(_RIGHTS, table=key.target, column=bare):
        if missing:
            yield words.external_rights(key.target, role, missing)


def _alternatives(look: Look, table: str) -> list[str]:
    """Tables of the same name elsewhere, or of its plural."""
    name = table.rpartition(".")[2].strip('"')
    return [
        other
        for other in tables(look.live)
        if other.rpartition(".")[2].strip('"') in {name, f"{name}s"}
    ]


def referable(look: Look, key: ForeignKey) -> bool:
    """Whether the rows of a table can be compared with those that its key refers to."""
    return ("table", key.target) in look.live.objects and not any(_external(look, key))
