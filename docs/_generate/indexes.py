"""docs/indexes.md: index, query, requirement."""

from docs._generate import markdown
from docs._generate.markdown import code
from docs._generate.uses import JOBS, NOT_CREATED, USES, Use
from migrator.catalog import Catalog

INTRODUCTION = """\
Each index with the query that it is there for. The planner is asked for every one of these queries
in a test, on tables with a few thousand unevenly spread rows and sequential scans allowed
(`tests/test_index_uses.py`): as the owner of the tables, and as the role that runs the query. An
index that no query uses is not kept."""

TAGS = """\
## Tags under row-level security

A policy must come before any condition that could leak a row through an error message, unless the
operator is marked leakproof. `=` and `<` on texts, times and uuids are; `@>` on arrays is not
(`arraycontains` in `pg_proc`). So for a role with policies `tags @> …` is never an index condition,
and `ix_tasks_tags` stays unused, whatever the statistics say.

What serves the tag filter instead is an index that finds the user's rows; their tags are then
compared row by row. Measured with EXPLAIN (ANALYZE, BUFFERS), PostgreSQL 18.6 on 2 cores,
everything in cache, 200 000 tasks of 4000 users, of which the user has 500, scattered over the
whole table:

| tag | rows found | owner, with `ix_tasks_tags` | app_user, without it |
| --- | --- | --- | --- |
| on 1 task in 200 | 5 | 10 buffers, 0.10 ms | 503 buffers, 0.23 ms |
| on 1 task in 3 | 156 | 172 buffers, 2.4 ms | 503 buffers, 0.19 ms |

The cost under the policies is that of reading a user's tasks once, whatever the tag: it grows with
the user and not with the table. For a common tag it is even the faster plan, since GIN collects the
66 000 tasks of everybody that have it. `ix_tasks_tags` stays for the owner, as whom Phase II's code
connects. Once nobody does so any more, it can go."""

STATISTICS = """\
## Statistics

`st_messages_user_id_conversation_id` tells the planner that `user_id` follows from
`conversation_id`. Without it their selectivities are multiplied, and at some sizes of the table the
planner then reads and sorts the whole conversation to find its last page: 1010 buffers and 1.35 ms
instead of 53 buffers and 0.16 ms (median, 3.6 million messages, a conversation of 1000, PostgreSQL
18.6 on 2 cores, everything in cache). The same holds under row-level security."""


def page(catalog: Catalog) -> str:
    """The whole page; raises KeyError for an entry whose index the catalog does not have."""
    definitions = indexes(catalog)
    return markdown.page(
        markdown.GENERATED,
        "# Indexes",
        INTRODUCTION,
        markdown.table(
            ("index", "serves", "requirements"),
            ((f"[{code(use.index)}](#{use.index})", use.what, use.requirements) for use in USES),
        ),
        *(_section(use, definitions[use.index]) for use in USES),
        "## Not created",
        "Asked for by a specification. The planner is asked for these too, as the owner.",
        markdown.table(
            ("index", "requirements", "why not", "query", "served by"),
            (
                (code(no.columns), no.requirements, no.reason, code(no.query), code(no.served_by))
                for no in NOT_CREATED
            ),
        ),
        TAGS,
        STATISTICS,
    )


def indexes(catalog: Catalog) -> dict[str, str]:
    """Every index by name, those of keys too, with what follows `USING` in its definition."""
    found = {}
    for (kind, identity), one in catalog.objects.items():
        definition = str(one.attributes.get("definition", ""))
        if kind == "index":
            found[identity.rpartition(".")[2]] = definition.partition(" USING ")[2]
        elif kind == "table constraint" and definition.startswith(("PRIMARY KEY", "UNIQUE")):
            found[identity.partition(" on ")[0]] = definition
    return found


def _section(use: Use, definition: str) -> str:
    by = f"\n\nRun by `{use.role}`." if use.role == JOBS else ""
    return markdown.page(
        f"## {use.index}",
        f"{code(definition)}: {use.what} ({use.requirements}).",
        markdown.fence("sql", f"{use.query};"),
        use.reason + by,
    )
