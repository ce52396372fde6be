"""Access methods, conversions between encodings, and transforms of types for languages."""

from migrator.catalog.parts import Family, reference, user_made, word

ACCESS_METHODS = Family(
    catalog="pg_am",
    row="a",
    source="pg_am AS a",
    where=user_made("pg_am", "a.oid"),
    attributes={
        "of": word("a.amtype", {"i": "index", "t": "table"}),
        "handler": "a.amhandler::regproc::text",
    },
)

CONVERSIONS = Family(
    catalog="pg_conversion",
    row="c",
    source="pg_conversion AS c",
    where=user_made("pg_conversion", "c.oid", "c.connamespace"),
    owner="c.conowner",
    attributes={
        "from": "pg_encoding_to_char(c.conforencoding)",
        "to": "pg_encoding_to_char(c.contoencoding)",
        "function": "c.conproc::text",
        "default": "c.condefault",
    },
)

TRANSFORMS = Family(
    catalog="pg_transform",
    row="t",
    source="pg_transform AS t",
    where=user_made("pg_transform", "t.oid"),
    attributes={
        "from": reference("t.trffromsql::regprocedure"),
        "to": reference("t.trftosql::regprocedure"),
    },
)

FAMILIES = (ACCESS_METHODS, CONVERSIONS, TRANSFORMS)
