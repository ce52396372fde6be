"""When triggers and rules fire."""

from collections.abc import Iterator

from migrator.catalog import Object
from migrator.repair import names
from migrator.repair.kind import alter
from migrator.repair.sides import Work

ENABLE = {
    "origin": "ENABLE",
    "disabled": "DISABLE",
    "replica": "ENABLE REPLICA",
    "always": "ENABLE ALWAYS",
}
"""When a trigger or a rule fires, as ALTER TABLE says it."""

_FIRE = """\
DO $$ DECLARE found record; BEGIN
    FOR found IN SELECT tgrelid::regclass AS place, tgname FROM pg_trigger AS t
        JOIN pg_constraint AS c ON c.oid = t.tgconstraint AND t.tgisinternal
        WHERE c.conrelid = {table}::regclass AND c.conname = {name}{where} LOOP
        EXECUTE format('ALTER TABLE %s {state} TRIGGER %I', found.place, found.tgname);
    END LOOP;
END $$"""


def fire(wanted: Object, actual: Object | None) -> Iterator[Work]:
    """The triggers that keep a foreign key have other names in each database."""
    table, name = names.table_of(wanted), names.plain(names.own_name(wanted))
    said = {"table": names.literal(table), "name": names.literal(name)}
    if actual and "triggers" in actual.attributes:
        yield alter(_FIRE.format(**said, where="", state="ENABLE"))
    for line in names.listed(wanted.attributes.get("triggers")):
        place, _, state = line.rpartition(": ")
        where = f" AND t.tgrelid = {names.literal(place)}::regclass"
        yield alter(_FIRE.format(**said, where=where, state=ENABLE[state]))
