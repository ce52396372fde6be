"""Types, and what goes with types: collations, casts, operators and their classes."""

from migrator.catalog.parts import Family, reference, set_only, user_made, word

_COMPOSITE = (
    "FROM pg_attribute AS a JOIN pg_type AS at ON at.oid = a.atttypid"
    " WHERE a.attrelid = t.typrelid AND t.typtype = 'c' AND a.attnum > 0 AND NOT a.attisdropped"
)
_BASE = "CASE t.typtype WHEN 'b' THEN"

# Left out: arrays, row types of tables and multiranges, which PostgreSQL makes by itself.
# A composite type's attributes have an order: ROW(...)::type depends on it.
TYPES = Family(
    catalog="pg_type",
    row="t",
    source="pg_type AS t LEFT JOIN pg_range AS r ON r.rngtypid = t.oid",
    where="t.typtype <> 'm'"
    " AND t.typsubscript <> 'pg_catalog.array_subscript_handler'::regproc"
    " AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_class AS c"
    " WHERE c.oid = t.typrelid AND c.relkind = 'c'))"
    f" AND {user_made('pg_type', 't.oid', 't.typnamespace')}",
    owner="t.typowner",
    acl=("T", "t.typacl"),
    attributes={
        "sort": word(
            "t.typtype",
            {
                "b": "base",
                "c": "composite",
                "d": "domain",
                "e": "enum",
                "p": "shell",
                "r": "range",
            },
        ),
        "labels": "(SELECT jsonb_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum"
        " WHERE enumtypid = t.oid)",
        "attributes": "(SELECT jsonb_agg(quote_ident(a.attname) || ' '"
        " || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attcollation <> at.typcollation"
        f" THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END ORDER BY a.attnum)"
        f" {_COMPOSITE})",
        "comments of attributes": "(SELECT jsonb_agg(quote_ident(a.attname) || ': '"
        f" || col_description(a.attrelid, a.attnum) ORDER BY a.attname) {_COMPOSITE}"
        " AND col_description(a.attrelid, a.attnum) IS NOT NULL)",
        "based on": "CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) END",
        "not null": set_only("t.typnotnull"),
        "default": "CASE t.typtype WHEN 'd' THEN pg_get_expr(t.typdefaultbin, 0)"
        " ELSE t.typdefault END",
        "collation": "CASE WHEN t.typtype = 'd' AND t.typcollation <>"
        " (SELECT b.typcollation FROM pg_type AS b WHERE b.oid = t.typbasetype)"
        " THEN t.typcollation::regcollation::text END",
        "subtype": "format_type(r.rngsubtype, NULL)",
        "subtype operator class": "(SELECT identity FROM"
        " pg_identify_object('pg_opclass'::regclass, r.rngsubopc, 0))",
        "subtype collation": "nullif(r.rngcollation, 0)::regcollation::text",
        "subtype difference": reference("r.rngsubdiff::regproc"),
        "canonical": reference("r.rngcanonical::regproc"),
        "multirange": "r.rngmultitypid::regtype::text",
        "input": f"{_BASE} {reference('t.typinput')} END",
        "output": f"{_BASE} {reference('t.typoutput')} END",
        "receive": f"{_BASE} {reference('t.typreceive')} END",
        "send": f"{_BASE} {reference('t.typsend')} END",
        "modifier input": f"{_BASE} {reference('t.typmodin')} END",
        "modifier output": f"{_BASE} {reference('t.typmodout')} END",
        "analyze": f"{_BASE} {reference('t.typanalyze')} END",
        "subscript": f"{_BASE} {reference('t.typsubscript')} END",
        "length": f"{_BASE} t.typlen::text END",
        "by value": f"{_BASE} t.typbyval END",
        "alignment": f"{_BASE} t.typalign::text END",
        "storage": f"{_BASE} t.typstorage::text END",
        "category": f"{_BASE} t.typcategory::text END",
        "preferred": f"{_BASE} t.typispreferred END",
        "delimiter": f"{_BASE} t.typdelim::text END",
        "element": f"{_BASE} nullif(t.typelem, 0)::regtype::text END",
    },
)

DOMAIN_CONSTRAINTS = Family(
    catalog="pg_constraint",
    row="n",
    source="pg_constraint AS n JOIN pg_type AS t ON t.oid = n.contypid",
    where=f"n.contype = 'c' AND {user_made('pg_type', 't.oid', 't.typnamespace')}",
    parents=(("pg_type", "t.oid", "0"),),
    attributes={
        "definition": "regexp_replace(pg_get_constraintdef(n.oid), ' NOT VALID$', '')",
        "validated": "n.convalidated",
    },
)

# The locale's column has another name in each of 15, 16 and 17; the version is the library's.
COLLATIONS = Family(
    catalog="pg_collation",
    row="c",
    source="pg_collation AS c",
    where=user_made("pg_collation", "c.oid", "c.collnamespace"),
    owner="c.collowner",
    attributes={
        "provider": word(
            "c.collprovider", {"c": "libc", "i": "icu", "b": "builtin", "d": "default"}
        ),
        "deterministic": "c.collisdeterministic",
        "collate": "c.collcollate",
        "ctype": "c.collctype",
        "locale": "coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale')",
        "rules": "to_jsonb(c) ->> 'collicurules'",
    },
)

CASTS = Family(
    catalog="pg_cast",
    row="c",
    source="pg_cast AS c",
    # A range's cast to its multirange comes with it.
    where=f"{user_made('pg_cast', 'c.oid')} AND NOT EXISTS (SELECT FROM pg_range AS r"
    " WHERE r.rngtypid = c.castsource AND r.rngmultitypid = c.casttarget)",
    attributes={
        "method": word("c.castmethod", {"f": "function", "i": "inout", "b": "binary"}),
        "function": reference("c.castfunc::regprocedure"),
        "context": word("c.castcontext", {"e": "explicit", "a": "assignment", "i": "implicit"}),
    },
)

OPERATORS = Family(
    catalog="pg_operator",
    row="o",
    source="pg_operator AS o",
    where=user_made("pg_operator", "o.oid", "o.oprnamespace"),
    owner="o.oprowner",
    attributes={
        "function": reference("o.oprcode::regprocedure"),
        "result": "format_type(o.oprresult, NULL)",
        "commutator": "CASE WHEN o.oprcom <> 0 THEN o.oprcom::regoperator::text END",
        "negator": "CASE WHEN o.oprnegate <> 0 THEN o.oprnegate::regoperator::text END",
        "restrict": reference("o.oprrest"),
        "join": reference("o.oprjoin"),
        "merges": set_only("o.oprcanmerge"),
        "hashes": set_only("o.oprcanhash"),
    },
)


def _members(of: str) -> str:
    """Operators and functions as an operator class lists them; `of` is the condition on `d`.

    A class's own hang on it as internal, those of a family alone on the family.
    """

    def hanging(catalog: str) -> str:
        return (
            f"FROM {catalog} AS m WHERE EXISTS (SELECT FROM pg_depend AS d"
            f" WHERE d.classid = '{catalog}'::regclass AND d.objid = m.oid AND {of})"
        )

    return (
        "(SELECT jsonb_agg(line ORDER BY line) FROM ("
        "SELECT 'OPERATOR ' || amopstrategy || ' ' || amopopr::regoperator"
        " || CASE WHEN amopsortfamily <> 0 THEN ' FOR ORDER BY ' || (SELECT identity FROM"
        " pg_identify_object('pg_opfamily'::regclass, amopsortfamily, 0)) ELSE '' END"
        f" {hanging('pg_amop')}"
        " UNION ALL SELECT 'FUNCTION ' || amprocnum || ' (' || format_type(amproclefttype, NULL)"
        " || ', ' || format_type(amprocrighttype, NULL) || ') ' || amproc::regprocedure"
        f" {hanging('pg_amproc')}) AS l (line))"
    )


OPERATOR_CLASSES = Family(
    catalog="pg_opclass",
    row="o",
    source="pg_opclass AS o",
    where=user_made("pg_opclass", "o.oid", "o.opcnamespace"),
    owner="o.opcowner",
    attributes={
        "family": "(SELECT identity FROM"
        " pg_identify_object('pg_opfamily'::regclass, o.opcfamily, 0))",
        "type": "format_type(o.opcintype, NULL)",
        "key type": "CASE WHEN o.opckeytype <> 0 THEN format_type(o.opckeytype, NULL) END",
        "default": "o.opcdefault",
        "members": _members(
            "d.refclassid = 'pg_opclass'::regclass AND d.refobjid = o.oid AND d.deptype = 'i'"
        ),
    },
)

OPERATOR_FAMILIES = Family(
    catalog="pg_opfamily",
    row="f",
    source="pg_opfamily AS f",
    where=user_made("pg_opfamily", "f.oid", "f.opfnamespace"),
    owner="f.opfowner",
    attributes={
        "members": _members(
            "d.refclassid = 'pg_opfamily'::regclass AND d.refobjid = f.oid AND d.deptype = 'a'"
        ),
    },
)

FAMILIES = (
    TYPES,
    DOMAIN_CONSTRAINTS,
    COLLATIONS,
    CASTS,
    OPERATORS,
    OPERATOR_CLASSES,
    OPERATOR_FAMILIES,
)
