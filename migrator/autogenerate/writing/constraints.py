"""Constraints: of a new table, promised, proved, dropped."""

import re
from collections.abc import Mapping

from migrator.autogenerate.code import Code, call, escaped, execute, full
from migrator.autogenerate.names import PUBLIC, inside, last, parts, table_of
from migrator.autogenerate.writing.draft import ALTER, BUILD, LAST, LOOSEN, PROMISE, Draft
from migrator.catalog import Key, Object
from migrator.ops import sql

# The longest names of a list first: "a, b" of a definition is not split at a quoted comma.
_NAMES = r"\(([^()]+)\)"
_UNIQUE = re.compile(
    rf"(?P<sort>UNIQUE|PRIMARY KEY)(?P<nulls> NULLS NOT DISTINCT)? {_NAMES}"
    r"(?: INCLUDE \((?P<include>[^()]+)\))?(?P<deferred> DEFERRABLE.*)?"
)
_FOREIGN = re.compile(
    rf"FOREIGN KEY {_NAMES} REFERENCES (?P<table>.+?)\((?P<referred>[^()]+)\)"
    r"(?P<match> MATCH FULL)?"
    r"(?: ON UPDATE (?P<onupdate>CASCADE|RESTRICT|SET NULL|SET DEFAULT))?"
    r"(?: ON DELETE (?P<ondelete>CASCADE|RESTRICT|SET NULL|SET DEFAULT))?"
    r"(?P<deferred> DEFERRABLE.*)?"
)
_CHECK = re.compile(r"CHECK \((?P<condition>.+)\)", re.DOTALL)
_WRITTEN = ("definition", "validated", "enforced")


def in_table(draft: Draft, one: Object) -> Code | None:
    """As an argument of `op.create_table`; None when only SQL can say it."""
    written = str(one.attributes["definition"])
    name = full(last(one.identity))
    if not (one.attributes["validated"] and one.attributes["enforced"]):
        return None
    if match := _UNIQUE.fullmatch(written):
        function = "sa.UniqueConstraint" if match["sort"] == "UNIQUE" else "sa.PrimaryKeyConstraint"
        return call(
            function,
            *names(match[3]),
            name=name,
            **_deferred(match["deferred"]),
            postgresql_nulls_not_distinct=True if match["nulls"] else None,
            postgresql_include=names(match["include"]) if match["include"] else None,
        )
    if (match := _FOREIGN.fullmatch(written)) and (table := _in_public(match["table"])):
        columns = [f"{table}.{column}" for column in names(match["referred"])]
        return call(
            "sa.ForeignKeyConstraint", names(match[1]), columns, name=name, **_options(match)
        )
    if match := _CHECK.fullmatch(written):
        return call("sa.CheckConstraint", _condition(draft, one, match["condition"]), name=name)
    return None


def add(draft: Draft, one: Object, table: str) -> None:
    """On a table that is in use. What is not written here is left to SQL."""
    written = str(one.attributes["definition"])
    name = last(one.identity)
    promised = one.attributes["validated"] is False and one.attributes["enforced"] is True
    line: Code | None = None
    rank = PROMISE
    if match := _UNIQUE.fullmatch(written):
        rank, line = BUILD, _add_key(match, name, table)
    elif (match := _CHECK.fullmatch(written)) and promised:
        line = call("ops.add_check", name, table, _condition(draft, one, match["condition"]))
    elif (match := _FOREIGN.fullmatch(written)) and promised:
        line = _add_foreign_key(match, name, table)
    if line:
        draft.write(rank, line)
        draft.made(one, {n: v for n, v in one.attributes.items() if n in _WRITTEN})


def _add_key(match: re.Match[str], name: str, table: str) -> Code | None:
    columns, include = names(match[3]), match["include"]
    if match["sort"] == "PRIMARY KEY":
        plain = not (include or match["deferred"])
        return call("ops.add_primary_key", name, table, columns) if plain else None
    return call(
        "ops.add_unique",
        name,
        table,
        columns,
        **_deferred(match["deferred"]),
        postgresql_include=names(include) if include else None,
        postgresql_nulls_not_distinct=True if match["nulls"] else None,
    )


def _add_foreign_key(match: re.Match[str], name: str, table: str) -> Code | None:
    referred = _in_public(match["table"])
    if referred is None:
        return None
    columns, others, options = names(match[1]), names(match["referred"]), _options(match)
    if set(options) <= {"ondelete"}:
        return call("ops.add_foreign_key", name, table, columns, referred, others, **options)
    return call(
        "op.create_foreign_key",
        full(name),
        table,
        referred,
        columns,
        others,
        **options,
        postgresql_not_valid=True,
    )


def drop(draft: Draft, one: Object, table: str) -> None:
    draft.write(LOOSEN, call("op.drop_constraint", full(last(one.identity)), table))
    draft.gone(one.key)


def change(draft: Draft, key: Key, changed: set[str], table: str) -> None:
    """Proved or let go of; another definition is dropped and added, in one transaction."""
    old, new = draft.before.objects[key], draft.after.objects[key]
    if changed & {"definition", "enforced"}:
        if str(new.attributes["definition"]).startswith(("CHECK", "FOREIGN KEY")):
            drop(draft, old, table)
            add(draft, new, table)
    elif "validated" in changed:
        verb = "validate" if new.attributes["validated"] else "unvalidate"
        rank = LAST if verb == "validate" else LOOSEN
        draft.write(rank, call(f"ops.{verb}_constraint", last(new.identity), table))
        draft.changed(key, ["validated"])


def rename(draft: Draft, before: Key, after: Key) -> None:
    one = draft.after.objects[after]
    table = sql.name(last(table_of(one) or ""))
    old, new = sql.name(last(before[1])), sql.name(last(after[1]))
    draft.write(ALTER, execute(f"ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new}"))
    draft.partial.pop(before)
    draft.made(one)


def columns_of(definition: str) -> list[str]:
    """Of a primary key, a unique constraint or a foreign key."""
    return names(definition[definition.index("(") + 1 : definition.index(")")])


def names(written: str) -> list[str]:
    """`user_id, "createdAt"` as a list."""
    return [parts(name)[0] for name in re.findall(r'"(?:[^"]|"")*"|[^,\s]+', written)]


def _condition(draft: Draft, one: Object, written: str) -> str:
    definition = str(one.attributes["definition"])
    return escaped(draft.facts.wording.get((one.key, definition), inside(written)))


def _options(match: re.Match[str]) -> Mapping[str, object]:
    found: dict[str, object] = {
        name: match[name] for name in ("onupdate", "ondelete") if match[name]
    }
    if match["match"]:
        found["match"] = "FULL"
    return {**found, **_deferred(match["deferred"])}


def _deferred(written: str | None) -> Mapping[str, object]:
    if not written:
        return {}
    if "INITIALLY DEFERRED" in written:
        return {"deferrable": True, "initially": "DEFERRED"}
    return {"deferrable": True}


def _in_public(table: str) -> str | None:
    named = parts(table)
    return named[1] if len(named) == 2 and named[0] == PUBLIC else None
