"""What becomes of the values when a column takes another type."""

import re

_TYPE = re.compile(r"^(?P<name>[^(]+?)(?:\((?P<modifier>[0-9, -]+)\))?(?P<rest>.*)$")
_TEXTS = frozenset({"text", "character varying", "character", '"char"', "name", "citext"})
_NUMBERS = ("smallint", "integer", "bigint", "numeric", "real", "double precision")
_WHOLE = ("smallint", "integer", "bigint")
_TIMES = frozenset(
    {
        "date",
        "timestamp without time zone",
        "timestamp with time zone",
        "time without time zone",
        "time with time zone",
    }
)


def _split(type_name: str) -> tuple[str, str | None]:
    """("timestamp with time zone", "0") of `timestamp(0) with time zone`."""
    found = _TYPE.match(type_name)
    if found is None:
        return type_name, None
    return found["name"] + found["rest"], found["modifier"]


def using(column: str, old: str, new: str) -> str:
    """Nothing where PostgreSQL assigns by itself, and fails rather than cuts; else by the text."""
    before, after = _split(old)[0], _split(new)[0]
    families = (set(_NUMBERS), _TIMES, {"json", "jsonb"}, {"bit", "bit varying"})
    both = {before.removesuffix("[]"), after.removesuffix("[]")}
    arrays = before.endswith("[]") == after.endswith("[]")
    if before == after or after in _TEXTS or (arrays and any(both <= one for one in families)):
        return ""
    if arrays and both <= _TEXTS:
        return ""
    if both == {"boolean", "integer"}:
        return f" USING {column}::{new}"
    return f" USING {column}::text::{new}"


def lossy(old: str, new: str) -> bool:
    """Whether values may be rounded or lose a part silently."""
    (before, precision), (after, wanted) = _split(old), _split(new)
    if before in _NUMBERS and after in _NUMBERS:
        if before in _WHOLE and after in _WHOLE:
            return False  # too large is an error
        if before == after == "numeric":
            return _scale(wanted) < _scale(precision)
        return not (before in _WHOLE and after == "numeric" and _scale(wanted) >= 0)
    if before == after and before in _TIMES:
        return int(wanted or 6) < int(precision or 6)
    if before in _TIMES and after in _TIMES:
        return True
    return (before == "jsonb" and after == "json") or (before == "json" and after == "jsonb")


def _scale(modifier: str | None) -> float:
    """Digits after the point; without a modifier as many as there are."""
    if modifier is None:
        return float("inf")
    return float(modifier.split(",")[1]) if "," in modifier else 0.0
