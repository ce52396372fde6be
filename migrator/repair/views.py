"""Views and materialized views."""

from collections.abc import Iterator

from migrator.catalog import Object
from migrator.repair import names, options
from migrator.repair.kind import Kind, alter, create
from migrator.repair.sides import Sides, Work


class View(Kind):
    word = "VIEW"
    grantable = "TABLE"
    in_place = frozenset({"options", "definition"})

    def rebuilds(self, wanted: Object, actual: Object, changed: set[str], sides: Sides) -> bool:
        """CREATE OR REPLACE only adds columns at the end."""
        there, new = sides.columns_there(actual.key), sides.columns(wanted.key)
        same = [_column(one) for one in there] == [_column(one) for one in new[: len(there)]]
        return "definition" in changed and not same

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        yield create(f"CREATE VIEW {_with_options(one)} AS {_query(one)}")

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        if "definition" in changed:
            yield alter(f"CREATE OR REPLACE VIEW {_with_options(wanted)} AS {_query(wanted)}")
        elif "options" in changed:
            new, old = wanted.attributes.get("options"), actual.attributes.get("options")
            yield alter(*options.change_storage(f"ALTER VIEW {wanted.identity}", new, old))


class MaterializedView(Kind):
    word = "MATERIALIZED VIEW"
    grantable = "TABLE"
    in_place = frozenset({"options", "toast options", "populated", "tablespace", "access method"})

    def create(self, one: Object, sides: Sides) -> Iterator[Work]:
        storage = options.storage(one.attributes.get("options"))
        toast = options.storage(one.attributes.get("toast options"), "toast.")
        both = ", ".join(filter(None, (storage, toast)))
        method = names.text(one.attributes.get("access method"))
        tablespace = names.text(one.attributes.get("tablespace"))
        words = [
            f"CREATE MATERIALIZED VIEW {one.identity}",
            f"USING {names.quote(method)}" if method not in {"", "heap"} else "",
            f"WITH ({both})" if both else "",
            f"TABLESPACE {names.quote(tablespace)}" if tablespace else "",
            f"AS {_query(one)}",
            "WITH DATA" if one.attributes["populated"] else "WITH NO DATA",
        ]
        yield create(" ".join(filter(None, words)))

    def alter(
        self, wanted: Object, actual: Object, changed: set[str], sides: Sides
    ) -> Iterator[Work]:
        view = f"ALTER {self.target(wanted)}"
        for attribute, prefix in (("options", ""), ("toast options", "toast.")):
            if attribute in changed:
                new, old = wanted.attributes.get(attribute), actual.attributes.get(attribute)
                yield alter(*options.change_storage(view, new, old, prefix))
        if "tablespace" in changed:
            space = names.text(wanted.attributes.get("tablespace")) or "pg_default"
            yield alter(f"{view} SET TABLESPACE {names.quote(space)}")
        if "access method" in changed:
            method = names.quote(names.text(wanted.attributes["access method"]))
            yield alter(f"{view} SET ACCESS METHOD {method}")
        if "populated" in changed:
            data = "" if wanted.attributes["populated"] else " WITH NO DATA"
            yield alter(f"REFRESH {self.target(wanted)}{data}")


def _with_options(one: Object) -> str:
    storage = options.storage(one.attributes.get("options"))
    return one.identity + (f" WITH ({storage})" if storage else "")


def _query(one: Object) -> str:
    return names.text(one.attributes["definition"]).strip().rstrip(";")


def _column(one: Object) -> tuple[str, object, object]:
    return names.own_name(one), one.details.get("type"), one.attributes.get("collation")
