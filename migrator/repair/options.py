"""Lists of name=value: storage options, options of foreign servers."""

from migrator.catalog import Value
from migrator.catalog.model import UNREADABLE
from migrator.repair import names


def pairs(value: Value | None) -> dict[str, str]:
    if value == UNREADABLE:
        return {}
    split = (one.partition("=") for one in names.listed(value))
    return {name: given for name, _, given in split}


def storage(value: Value | None, prefix: str = "") -> str:
    """As in `WITH (...)`."""
    return ", ".join(f"{prefix}{name}={_value(given)}" for name, given in pairs(value).items())


def change_storage(
    table: str, wanted: Value | None, actual: Value | None, prefix: str = ""
) -> list[str]:
    """SET what is new, RESET what is gone; `table` is all before them."""
    new, old = pairs(wanted), pairs(actual)
    statements = []
    gone = [prefix + name for name in old if name not in new]
    if gone:
        statements.append(f"{table} RESET ({', '.join(gone)})")
    changed = {name: given for name, given in new.items() if old.get(name) != given}
    if changed:
        values = ", ".join(f"{prefix}{name}={_value(given)}" for name, given in changed.items())
        statements.append(f"{table} SET ({values})")
    return statements


def _value(text: str) -> str:
    return text if text.replace(".", "").replace("-", "").isalnum() else names.literal(text)


def foreign(value: Value | None) -> str:
    """As in ` OPTIONS (...)` of a CREATE; what is hidden cannot be told."""
    given = ", ".join(
        f"{names.quote(name)} {names.literal(text)}"
        for name, text in pairs(value).items()
        if text != HIDDEN
    )
    return f" OPTIONS ({given})" if given else ""


HIDDEN = "(hidden)"


def change_foreign(target: str, wanted: Value | None, actual: Value | None) -> list[str]:
    """`ALTER ... OPTIONS (ADD, SET, DROP)`."""
    new, old = pairs(wanted), pairs(actual)
    changes = [f"DROP {names.quote(name)}" for name in old if name not in new]
    for name, text in new.items():
        if old.get(name) != text and text != HIDDEN:
            verb = "SET" if name in old else "ADD"
            changes.append(f"{verb} {names.quote(name)} {names.literal(text)}")
    return [f"{target} OPTIONS ({', '.join(changes)})"] if changes else []
