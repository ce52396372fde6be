"""What PostgreSQL would not let stand while the type of a column changes."""

from collections.abc import Iterator
from dataclasses import dataclass

from migrator.adopt import types
from migrator.adopt.finding import Finding
from migrator.adopt.look import Look
from migrator.adopt.recreate import create, drop
from migrator.adopt.words import access as words

# Views, rules, triggers, policies, generated columns, functions and publications that use a column,
# and the views upon those views; the deepest comes last. What a column owns itself (its default,
# its indexes) goes along with it, but for an index with an expression or a predicate of it: with
# another type, it may not be immutable any more.
_DEPENDANTS = r"""
WITH RECURSIVE users AS (
    SELECT d.classid, d.objid, d.refobjid, d.refobjsubid, 1 AS depth
    FROM pg_depend AS d
    WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = to_regclass(:table)
        AND d.refobjsubid > 0 AND d.deptype IN ('n', 'a')
        AND (
            d.classid IN ('pg_rewrite'::regclass, 'pg_trigger'::regclass, 'pg_policy'::regclass,
                'pg_proc'::regclass, 'pg_publication_rel'::regclass)
            OR d.classid = 'pg_attrdef'::regclass
                AND EXISTS (SELECT FROM pg_attrdef AS def WHERE def.oid = d.objid
                    AND (def.adrelid, def.adnum) <> (d.refobjid, d.refobjsubid))
            OR d.classid = 'pg_class'::regclass
                AND EXISTS (SELECT FROM pg_index AS i JOIN pg_attribute AS a
                    ON a.attrelid = i.indrelid AND a.attnum = d.refobjsubid
                    WHERE i.indexrelid = d.objid AND quote_ident(a.attname) = ANY (:other)
                        AND concat_ws(' ', pg_get_expr(i.indexprs, i.indrelid),
                            pg_get_expr(i.indpred, i.indrelid)) ~ concat('\m', a.attname, '\M'))
        )
    UNION
    SELECT d.classid, d.objid, u.refobjid, u.refobjsubid, u.depth + 1
    FROM users AS u
    JOIN pg_rewrite AS r ON u.classid = 'pg_rewrite'::regclass AND r.oid = u.objid
    JOIN pg_depend AS d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = r.ev_class
    WHERE d.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass) AND d.objid <> u.objid
        AND d.deptype = 'n' AND r.ev_class <> u.refobjid
)
SELECT CASE WHEN r.rulename = '_RETURN' THEN relation.type ELSE itself.type END AS kind,
    CASE WHEN r.rulename = '_RETURN' THEN relation.identity ELSE itself.identity END AS identity,
    array_agg(DISTINCT quote_ident(a.attname)) AS columns
FROM users AS u
JOIN pg_attribute AS a ON a.attrelid = u.refobjid AND a.attnum = u.refobjsubid
LEFT JOIN pg_rewrite AS r ON u.classid = 'pg_rewrite'::regclass AND r.oid = u.objid
CROSS JOIN LATERAL pg_identify_object(u.classid, u.objid, 0) AS itself
LEFT JOIN LATERAL pg_identify_object('pg_class'::regclass, r.ev_class, 0) AS relation ON true
WHERE quote_ident(a.attname) = ANY (:columns)
GROUP BY 1, 2 ORDER BY max(u.depth), 2
"""


@dataclass(frozen=True)
class _Dependant:
    kind: str
    identity: str
    columns: list[str]


def dependants(look: Look) -> Iterator[Finding]:
    """One finding each, with what takes it away and, for after the adoption, what makes it anew."""
    for table in look.shapes.tables:
        changing = _changing(look, table)
        other = [name for name, same in changing.items() if not same]
        rows = look.rows(_DEPENDANTS, table=table, columns=list(changing), other=other)
        found = [_Dependant(row.kind, row.identity, row.columns) for row in rows]
        order = ", after what it depends on" if len(found) > 1 else ""
        for one in reversed(found):  # a view upon a view has to go before it
            on = [f"{table}.{column}" for column in one.columns]
            again = f"-- and when the database is adopted{order}:"
            around = [*drop(one.kind, one.identity), again, *create(look, one.kind, one.identity)]
            yield words.dependant(one.kind, one.identity, on, around)


def _changing(look: Look, table: str) -> dict[str, bool]:
    """Columns whose type adopt or a later revision sets, even to what it is already.

    True for those whose values stay what they are, so that expressions on them do too.
    """
    changing = {}
    for name, actual in look.columns(table).items():
        later = look.head_column(table, name)
        wanted = look.shapes.baseline.objects.get(actual.key) or later
        there = {str(one.attributes["type"]) for one in (actual, wanted, later) if one}
        if len(there) > 1:
            ends = {str(one.attributes["type"]) for one in (actual, later) if one}
            changing[name] = len(ends) == 1 or all(map(types.is_text, there))
    return changing
