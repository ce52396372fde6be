"""Constraints, indexes and extended statistics."""

from migrator.catalog.parts import (
    ENABLED,
    Family,
    depends_on_extensions,
    options,
    set_only,
    user_made,
    word,
)

_MINE = user_made("pg_class", "c.oid", "c.relnamespace")

_TARGETS = (
    "(SELECT jsonb_agg(ia.attnum || '=' || ia.attstattarget ORDER BY ia.attnum)"
    " FROM pg_attribute AS ia WHERE ia.attrelid = ic.oid AND ia.attstattarget >= 0)"
)
_TABLESPACE = "(SELECT spcname FROM pg_tablespace WHERE oid = ic.reltablespace)"


def _without_options(definition: str) -> str:
    """Storage options stand in the order in which they were set: told by themselves, sorted."""
    return (
        f"CASE WHEN ic.reloptions IS NULL THEN {definition} ELSE regexp_replace({definition},"
        " $$ WITH \\(([a-z_]+=('[^']*'|[^ ,)]+)(, )?)+\\)$$, '') END"
    )


# " NOT VALID" and " NOT ENFORCED" are told by themselves, so that one change is one difference.
_DEFINITION = "pg_get_constraintdef(n.oid)"

# Whoever may can disable the triggers that a foreign key is kept by (DISABLE TRIGGER ALL).
_TRIGGERS = (
    f"(SELECT jsonb_agg(DISTINCT g.tgrelid::regclass || ': ' || {word('g.tgenabled', ENABLED)})"
    " FROM pg_trigger AS g"
    " WHERE g.tgconstraint = n.oid AND g.tgisinternal AND g.tgenabled <> 'O')"
)

# What follows by itself from another table's constraint is left out: a partition's share of a
# foreign key (its name is PostgreSQL's choice) and inherited checks. NOT NULL is the column's;
# only what the column cannot say, "not valid" and "no inherit" (PostgreSQL 18), is told here.
CONSTRAINTS = Family(
    catalog="pg_constraint",
    row="n",
    source="pg_constraint AS n JOIN pg_class AS c ON c.oid = n.conrelid"
    " LEFT JOIN pg_index AS x ON x.indexrelid = n.conindid AND n.contype IN ('p', 'u', 'x')"
    " LEFT JOIN pg_class AS ic ON ic.oid = x.indexrelid",
    where="(n.contype IN ('p', 'u', 'x') OR n.contype = 'f' AND n.conparentid = 0"
    " OR n.contype IN ('c', 'n') AND n.coninhcount = 0)"
    f" AND (n.contype <> 'n' OR n.connoinherit OR NOT n.convalidated) AND {_MINE}",
    parents=(("pg_class", "c.oid", "0"), ("pg_constraint", "n.conparentid", "0")),
    attributes={
        "definition": f"regexp_replace({_without_options(_DEFINITION)},"
        " ' NOT (VALID|ENFORCED)$', '')",
        "validated": f"n.convalidated OR {_DEFINITION} ~ ' NOT ENFORCED$'",
        "enforced": f"{_DEFINITION} !~ ' NOT ENFORCED$'",
        "part of": "(SELECT identity FROM"
        " pg_identify_object('pg_constraint'::regclass, nullif(n.conparentid, 0), 0))",
        "triggers": f"CASE WHEN n.contype IN ('f', 'p', 'u', 'x') THEN {_TRIGGERS} END",
        # Its index has the same name and no entry of its own.
        "index invalid": set_only("NOT x.indisvalid"),
        "index not ready": set_only("NOT x.indisready"),
        "index clustered": set_only("x.indisclustered"),
        "index replica identity": set_only("x.indisreplident"),
        "index tablespace": _TABLESPACE,
        "index options": options("ic.reloptions"),
        "index statistics targets": _TARGETS,
        "index comment": "obj_description(ic.oid, 'pg_class')",
    },
)

INDEXES = Family(
    catalog="pg_class",
    row="ic",
    source="pg_index AS x JOIN pg_class AS ic ON ic.oid = x.indexrelid"
    " JOIN pg_class AS c ON c.oid = x.indrelid"
    " LEFT JOIN pg_inherits AS h ON h.inhrelid = ic.oid",
    where="NOT EXISTS (SELECT FROM pg_constraint AS n"
    f" WHERE n.conindid = x.indexrelid AND n.contype IN ('p', 'u', 'x')) AND {_MINE}",
    parents=(("pg_class", "c.oid", "0"), ("pg_class", "h.inhparent", "0")),
    attributes={
        "definition": _without_options("pg_get_indexdef(ic.oid)"),
        "valid": "x.indisvalid",
        "ready": "x.indisready",
        "clustered": set_only("x.indisclustered"),
        "replica identity": set_only("x.indisreplident"),
        "part of": "h.inhparent::regclass::text",
        "tablespace": _TABLESPACE,
        "options": options("ic.reloptions"),
        "statistics targets": _TARGETS,
        "depends on extensions": depends_on_extensions("pg_class", "ic.oid"),
    },
)

# pg_get_statisticsobjdef lists columns in their order in the table, which means nothing.
STATISTICS = Family(
    catalog="pg_statistic_ext",
    row="s",
    source="pg_statistic_ext AS s JOIN pg_class AS c ON c.oid = s.stxrelid",
    where=user_made("pg_statistic_ext", "s.oid", "s.stxnamespace"),
    parents=(("pg_class", "c.oid", "0"),),
    owner="s.stxowner",
    attributes={
        "table": "c.oid::regclass::text",
        "kinds": "(SELECT jsonb_agg(CASE k WHEN 'd' THEN 'ndistinct' WHEN 'f' THEN 'dependencies'"
        " WHEN 'm' THEN 'mcv' ELSE 'expressions' END ORDER BY k) FROM unnest(s.stxkind) AS k)",
        "columns": "(SELECT jsonb_agg(a.attname ORDER BY a.attname) FROM pg_attribute AS a"
        " WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys::int2[]))",
        "expressions": "to_jsonb(pg_get_statisticsobjdef_expressions(s.oid))",
        "target": "nullif(s.stxstattarget, -1)::text",
    },
)

FAMILIES = (CONSTRAINTS, INDEXES, STATISTICS)
