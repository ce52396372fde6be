"""Privileges on what nobody here has made: PostgreSQL's own objects, and those of extensions.

Told only where they are no longer what they were in the beginning (pg_init_privs, or the default).
The object itself is not ours: what it had in the beginning is among the details.
"""

from dataclasses import dataclass

from migrator.catalog.parts import grants

KIND = "privileges of "
"""What these kinds begin with: "privileges of language"."""


@dataclass(frozen=True)
class Privileges:
    """Of the objects of one catalog table; `letter` is acldefault's, as SQL."""

    catalog: str
    letter: str
    acl: str
    owner: str
    but: str = "false"

    def sql(self) -> str:
        """Eight columns, as `Family.sql` gives them; the address is that of no object."""
        class_ = f"'{self.catalog}'::regclass"
        member = (
            "(SELECT e.extname FROM pg_depend AS d JOIN pg_extension AS e ON e.oid = d.refobjid"
            f" WHERE d.classid = {class_} AND d.objid = o.oid AND d.deptype = 'e')"
        )
        first = (
            f"coalesce((SELECT initprivs FROM pg_init_privs WHERE classoid = {class_}"
            f" AND objoid = o.oid AND objsubid = 0), acldefault({self.letter}, o.{self.owner}))"
        )
        return (
            f"SELECT '{KIND}' || i.type, i.identity,"
            " CASE WHEN e.name IS NULL THEN '[]'"
            " ELSE jsonb_build_array(jsonb_build_array('extension', quote_ident(e.name))) END,"
            f" {grants(self.letter, f'o.{self.acl}', f'o.{self.owner}')},"
            f" {grants(self.letter, 'p.first', f'o.{self.owner}')},"
            f" 'pg_init_privs'::regclass::oid, o.oid, {class_}::oid::int"
            f" FROM {self.catalog} AS o CROSS JOIN LATERAL (SELECT {member}) AS e (name)"
            f" CROSS JOIN LATERAL (SELECT {first}) AS p (first)"
            f" CROSS JOIN LATERAL pg_identify_object({class_}, o.oid, 0) AS i"
            f" WHERE o.{self.acl} IS NOT NULL AND NOT ({self.but})"
            " AND (o.oid < 16384 OR e.name IS NOT NULL)"
            f" AND {_sorted(f'o.{self.acl}')} <> {_sorted('p.first')}"
        )


def _sorted(acl: str) -> str:
    return f"ARRAY(SELECT item::text FROM unnest({acl}) AS item ORDER BY 1)"


# Made after initdb has noted the privileges of everything else.
_STANDARD = "'information_schema'::regnamespace"
_TOLD = "o.nspname IN ('public', 'information_schema')"
_RELATION = "CASE o.relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\""

FAMILIES = (
    Privileges("pg_language", "'l'", "lanacl", "lanowner"),
    Privileges("pg_foreign_data_wrapper", "'F'", "fdwacl", "fdwowner"),
    Privileges("pg_foreign_server", "'S'", "srvacl", "srvowner"),
    Privileges("pg_namespace", "'n'", "nspacl", "nspowner", _TOLD),
    Privileges("pg_proc", "'f'", "proacl", "proowner"),
    Privileges("pg_type", "'T'", "typacl", "typowner", "o.typrelid <> 0"),
    Privileges("pg_class", _RELATION, "relacl", "relowner", f"o.relnamespace = {_STANDARD}"),
)
