"""What belongs to the database as a whole."""

import re
from collections.abc import Iterator

from migrator.catalog import Object
from migrator.repair import names, properties
from migrator.repair.kind import Kind, alter, create
from migrator.repair.sides import Sides, Work


class Schema(Kind):
    word = "SCHEMA"
    grantable = "SCHEMA"

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        yield create(f"CREATE SCHEMA {one.identity}")


class Extension(Kind):
    word = "EXTENSION"
    in_place = frozenset({"schema", "version"})

    def rebuilds(self, wanted: Object, actual: Object, changed: set[str], sides: Sides) -> bool:
        """Scripts of updates lead to newer versions only, and some stay in their schema."""
        back = _version(wanted) < _version(actual)
        moves = bool(actual.details.get("relocatable"))
        return ("version" in changed and back) or ("schema" in changed and not moves)

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        version = names.quote(names.text(one.attributes["version"]))
        yield create(
            f"CREATE EXTENSION {one.identity} SCHEMA {one.attributes['schema']} VERSION {version}"
        )

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        if "version" in changed:
            version = names.literal(names.text(wanted.attributes["version"]))
            yield alter(f"ALTER EXTENSION {wanted.identity} UPDATE TO {version}")
        if "schema" in changed:
            schema = wanted.attributes["schema"]
            yield alter(f"ALTER EXTENSION {wanted.identity} SET SCHEMA {schema}")

    def altered(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        # PostgreSQL changes no owner of an extension.
        yield from super().altered(wanted, actual, changed - {"owner"}, sides)


def _version(one: Object) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", names.text(one.attributes["version"]))]


class Language(Kind):
    word = "LANGUAGE"
    grantable = "LANGUAGE"

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        values = one.attributes
        trusted = "TRUSTED " if values["trusted"] else ""
        words = [f"CREATE {trusted}LANGUAGE {one.identity} HANDLER {values['handler']}"]
        words += [f"INLINE {values['inline']}"] if "inline" in values else []
        words += [f"VALIDATOR {values['validator']}"] if "validator" in values else []
        yield create(" ".join(words))


_ACL = re.compile(r"^for role (?P<role>.+?)(?: in schema (?P<schema>.+))? on (?P<on>[\w ]+)$")


class DefaultAcl(Kind):
    """Default privileges of a role, in one schema or everywhere."""

    def created(self, one: Object, sides: Sides) -> Iterator[Work]:
        yield from self._change(one, properties.grants(one.attributes), _usual(one))

    def altered(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        new, old = (properties.grants(one.attributes) for one in (wanted, actual))
        yield from self._change(wanted, new, old)

    def drop(self, one: Object, sides: Sides) -> Iterator[Work]:
        yield from self._change(one, _usual(one), properties.grants(one.attributes))

    def _change(
        self, one: Object, wanted: properties.Grants, has: properties.Grants
    ) -> Iterator[Work]:
        found = _ACL.match(one.identity)
        if found is None:
            raise ValueError(f"not default privileges: {one.identity}")
        schema = f" IN SCHEMA {found['schema']}" if found["schema"] else ""
        role = names.quote(names.plain(found["role"]))
        alter_ = f"ALTER DEFAULT PRIVILEGES FOR ROLE {role}{schema}"
        for statement in properties.change_grants(wanted, has, found["on"].upper(), found["role"]):
            yield alter(f"{alter_} {statement.removesuffix(' CASCADE')}")


_ALL = {
    "tables": [*properties.ON_TABLES, "MAINTAIN"],
    "sequences": ["SELECT", "USAGE", "UPDATE"],
    "functions": ["EXECUTE"],
    "types": ["USAGE"],
    "schemas": ["USAGE", "CREATE"],
    "large objects": ["SELECT", "UPDATE"],
}


def _usual(one: Object) -> properties.Grants:
    """What stands there before anybody has said something else: nothing in a single schema."""
    found = _ACL.match(one.identity)
    if found is None or found["schema"]:
        return {}
    told = properties.grants(one.attributes).get("owner", set())
    # MAINTAIN is a privilege since PostgreSQL 17.
    owners = {name for name in _ALL[found["on"]] if name != "MAINTAIN" or name in told}
    usual = {"owner": owners}
    if found["on"] in {"functions", "types"}:
        usual["PUBLIC"] = set(_ALL[found["on"]])
    return usual


class Publication(Kind):
    word = "PUBLICATION"
    in_place = frozenset({"generated columns", "operations", "schemas", "tables", "via root"})

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        what = _published(one)
        if one.attributes.get("all tables"):
            what = "ALL TABLES"
        on = f" FOR {what}" if what else ""
        yield create(f"CREATE PUBLICATION {one.identity}{on} WITH ({_publish(one, None)})")

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        publication = f"ALTER PUBLICATION {wanted.identity}"
        parameters = _publish(wanted, changed)
        if parameters:
            yield alter(f"{publication} SET ({parameters})")
        if {"tables", "schemas"} & changed:
            what = _published(wanted)
            yield alter(f"{publication} {'SET ' + what if what else 'DROP ' + _published(actual)}")


def _published(one: Object) -> str:
    tables = [f"TABLE {line}" for line in names.listed(one.attributes.get("tables"))]
    schemas = names.listed(one.attributes.get("schemas"))
    return ", ".join(tables + [f"TABLES IN SCHEMA {names.quote(name)}" for name in schemas])


def _publish(one: Object, changed: set[str] | None) -> str:
    values = one.attributes
    said = []
    if changed is None or "operations" in changed:
        operations = ", ".join(names.listed(values.get("operations")))
        said.append(f"publish = {names.literal(operations)}")
    if (changed is None and values.get("via root")) or (changed and "via root" in changed):
        root = "true" if values.get("via root") else "false"
        said.append(f"publish_via_partition_root = {root}")
    generated = "generated columns"
    if (changed is None and generated in values) or (changed and generated in changed):
        said.append(f"publish_generated_columns = {'stored' if generated in values else 'none'}")
    return ", ".join(said)


class Subscription(Kind):
    """Its connection is a secret, so that nobody but a human can make one."""

    word = "SUBSCRIPTION"
    in_place = frozenset(
        {"binary", "disabled on error", "enabled", "publications", "slot", "synchronous commit"}
    )

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        values, subscription = wanted.attributes, f"ALTER SUBSCRIPTION {wanted.identity}"
        if "publications" in changed:
            listed = ", ".join(map(names.quote, names.listed(values["publications"])))
            yield alter(f"{subscription} SET PUBLICATION {listed} WITH (refresh = false)")
        said = {
            "slot": ("slot_name", names.quote(names.text(values.get("slot")) or "NONE")),
            "synchronous commit": ("synchronous_commit", str(values["synchronous commit"])),
            "binary": ("binary", "true" if values.get("binary") else "false"),
            "disabled on error": (
                "disable_on_error",
                "true" if values.get("disabled on error") else "false",
            ),
        }
        for attribute in sorted(changed & said.keys()):
            yield alter("{} SET ({} = {})".format(subscription, *said[attribute]))
        if "enabled" in changed:
            yield alter(f"{subscription} {'ENABLE' if values['enabled'] else 'DISABLE'}")
