"""Functions, procedures and aggregates, and what runs by itself: triggers, rules, policies."""

from migrator.catalog.parts import (
    ENABLED,
    Family,
    depends_on_extensions,
    reference,
    set_only,
    user_made,
    word,
)

_MINE = user_made("pg_class", "c.oid", "c.relnamespace")

# pg_get_functiondef refuses aggregates: theirs are told part by part.
_FINAL = {"r": "read only", "s": "shareable", "w": "read write"}
_AGGREGATE = {
    "arguments": "CASE WHEN g.aggfnoid <> 0 THEN pg_get_function_arguments(p.oid) END",
    "result": "CASE WHEN g.aggfnoid <> 0 THEN pg_get_function_result(p.oid) END",
    "aggregate kind": word("g.aggkind", {"n": "normal", "o": "ordered", "h": "hypothetical"}),
    "parallel": "CASE WHEN g.aggfnoid <> 0 THEN "
    + word("p.proparallel", {"s": "safe", "r": "restricted", "u": "unsafe"})
    + " END",
    "state function": reference("g.aggtransfn::regprocedure"),
    "state type": "format_type(g.aggtranstype, NULL)",
    "state size": "nullif(g.aggtransspace, 0)::text",
    "initial value": "g.agginitval",
    "final function": reference("g.aggfinalfn::regprocedure"),
    "final function extra": set_only("g.aggfinalextra"),
    "final function modifies": word("g.aggfinalmodify", _FINAL),
    "combine function": reference("g.aggcombinefn::regprocedure"),
    "serial function": reference("g.aggserialfn::regprocedure"),
    "deserial function": reference("g.aggdeserialfn::regprocedure"),
    "moving state function": reference("g.aggmtransfn::regprocedure"),
    "moving inverse function": reference("g.aggminvtransfn::regprocedure"),
    "moving final function": reference("g.aggmfinalfn::regprocedure"),
    "moving final function extra": set_only("g.aggmfinalextra"),
    "moving final function modifies": word("g.aggmfinalmodify", _FINAL),
    "moving state type": "CASE WHEN g.aggmtranstype <> 0"
    " THEN format_type(g.aggmtranstype, NULL) END",
    "moving state size": "nullif(g.aggmtransspace, 0)::text",
    "moving initial value": "g.aggminitval",
    "sort operator": "CASE WHEN g.aggsortop <> 0 THEN g.aggsortop::regoperator::text END",
}

# Left out: the functions that a range type brings along.
ROUTINES = Family(
    catalog="pg_proc",
    row="p",
    source="pg_proc AS p LEFT JOIN pg_aggregate AS g ON g.aggfnoid = p.oid",
    where=f"{user_made('pg_proc', 'p.oid', 'p.pronamespace')}"
    " AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass"
    " AND objid = p.oid AND deptype = 'i' AND refclassid = 'pg_type'::regclass)",
    owner="p.proowner",
    acl=("f", "p.proacl"),
    attributes={
        "definition": "CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END",
        "depends on extensions": depends_on_extensions("pg_proc", "p.oid"),
        **_AGGREGATE,
    },
    details={
        "identity arguments": "pg_get_function_identity_arguments(p.oid)",
        "result": "pg_get_function_result(p.oid)",
        "defaults": "p.pronargdefaults::text",
        "text": set_only("p.prosqlbody IS NULL AND p.prokind <> 'a'"),
    },
)

# A partitioned table's trigger is there once more on each partition, where it can be disabled.
TRIGGERS = Family(
    catalog="pg_trigger",
    row="t",
    source="pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid",
    where=f"NOT t.tgisinternal AND {_MINE}",
    parents=(("pg_class", "c.oid", "0"), ("pg_trigger", "t.tgparentid", "0")),
    attributes={
        "definition": "pg_get_triggerdef(t.oid)",
        "depends on extensions": depends_on_extensions("pg_trigger", "t.oid"),
        "enabled": word("t.tgenabled", ENABLED),
    },
)

EVENT_TRIGGERS = Family(
    catalog="pg_event_trigger",
    row="e",
    source="pg_event_trigger AS e",
    where=user_made("pg_event_trigger", "e.oid"),
    owner="e.evtowner",
    attributes={
        "event": "e.evtevent",
        "tags": "(SELECT jsonb_agg(tag ORDER BY tag) FROM unnest(e.evttags) AS tag)",
        "function": "e.evtfoid::regprocedure::text",
        "enabled": word("e.evtenabled", ENABLED),
    },
)

RULES = Family(
    catalog="pg_rewrite",
    row="r",
    source="pg_rewrite AS r JOIN pg_class AS c ON c.oid = r.ev_class",
    where=f"r.rulename <> '_RETURN' AND {_MINE}",
    parents=(("pg_class", "c.oid", "0"),),
    attributes={
        "definition": "pg_get_ruledef(r.oid)",
        "enabled": word("r.ev_enabled", ENABLED),
    },
)

POLICIES = Family(
    catalog="pg_policy",
    row="p",
    source="pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid",
    where=_MINE,
    parents=(("pg_class", "c.oid", "0"),),
    attributes={
        "command": word(
            "p.polcmd",
            {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "*": "ALL"},
        ),
        "permissive": "p.polpermissive",
        "roles": "(SELECT jsonb_agg(name ORDER BY name) FROM (SELECT CASE role WHEN 0 THEN 'PUBLIC'"
        " ELSE pg_get_userbyid(role)::text END FROM unnest(p.polroles) AS role) AS r (name))",
        "using": "pg_get_expr(p.polqual, p.polrelid)",
        "with check": "pg_get_expr(p.polwithcheck, p.polrelid)",
    },
)

FAMILIES = (ROUTINES, TRIGGERS, EVENT_TRIGGERS, RULES, POLICIES)
