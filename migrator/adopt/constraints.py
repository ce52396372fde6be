"""Are the constraints of the baseline there, and which others are?"""

from collections.abc import Iterator

from migrator.adopt.finding import Finding
from migrator.adopt.look import Look
from migrator.adopt.shapes import ForeignKey, definition, foreign_key, hanging, table_of
from migrator.adopt.words import keys as words
from migrator.adopt.words import tables as table_words
from migrator.catalog import Difference, Object

_PRIMARY_KEY = "PRIMARY KEY"


def difference(look: Look, found: Difference) -> Iterator[Finding]:
    """What a constraint's difference from the baseline means."""
    key = (found.kind, found.object)
    wanted, actual = look.shapes.baseline.objects.get(key), look.live.objects.get(key)
    if wanted and not actual:
        yield _missing(look, wanted)
    elif actual and not wanted:
        yield from _unexpected(look, actual)
    elif actual and wanted:
        yield _differs(found, wanted, actual)


def _differs(found: Difference, wanted: Object, actual: Object) -> Finding:
    table, name = table_of(wanted), _name(wanted)
    if found.attribute == "definition":
        return words.constraint_differs(table, name, definition(actual), definition(wanted))
    if found.attribute == "validated":
        return words.not_validated(table, name)
    if found.attribute in {"index invalid", "index not ready"}:
        return words.index_invalid(f"{table.rpartition('.')[0]}.{name}")
    if found.attribute == "enforced":
        return table_words.unknown_difference(
            "constraint", found.object, found.attribute, found.expected, found.actual
        )
    return table_words.kept("constraint", name, found.attribute, found.actual or "not set")


def _name(constraint: Object) -> str:
    return constraint.identity.removesuffix(f" on {table_of(constraint)}")


def _missing(look: Look, wanted: Object) -> Finding:
    table, name, text = table_of(wanted), _name(wanted), definition(wanted)
    for other in _unknown(look, table):
        if definition(other) == text:
            rename = f"ALTER TABLE {table} RENAME CONSTRAINT {_name(other)} TO {name}"
            return words.renamed("constraint", table, _name(other), name, rename, text)
    if not text.startswith(_PRIMARY_KEY):
        return words.constraint_missing(table, name, text)
    add = f"ALTER TABLE {table} ADD CONSTRAINT {name} {text}"
    for other in _unknown(look, table):
        if definition(other).startswith(_PRIMARY_KEY):
            drop = f"ALTER TABLE {table} DROP CONSTRAINT {_name(other)}"
            return words.primary_key(table, definition(other), text, [drop, add])
    return words.primary_key(table, None, text, [add])


def _unknown(look: Look, table: str) -> Iterator[Object]:
    for one in hanging(look.live, "table constraint", [table]):
        if one.key not in look.shapes.baseline.objects:
            yield one


def _takes_a_place(look: Look, constraint: Object) -> bool:
    """Whether it is the baseline's own under another name, or a primary key in its place."""
    for one in hanging(look.shapes.baseline, "table constraint", [table_of(constraint)]):
        if one.key not in look.live.objects and (
            definition(one) == definition(constraint)
            or definition(one)[: len(_PRIMARY_KEY)]
            == definition(constraint)[: len(_PRIMARY_KEY)]
            == _PRIMARY_KEY
        ):
            return True
    return False


def _unexpected(look: Look, actual: Object) -> Iterator[Finding]:
    table, name, text = table_of(actual), _name(actual), definition(actual)
    if _takes_a_place(look, actual):
        return  # the one that is missing is spoken of
    if key := foreign_key(actual):
        yield _foreign_key(look, key, name, text)
    elif actual.key in look.shapes.head.objects:
        yield words.constraint_replaced(table, name, text)
    elif text.startswith(("CHECK", "UNIQUE", "EXCLUDE")):
        yield words.constraint_kept(table, name, text)
    else:
        yield table_words.unknown_difference("constraint", name, "", None, text)


def _foreign_key(look: Look, key: ForeignKey, name: str, text: str) -> Finding:
    for later in look.shapes.new_keys:
        if (later.table, later.columns) == (key.table, key.columns):
            if (later.target, later.target_columns) == (key.target, key.target_columns):
                return words.foreign_key_replaced(key.table, name, text)
            update = _by_email(look, key, later)
            return words.foreign_key_elsewhere(key.table, name, key.target, later.target, update)
    return words.constraint_kept(key.table, name, text)


def _by_email(look: Look, key: ForeignKey, later: ForeignKey) -> str | None:
    """The statement that replaces one table's ids by the other's, where both know the address."""
    known = [look.columns(target) for target in (key.target, later.target)]
    if not all("email" in columns for columns in known):
        return None
    return (
        f"UPDATE {key.table} AS t SET {key.columns} = n.id\n"
        f"FROM {key.target} AS o JOIN (SELECT lower(email) AS match,"
        f" min({later.target_columns}) AS id FROM {later.target}"
        " GROUP BY 1 HAVING count(*) = 1) AS n ON n.match = lower(o.email)\n"
        f"WHERE t.{key.columns} = o.{key.target_columns}"
    )
