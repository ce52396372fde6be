"""Tables, views, sequences and their columns."""

from migrator.catalog.parts import (
    Family,
    depends_on_extensions,
    not_extensions,
    options,
    set_only,
    user_made,
    word,
)

_MINE = user_made("pg_class", "c.oid", "c.relnamespace")

_UNLOGGED = set_only("c.relpersistence = 'u'")

RELATIONS = Family(
    catalog="pg_class",
    row="c",
    source="pg_class AS c LEFT JOIN pg_foreign_table AS ft ON ft.ftrelid = c.oid",
    where=f"c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {_MINE}",
    # Only a partition cannot outlive what it inherits from.
    parents=(
        (
            "pg_class",
            "SELECT inhparent FROM pg_inherits WHERE inhrelid = c.oid AND c.relispartition",
            "0",
        ),
    ),
    owner="c.relowner",
    acl=("r", "c.relacl"),
    attributes={
        "unlogged": _UNLOGGED,
        "access method": "(SELECT amname FROM pg_am WHERE oid = c.relam)",
        "tablespace": "(SELECT spcname FROM pg_tablespace WHERE oid = c.reltablespace)",
        "of type": "CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END",
        "partitioned by": "CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END",
        "partition bound": "pg_get_expr(c.relpartbound, c.oid)",
        "inherits": "(SELECT jsonb_agg(inhparent::regclass::text"
        " || CASE WHEN inhdetachpending THEN ' (detach pending)' ELSE '' END ORDER BY inhseqno)"
        " FROM pg_inherits WHERE inhrelid = c.oid)",
        "options": options("c.reloptions"),
        "toast options": options(
            "(SELECT toast.reloptions FROM pg_class AS toast WHERE toast.oid = c.reltoastrelid)"
        ),
        "row security": set_only("c.relrowsecurity"),
        "row security forced": set_only("c.relforcerowsecurity"),
        "replica identity": "CASE WHEN c.relkind IN ('r', 'p', 'm') THEN "
        + word("c.relreplident", {"n": "nothing", "f": "full", "i": "using index"})
        + " END",
        "definition": "CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END",
        "populated": "CASE c.relkind WHEN 'm' THEN c.relispopulated END",
        "depends on extensions": "CASE c.relkind WHEN 'm' THEN "
        f"{depends_on_extensions('pg_class', 'c.oid')} END",
        "server": "(SELECT srvname FROM pg_foreign_server WHERE oid = ft.ftserver)",
        "server options": options("ft.ftoptions", secret=True),
    },
)

# A view's column has no type of its own: the view's definition says it.
_STORED = "(c.relkind IN ('r', 'p', 'f'))"

_STORAGE = {"p": "plain", "e": "external", "m": "main", "x": "extended"}

COLUMNS = Family(
    catalog="pg_class",
    row="c",
    part="a.attnum",
    source="pg_class AS c"
    " JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
    " JOIN pg_type AS t ON t.oid = a.atttypid"
    " LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum"
    " LEFT JOIN pg_inherits AS h ON h.inhrelid = c.oid AND c.relispartition"
    " LEFT JOIN pg_attribute AS above ON above.attrelid = h.inhparent"
    " AND above.attname = a.attname",
    where=f"c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {_MINE}",
    parents=(("pg_class", "c.oid", "0"), ("pg_class", "above.attrelid", "above.attnum")),
    owner="c.relowner",
    acl=("c", "a.attacl"),
    attributes={
        "type": f"CASE WHEN {_STORED} THEN format_type(a.atttypid, a.atttypmod) END",
        "not null": f"CASE WHEN {_STORED} THEN a.attnotnull END",
        "default": "CASE a.attgenerated WHEN '' THEN pg_get_expr(d.adbin, d.adrelid) END",
        "generated": "CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid)"
        " || CASE a.attgenerated WHEN 's' THEN ' stored' ELSE ' virtual' END END",
        "identity": word("a.attidentity", {"a": "always", "d": "by default"}),
        "collation": "CASE WHEN a.attcollation <> t.typcollation"
        " THEN a.attcollation::regcollation::text END",
        "storage": f"CASE WHEN a.attstorage <> t.typstorage THEN {word('a.attstorage', _STORAGE)}"
        " END",
        "compression": word("a.attcompression", {"p": "pglz", "l": "lz4"}),
        "statistics target": "nullif(a.attstattarget, -1)::text",
        "options": options("a.attoptions"),
        "server options": options("a.attfdwoptions", secret=True),
    },
    details={
        "position": "a.attnum::text",
        "type": f"CASE WHEN NOT {_STORED} THEN format_type(a.atttypid, a.atttypmod) END",
        "usual storage": word("t.typstorage", _STORAGE),
        "inherited": set_only("a.attinhcount > 0"),
        "not local": set_only("NOT a.attislocal"),
    },
)

# An identity column's sequence hangs on it as "internal", a serial's as "automatic".
SEQUENCES = Family(
    catalog="pg_class",
    row="c",
    source="pg_class AS c JOIN pg_sequence AS s ON s.seqrelid = c.oid"
    " LEFT JOIN pg_depend AS o ON o.classid = 'pg_class'::regclass AND o.objid = c.oid"
    " AND o.objsubid = 0 AND o.refclassid = 'pg_class'::regclass AND o.refobjsubid > 0"
    " AND o.deptype IN ('a', 'i')",
    where=f"{_MINE} AND {not_extensions('pg_class', 'o.refobjid')}",
    parents=(("pg_class", "o.refobjid", "o.refobjsubid"),),
    owner="c.relowner",
    acl=("s", "c.relacl"),
    attributes={
        "unlogged": _UNLOGGED,
        "type": "format_type(s.seqtypid, NULL)",
        "start": "s.seqstart::text",
        "increment": "s.seqincrement::text",
        "minimum": "s.seqmin::text",
        "maximum": "s.seqmax::text",
        "cache": "s.seqcache::text",
        "cycle": set_only("s.seqcycle"),
        "owned by": "(SELECT identity FROM"
        " pg_identify_object('pg_class'::regclass, o.refobjid, o.refobjsubid))",
    },
    details={"identity": set_only("coalesce(o.deptype = 'i', false)")},
)

FAMILIES = (RELATIONS, COLUMNS, SEQUENCES)
