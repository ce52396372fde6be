"""Values of every type as PostgreSQL reads them: at random, and one after the other."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random

from migrator.rows import text
from migrator.rows.types import Type, Types

_START = datetime(2024, 1, 1, tzinfo=UTC)
WHOLE = {"int2": 15, "int4": 31, "int8": 63, "oid": 32}
"""Bits of the types of whole numbers."""
_BORDERS: dict[str, tuple[str, ...]] = {
    "int2": ("0", "1", "-1", "-32768", "32767"),
    "int4": ("0", "1", "-1", "-2147483648", "2147483647"),
    "int8": ("0", "1", "-1", "-9223372036854775808", "9223372036854775807"),
    "float4": ("0", "-0.5", "0.1", "1e-30", "3.4e38"),
    "float8": ("0", "-0.5", "0.1", "1e-300", "1.7e308", "123456789.123456789"),
    "numeric": ("0", "0.10", "-1.5", "12345678901234567890.123456789"),
    "money": ("0", "-0.01", "92233720368547758.07"),
    "date": ("0001-01-01", "9999-12-31", "2000-02-29", "1969-12-31"),
    "time": ("00:00:00", "23:59:59.999999", "24:00:00"),
    "timetz": ("00:00:00+00", "23:59:59.999999-12", "12:00:00+05:30"),
    "timestamp": ("0001-01-01 00:00:00", "9999-12-31 00:00:00", "2024-10-27 02:30:00.123456"),
    "timestamptz": (
        "0001-01-02 00:00:00+00",
        "9999-12-30 00:00:00+00",
        "2024-10-27 00:30:00+00",
        "2024-10-27 01:30:00.123456+00",
    ),
    "interval": ("0", "1 mon", "-3 days", "1 year 2 mons 3 days 04:05:06.789", "25:00:00"),
    "bool": ("true", "false"),
    "bytea": ("\\x", "\\x00", "\\xdeadbeef", "\\x" + "ff" * 100),
    "uuid": ("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
    "json": (
        "{}", "[]", "null", '"text"', "1", '{"b": 1,  "a": 2, "b": 3}', '{"a": {"b": [1, null]}}',
        '{"key": "日本語", "n": 12345678901234567890}', '{"key": ""}', "[1, 2, 2]", "true",
    ),
    "inet": ("127.0.0.1", "10.0.0.0/8", "::1", "2001:db8::/32", "0.0.0.0/0"),
    "cidr": ("10.0.0.0/8", "192.168.1.0/24", "2001:db8::/32"),
    "macaddr": ("08:00:2b:01:02:03",),
    "macaddr8": ("08:00:2b:01:02:03:04:05",),
    "point": ("(0,0)", "(1.5,-2.5)"),
    "line": ("{1,-1,0}", "{0,1,2}"),
    "lseg": ("[(0,0),(1,1)]",),
    "box": ("(1,1),(0,0)",),
    "path": ("[(0,0),(1,1),(2,0)]", "((0,0),(1,1),(2,0))"),
    "polygon": ("((0,0),(1,1),(2,0))",),
    "circle": ("<(0,0),1>",),
    "tsvector": ("", "'fat':2 'rat':3A", "'näher':1"),
    "tsquery": ("'fat' & 'rat'", "'a' | !'b'"),
    "xml": ("<a/>", "<a>text &amp; ü</a>", "text only"),
    "pg_lsn": ("0/0", "16/B374D848"),
    "txid_snapshot": ("10:20:10,14,15",),
    "pg_snapshot": ("10:20:10,14,15",),
    "jsonpath": ("$.a", "$.a[*] ? (@ > 1)"),
    "regclass": ("pg_class",), "regtype": ("integer", "text"), "regrole": ("pg_monitor",),
    "regproc": ("now",), "regprocedure": ("now()",), "regnamespace": ("pg_catalog",),
    "regoper": ("||/",), "regconfig": ("english", "simple"), "regdictionary": ("simple",),
    "char": ("a", "Z", "1"), "name": ("a", "some_name"),
    "xid": ("0", "3"), "xid8": ("0", "3"), "cid": ("0",), "tid": ("(0,1)",),
    "hstore": ("", '"a"=>"1"', '"a"=>NULL, "b"=>"ü"'),
    "ltree": ("", "Top", "Top.Science.Astronomy"),
    "lquery": ("*.a.*",),
    "cube": ("(1,2,3)", "(0)"),
}  # fmt: skip
_BORDERS["jsonb"] = _BORDERS["json"]


class Maker:
    """Makes values; `pool` gives values of a domain that its checks accept."""

    def __init__(self, types: Types, pool: Callable[[Type], list[str]]) -> None:
        self._types = types
        self._pool = pool

    def borders(self, one: Type, longest: int, name: str = "") -> list[str]:  # noqa: PLR0911
        """The values at the limits of a type, each of which the type accepts.

        `name` is the column's, which tells what a text should look like.
        """
        if one.kind == "e":
            return list(one.labels)
        if one.kind == "d":
            return self._pool(one)
        if one.element:
            inner = self.borders(self._types.parts(one)[0], 60)
            return ["{}", *(_array([value]) for value in inner[:8]), _array([*inner[-2:], None])]
        if one.subtype:
            return ["empty" if one.kind == "r" else "{}"]
        if one.kind == "c":
            return []
        if one.name == "bit":
            size = one.length or 1
            return ["0" * size, "1" * size]
        if one.name == "varbit":
            return ["", "1", "1" * (one.length or 64)]
        if one.precision:
            return _numeric_borders(*one.precision)
        if one.name in _BORDERS:
            return list(_BORDERS[one.name])
        size = min(one.length or longest, longest)
        return text.odd(size, name) if one.category == "S" else []

    def draw(self, one: Type, rng: Random, name: str, longest: int) -> str | None:
        """An ordinary value at random; None when nothing is known about the type."""
        if one.kind == "d":
            return rng.choice(self._pool(one) or [None])
        if one.element:
            (inner,) = self._types.parts(one)
            made = [self.draw(inner, rng, name, 40) for _ in range(rng.choice((0, 1, 1, 2, 3, 5)))]
            return _array([value for value in made if value is not None])
        if one.kind == "c":
            return _row([self.draw(part, rng, name, 40) for part in self._types.parts(one)])
        if one.category == "S" and one.name not in {"char", "name"}:
            return text.draw(rng, name, min(one.length or longest, longest))
        if one.kind == "e":
            return rng.choice(one.labels) if one.labels else None
        return self.nth(one, rng.randrange(1, 3000)) or rng.choice(self.borders(one, 60) or [None])

    def nth(self, one: Type, number: int, name: str = "") -> str | None:  # noqa: PLR0911
        """Value number `number` (from 0) of those that all differ; None beyond the last one."""
        if one.kind == "d":
            pool = self._pool(one)
            return pool[number] if number < len(pool) else None
        if one.kind == "e":
            return one.labels[number] if number < len(one.labels) else None
        if one.kind == "c":
            return _row([self.nth(part, number) for part in self._types.parts(one)])
        if one.element:
            inner = self.nth(self._types.parts(one)[0], number)
            return None if inner is None else _array([inner])
        if one.subtype:
            return self._range(one, number)
        if one.name in _NTH:
            return _NTH[one.name](number)
        if one.name in {"bit", "varbit"}:
            size = one.length or 64
            return f"{number:0{size}b}" if number < 1 << size else None
        if one.name == "numeric":
            return _nth_numeric(one, number)
        if one.name in WHOLE:
            return str(number) if number < 1 << WHOLE[one.name] else None
        if one.category == "S":
            return text.nth(number, one.length or text.SHORT, name)
        known = self.borders(one, 60)
        return known[number] if number < len(known) else None

    def _range(self, one: Type, number: int) -> str | None:
        (subtype,) = self._types.parts(one)
        bounds = self.nth(subtype, 2 * number), self.nth(subtype, 2 * number + 1)
        if None in bounds:
            return None
        made = "[" + ",".join(_quoted(bound or "") for bound in bounds) + ")"
        return made if one.kind == "r" else "{" + made + "}"


def _nth_numeric(one: Type, number: int) -> str | None:
    if not one.precision:
        return f"{number}.{number % 100:02}"
    digits, scale = one.precision
    if number >= 10 ** min(digits, 18):
        return None
    if scale < 0:
        return str(number * 10**-scale)
    whole = min(digits - scale, 6)
    if whole >= 6:
        return str(number)
    return f"{number / 10**scale:.{scale}f}"


def _numeric_borders(digits: int, scale: int) -> list[str]:
    biggest = "9" * digits
    if scale <= 0:
        biggest += "0" * -scale
        return ["0", biggest, f"-{biggest}"]
    biggest = biggest.rjust(scale, "0")
    biggest = f"{biggest[:-scale] or '0'}.{biggest[-scale:]}"
    return ["0", biggest, f"-{biggest}", f"0.{'1'.rjust(scale, '0')}"]


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _array(values: list[str | None] | list[str]) -> str:
    return "{" + ",".join("NULL" if value is None else _quoted(value) for value in values) + "}"


def _row(values: list[str | None]) -> str:
    return "(" + ",".join("" if value is None else _quoted(value) for value in values) + ")"


def _moment(number: int) -> datetime:
    return _START + timedelta(minutes=number)


def _uuid(number: int) -> str:
    digits = f"{(number * 0x9E3779B97F4A7C15F39CC0605CEDC835 + 1) % (1 << 128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _time(number: int) -> str | None:
    return f"{timedelta(seconds=number)}".rjust(8, "0") if number < 86_400 else None


_NTH: dict[str, Callable[[int], str | None]] = {
    "bool": lambda n: ("false", "true")[n] if n < 2 else None,
    "uuid": _uuid,
    "date": lambda n: str(date(2024, 1, 1) + timedelta(days=n)) if n < 2_500_000 else None,
    "timestamp": lambda n: f"{_moment(n):%Y-%m-%d %H:%M:%S}.{n * 7919 % 1000000:06}",
    "timestamptz": lambda n: f"{_moment(n):%Y-%m-%d %H:%M:%S}.{n * 7919 % 1000000:06}+00",
    "time": _time,
    "timetz": lambda n: f"{_time(n)}+00" if n < 86_400 else None,
    "interval": lambda n: f"{n} minutes",
    "float4": lambda n: f"{n}.5" if n < 1 << 20 else None,
    "float8": lambda n: f"{n}.25",
    "money": lambda n: f"{n}.{n % 100:02}",
    "bytea": lambda n: f"\\x{n:08x}",
    "json": lambda n: json.dumps({"n": n, "key": ("a", "b", "")[n % 3], "tags": [n % 7]}),
    "jsonb": lambda n: json.dumps({"n": n, "key": ("a", "b", "")[n % 3], "tags": [n % 7]}),
    "inet": lambda n: f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" if n < 1 << 24 else None,
    "cidr": lambda n: f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}/32" if n < 1 << 24 else None,
    "macaddr": lambda n: f"{n:012x}",
    "macaddr8": lambda n: f"{n:016x}",
    "point": lambda n: f"({n},{n})",
    "line": lambda n: f"{{1,-1,{n}}}",
    "lseg": lambda n: f"[({n},0),({n},1)]",
    "box": lambda n: f"({n}.5,{n}.5),({n},{n})",
    "path": lambda n: f"[({n},0),({n},1)]",
    "polygon": lambda n: f"(({n},0),({n},0.5),({n}.5,0))",
    "circle": lambda n: f"<({n},0),0.25>",
    "tsvector": lambda n: f"'word{n}':1 'fat':2",
    "tsquery": lambda n: f"'word{n}'",
    "xml": lambda n: f"<a>{n}</a>",
    "pg_lsn": lambda n: f"0/{n:X}",
    "xid": str,
    "xid8": str,
    "oid": str,
    "name": lambda n: f"name_{n}",
    "hstore": lambda n: f'"n"=>"{n}", "key"=>"a"',
    "ltree": lambda n: f"Top.n{n}",
    "cube": lambda n: f"({n})",
}
