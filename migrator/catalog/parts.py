"""The form that every query of the catalog has, and the phrases that they share.

Each gives rows of eight: kind, identity, parents as [[kind, identity], ...], attributes and details
as objects, and the address of the object in pg_depend: class, oid and part. The SQL is put
together from constants of this package and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Family:
    """Objects of one catalog table, read by one statement.

    `row` is the alias in `source` whose oid, with `part` for a column's number, is the object;
    `attributes` are names and SQL expressions (text, boolean or jsonb array; NULL: not set);
    `parents` are (catalog, oid, part) in SQL; `acl` is acldefault's letter, or "c", and the column.
    `details` are like attributes, and not compared.
    """

    catalog: str
    row: str
    source: str
    where: str
    attributes: Mapping[str, str]
    oid: str = ""
    part: str = "0"
    parents: tuple[tuple[str, str, str], ...] = ()
    owner: str | None = None
    acl: tuple[str, str] | None = None
    kind: str = "i.type"
    details: Mapping[str, str] = field(default_factory=dict)

    def sql(self) -> str:
        oid = self.oid or f"{self.row}.oid"
        attributes = dict(self.attributes) | {"comment": self._comment(oid)}
        if self.owner and self.part == "0":
            attributes["owner"] = f"pg_get_userbyid({self.owner})"
        pairs = _pairs(attributes)
        privileges = f" || {grants(*self._acl)}" if self.acl else ""
        return (
            f"SELECT {self.kind}, i.identity, {_addresses(self.parents)},"
            f" jsonb_strip_nulls(jsonb_build_object({pairs})){privileges},"
            f" jsonb_strip_nulls(jsonb_build_object({_pairs(self.details)})),"
            f" '{self.catalog}'::regclass::oid, {oid}, ({self.part})::int"
            f" FROM {self.source}"
            f" CROSS JOIN LATERAL pg_identify_object('{self.catalog}'::regclass, {oid},"
            # An object dropped a moment ago has a row in the snapshot and no name any more.
            f" {self.part}) AS i WHERE i.identity IS NOT NULL AND ({self.where})"
        )

    @property
    def _acl(self) -> tuple[str, str, str]:
        letter, acl = self.acl or ("", "NULL")
        return f"'{letter}'", acl, self.owner or "0"

    def _comment(self, oid: str) -> str:
        if self.part != "0":
            return f"col_description({oid}, {self.part})"
        return f"obj_description({oid}, '{self.catalog}')"


def _pairs(values: Mapping[str, str]) -> str:
    return ", ".join(f"'{name}', {value}" for name, value in values.items())


def _addresses(parents: tuple[tuple[str, str, str], ...]) -> str:
    """The parents that are there, as a jsonb array."""
    if not parents:
        return "'[]'::jsonb"
    values = ", ".join(f"('{c}'::regclass, ({oid})::oid, {part})" for c, oid, part in parents)
    return (
        "(SELECT coalesce(jsonb_agg(jsonb_build_array(p.type, p.identity) ORDER BY p), '[]')"
        f" FROM (VALUES {values}) AS v (class, object, part)"
        " CROSS JOIN LATERAL pg_identify_object(class, object, part) AS p"
        " WHERE object <> 0 AND p.identity IS NOT NULL)"
    )


def grants(letter: str, acl: str, owner: str) -> str:
    """Attributes "grants to <role>": privileges in the order of their names.

    An ACL of NULL says the same as the default written out. The owner is called so, whoever it is;
    "SELECT by x" was granted by somebody else, and goes when that role may no longer grant it.
    """
    return (
        "(SELECT coalesce(jsonb_object_agg('grants to ' || role, privileges), '{}') FROM ("
        f"SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' WHEN {owner} THEN 'owner'"
        " ELSE pg_get_userbyid(a.grantee) END AS role,"
        " jsonb_agg(DISTINCT a.privilege_type"
        " || CASE WHEN a.is_grantable THEN ' with grant option' ELSE '' END"
        f" || CASE a.grantor WHEN {owner} THEN '' ELSE ' by ' || pg_get_userbyid(a.grantor) END)"
        " AS privileges"
        f" FROM aclexplode(coalesce({acl}, acldefault({letter}, {owner}))) AS a"
        " GROUP BY 1) AS g)"
    )


def user_made(catalog: str, oid: str, namespace: str | None = None) -> str:
    """Condition: neither PostgreSQL's own, nor temporary, nor an extension's.

    What lies in no schema is told by its number: PostgreSQL's own are below 16384.
    """
    made = f"{oid} >= 16384" if namespace is None else f"{namespace} IN ({_SCHEMAS})"
    return f"{made} AND {not_extensions(catalog, oid)}"


def not_extensions(catalog: str, oid: str) -> str:
    """Condition: the object, if there is one, belongs to no extension."""
    return (
        f"NOT EXISTS (SELECT FROM pg_depend WHERE classid = '{catalog}'::regclass"
        f" AND objid = {oid} AND deptype = 'e')"
    )


_SCHEMAS = (
    "SELECT oid FROM pg_namespace"
    " WHERE NOT starts_with(nspname, 'pg_') AND nspname <> 'information_schema'"
)


def depends_on_extensions(catalog: str, oid: str) -> str:
    """What ALTER ... DEPENDS ON EXTENSION says: with that extension the object goes too."""
    return (
        "(SELECT jsonb_agg(e.extname ORDER BY e.extname) FROM pg_depend AS de"
        " JOIN pg_extension AS e ON e.oid = de.refobjid"
        f" WHERE de.classid = '{catalog}'::regclass AND de.objid = {oid}"
        " AND de.refclassid = 'pg_extension'::regclass AND de.deptype = 'x')"
    )


def options(column: str, *, secret: bool = False) -> str:
    """Sorted name=value pairs; on and off in one spelling; the values of passwords left out."""
    pair = "regexp_replace(regexp_replace(o, '=(on|yes)$', '=true'), '=(off|no)$', '=false')"
    if secret:
        pair = "regexp_replace(o, '^([^=]*(passw|secret|token|key)[^=]*)=.*', '\\1=(hidden)', 'i')"
    return f"(SELECT jsonb_agg({pair} ORDER BY o) FROM unnest({column}) AS o)"


def reference(value: str) -> str:
    """A reg* value as text; 0, which prints as "-", is not set."""
    return f"nullif({value}::text, '-')"


def word(letter: str, words: Mapping[str, str]) -> str:
    """The word for a "char" of the catalog; a letter that is not told is not set."""
    cases = " ".join(f"WHEN '{key}' THEN '{value}'" for key, value in words.items())
    return f"CASE {letter}::text {cases} END"


def set_only(condition: str) -> str:
    """A flag that is told only when it is set."""
    return f"nullif({condition}, false)"


ENABLED = {"O": "origin", "D": "disabled", "R": "replica", "A": "always"}
