"""Values that people really write, those at the edges among them, as texts for a cast.

Each column has a list; the place in the list is a class, so that a class that an upgrade refuses
can be left out. A change's own words (the texts in its SQL) are values like any other.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from migrator.review.reversal.shape import Column

CLASSES = 18
"""Row i of a table has values of class (i + something of the column) modulo this."""

TAME = (0, 1)
"""Classes of values that are at no edge of their type."""

_LONG = 300  # characters, where nothing limits a text
_NULL_CLASS = 5
_FRACTIONS = "2024-{:02d}-{:02d} {:02d}:07:59.{:06d}"


@dataclass(frozen=True)
class Change:
    """What is known of a change beforehand: its words, and the column as it will be."""

    words: Sequence[str] = ()
    becomes: Column | None = None
    allowed: Sequence[str] = ()
    """The texts that the new schema names in its constraints."""


def values(
    column: Column, number: int, change: Change, *, fitting: bool = False
) -> list[str | None]:
    """Texts for row `number`, by class. Empty: the column is left as it is.

    With `fitting` only those that the new schema is known to take, where anything is known.
    """
    found = _fitting(column, number, change)
    if not (fitting and found):
        found += _of_type(column, number, change.words)
    if not found:
        return []
    while len(found) < _NULL_CLASS:
        found = [*found, *found]
    required = fitting and change.becomes is not None and change.becomes.not_null
    if not (column.not_null or required):
        found.insert(_NULL_CLASS, None)
    return found


def _fitting(column: Column, number: int, change: Change) -> list[str | None]:
    """What the column's next type and constraints will take, first of all."""
    if change.allowed and column.category == "S":
        return [change.allowed[number % len(change.allowed)]]
    becomes = change.becomes
    if becomes is None or becomes.type == column.type or column.category != "S":
        return []
    if becomes.labels:
        return [becomes.labels[number % len(becomes.labels)]]
    next_values = _of_type(becomes, number, ())
    return [next_values[number % len(next_values)]] if next_values else []


def _of_type(column: Column, number: int, words: Sequence[str]) -> list[str | None]:
    if column.labels:
        return [column.labels[(number + at) % len(column.labels)] for at in range(5)]
    if column.base in {"json", "jsonb"}:
        return list(_documents(column.base, number, words))
    if column.category == "S" and column.base not in {'"char"', "name"}:
        return [_cut(text, column) for text in _texts(column, number, words)]
    if column.category == "N":
        return list(_numbers(column, number))
    return list(_others(column.base, number))


def _cut(text: str, column: Column) -> str:
    return text[: column.size] if column.size else text


def _texts(column: Column, i: int, words: Sequence[str]) -> list[str]:
    name = column.name.lower()
    limit = column.size or _LONG
    long = (f"long text {i} " + "of many words " * (limit // 14 + 1))[: limit - 1] + "."
    if "mail" in name:
        return [f"user{i}@example.org", f"User{i}@Example.ORG", f"jürgen+{i}@münchen.de"]
    if 0 < column.size < 8:
        codes = ["EUR", "USD", "JPY", "GBP", "de", "en", f"{i % 10}{i // 10 % 10}A"]
        return [codes[(i + at) % 7] for at in range(6)]
    plain = [
        f"Given{i} Family{i}",
        "Cher",
        "",
        "Ana  María   de la Cruz ",
        f"  padded {i}  ",
        f"Zoë Ångström 日本語 {i}",
        long,
        "same text",
        f"MiXed cAse {i}",
        f"one-two_three.{i}",
        f'O\'Neil, "x"; a/b\\c: {i}%',
        f"00{i}",
        f"first line {i}\nsecond\tline",
        f"x{i}",
    ]
    return plain + [word for word in words if len(word) <= 60][:12]


def _documents(base: str, i: int, words: Sequence[str]) -> list[str]:
    keys = [word for word in words if word and " " not in word and len(word) <= 40][:8]
    told = [
        {"theme": "dark", "n": i},
        {},
        {"theme": None, "title": f"Straße {i}"},
        {"deep": {"a": [1, None, "ß"], "b": {}}, "n": 12345678901234567890},
        {"text": "", "flag": True, "日本語": 1.5},
    ]
    for at, key in enumerate(keys):
        told += [{key: f"{key} {i}", "other": at}, {key: None}, {k: f"{k} {i}" for k in keys[at:]}]
    found = [json.dumps(one, ensure_ascii=False) for one in told]
    if base == "json":  # keeps its text: order, repetition and blanks
        found[1:1] = ['{"b":1, "a":2,"b":3}', '{ "z" : 1.0,\n "a": [ ] }', "{}"]
    return found


def _numbers(column: Column, i: int) -> list[str]:
    if column.base == "numeric":
        return _decimals(column.type, i)
    return {
        "smallint": [str(i), "0", "32767", str(i % 7)],
        "integer": [str(i), str(i % 7 + 1), "2147483647", "0", str(i * 1001)],
        "bigint": [str(i), "9007199254740993", "0", str(i * 1001)],
        "real": [repr(i / 7), "0.1", "0", repr(i * 123.25), "-2.5"],
        "double precision": [repr(i / 7), "0.1", "0", repr(i * 1234567.891), "-2.5"],
    }.get(column.base, [])


def _decimals(type_name: str, i: int) -> list[str]:
    digits, _, scale = type_name.partition("(")[2].rstrip(")").partition(",")
    if not digits:
        return [f"{i}.50", "12345678901234567890.123456789", "0", f"-{i}.125"]
    whole, after = int(digits) - int(scale or 0), int(scale or 0)
    if after < 0 or whole < 0:
        return []
    dot = "." if after > 0 else ""
    most = "9" * whole + dot + "9" * after
    some = ("123456789" * 5)[:whole] + dot + ("120456789" * 5)[:after]
    small = ("0" if whole else "") + dot + ("0" * (after - 1) + "1" if after else "")
    mine = str(i)[-whole:] + dot + ("370000000" * 5)[:after] if whole else small
    return [mine, some, most, small or "0", f"-{mine}"]


def _others(base: str, i: int) -> list[str]:
    moment = _FRACTIONS.format(i % 12 + 1, i % 28 + 1, i % 24, (654321 * (i + 1)) % 1_000_000)
    return {
        "boolean": ["true", "false"],
        "date": ["2000-02-29", f"2024-{i % 12 + 1:02d}-{i % 28 + 1:02d}", "1969-12-31"],
        "timestamp without time zone": [
            moment,
            "2024-06-15 00:00:00",
            "1999-12-31 23:59:59.999999",
        ],
        "timestamp with time zone": [
            f"{moment}+00",
            # The two half past ones of a night in autumn, in Berlin and in New York.
            "2024-10-27 00:30:00+00",
            "2024-10-27 01:30:00+00",
            "2024-11-03 05:30:00+00",
            "2024-11-03 06:30:00.5+00",
        ],
        "time without time zone": [f"{i % 24:02d}:59:59.25", "00:00:00", "12:34:56.789012"],
        "interval": ["1 mon", "30 days", "24:00:00", "1 day", f"{i} min 0.5 s"],
        "bytea": [r"\x00ff", r"\x", f"\\x{i % 256:02x}0a"],
        "inet": ["10.0.0.1/8", "::1", f"192.168.1.{i % 250}"],
        "cidr": ["10.0.0.0/8", f"192.168.{i % 250}.0/24"],
        "text[]": ["{b,a}", "{}", '{"with,comma",x,x}', "{z,NULL,é}", '{""}', f"{{solo{i}}}"],
        "character varying[]": ["{b,a}", "{}", '{"with,comma",x,x}', "{z,NULL,é}", '{""}'],
        "integer[]": ["{3,1,2}", "{}", "{1,1}", f"{{{i},NULL}}"],
        "bigint[]": ["{3,1,2}", "{}", "{1,1}", f"{{{i},NULL}}"],
    }.get(base, [])
