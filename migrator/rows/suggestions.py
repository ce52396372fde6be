"""Values that a condition itself suggests: its constants, their neighbours, what lies between."""

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from random import Random

from migrator.rows import expressions, patterns
from migrator.rows.types import Type

_BETWEEN = 40  # values between two constants
_LONGEST_ARRAY = 50


def suggest(condition: str, one: Type, rng: Random) -> list[str]:
    """Candidates for a column in the condition, many of which will be of no use."""
    if "satisfies_hash_partition" in condition:
        return []  # its constants are an oid, which differs from database to database
    found = expressions.constants(condition)
    made = list(found)
    if one.category == "S":
        made += _texts(condition, found, rng)
    elif one.category == "A":
        made += _arrays(found)
    elif one.name in {"json", "jsonb"}:
        made += _json(found)
    elif one.category == "B":
        return ["true", "false"]
    else:
        made += _around(found, rng)
    return list(dict.fromkeys(made))


def moved(value: str, steps: int) -> str | None:
    """A number or a time some steps further, None for anything else."""
    try:
        return str(Decimal(value) + steps)
    except InvalidOperation:
        pass
    try:
        if len(value) <= len("2024-01-01"):
            return str((datetime.fromisoformat(value) + timedelta(days=steps)).date())
        return str(datetime.fromisoformat(value) + timedelta(seconds=steps))
    except (ValueError, OverflowError):
        return None


def _around(found: list[str], rng: Random) -> list[str]:
    made = []
    for value in found:
        made += [moved(value, step) for step in (-1, 1, 2, 100)]
        if re.fullmatch(r"\d+(\.\d+)?", value):
            made += [f"-{value}", str(Decimal(value) / 2), str(Decimal(value) + Decimal("0.01"))]
    for low, high in pairwise(found):
        made += _between(low, high, rng)
    return [value for value in made if value is not None]


def _between(low: str, high: str, rng: Random) -> list[str]:
    try:
        start, end = Decimal(low), Decimal(high)
        whole = start == int(start) and end == int(end) and end - start > 2
        drawn = [start + (end - start) * Decimal(rng.random()) for _ in range(_BETWEEN)]
        return [str(int(one)) if whole else f"{one:.2f}" for one in drawn]
    except InvalidOperation:
        pass
    try:
        first, last = datetime.fromisoformat(low), datetime.fromisoformat(high)
        if first > last:
            first, last = last, first
        moments = [first + (last - first) * rng.random() for _ in range(_BETWEEN)]
    except (ValueError, TypeError, OverflowError):
        return []
    return [str(one.date() if len(low) <= len("2024-01-01") else one) for one in moments]


def _texts(condition: str, found: list[str], rng: Random) -> list[str]:
    made = []
    for operator, pattern in expressions.patterns(condition):
        sample = patterns.like if operator.startswith("~~") else patterns.matching
        made += [sample(pattern, rng) for _ in range(60)]
    if "length" in condition:
        sizes = {int(one) for one in found if one.isdigit() and int(one) <= 100_000}
        near = sorted({max(size + step, 0) for size in sizes for step in (-1, 0, 1)})
        made += ["".join(rng.choice("abcdefgh XYZ0") for _ in range(size)) for size in near]
    cases = [value.upper() for value in found] + [value.lower() for value in found]
    words = ["abc", "ABC", "12345", "a@example.org", "https://example.org/a", "2024-01-01", "en"]
    return made + cases + words + [f"a{value}b" for value in found]


def _arrays(found: list[str]) -> list[str]:
    made = ["{}"]
    plain = [value for value in found if not value.startswith("{")]
    for value in plain:
        made.append("{" + json.dumps(value, ensure_ascii=False) + "}")
        if value.isdigit() and int(value) <= _LONGEST_ARRAY:
            sizes = range(max(int(value) - 1, 1), int(value) + 2)
            made += ["{" + ",".join(str(n + 1) for n in range(size)) + "}" for size in sizes]
    return [*made, "{" + ",".join(json.dumps(one, ensure_ascii=False) for one in plain) + "}"]


def _json(found: list[str]) -> list[str]:
    values: list[object] = ["text", 1, 0, -1, 2.5, True, False, None, [], {}, [1], ["a"]]
    values += [*found, *(int(one) for one in found if one.isdigit())]
    made: list[object] = list(values)
    keys = [one for one in found if re.fullmatch(r"[\w.-]+", one)]
    made += [{key: value} for key in keys for value in values]
    made += [dict.fromkeys(keys, value) for value in values]
    return [json.dumps(one, ensure_ascii=False) for one in made]
