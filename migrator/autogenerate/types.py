"""PostgreSQL's names of types as SQLAlchemy writes them in a revision."""

import re

from migrator.autogenerate.code import Code, call, literal
from migrator.autogenerate.names import PUBLIC, parts
from migrator.catalog import Catalog

_PLAIN = {
    "bigint": "sa.BigInteger()",
    "boolean": "sa.Boolean()",
    "bytea": "sa.LargeBinary()",
    "date": "sa.Date()",
    "double precision": "sa.Double()",
    "integer": "sa.Integer()",
    "interval": "sa.Interval()",
    "numeric": "sa.Numeric()",
    "real": "sa.REAL()",
    "smallint": "sa.SmallInteger()",
    "text": "sa.Text()",
    "time with time zone": "sa.Time(timezone=True)",
    "time without time zone": "sa.Time()",
    "timestamp with time zone": "sa.DateTime(timezone=True)",
    "timestamp without time zone": "sa.DateTime()",
    "uuid": "sa.Uuid()",
    "character varying": "sa.String()",
    "bit varying": "pg.BIT(varying=True)",
}
_OF_POSTGRESQL = {
    *("json", "jsonb", "inet", "cidr", "macaddr", "macaddr8", "money", "oid", "regclass"),
    *("tsvector", "tsquery", "xid8", "jsonpath"),
    *("int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange"),
    *("int4multirange", "int8multirange", "nummultirange"),
    *("datemultirange", "tsmultirange", "tstzmultirange"),
}
_WITH_NUMBERS = (
    (r"character varying\((\d+)\)", "sa.String({})"),
    (r"character\((\d+)\)", "sa.CHAR({})"),
    (r"numeric\((\d+),(-?\d+)\)", "sa.Numeric({}, {})"),
    (r"bit\((\d+)\)", "pg.BIT({})"),
    (r"bit varying\((\d+)\)", "pg.BIT({}, varying=True)"),
    (r"timestamp\((\d)\) with time zone", "pg.TIMESTAMP(timezone=True, precision={})"),
    (r"timestamp\((\d)\) without time zone", "pg.TIMESTAMP(precision={})"),
    (r"time\((\d)\) with time zone", "pg.TIME(timezone=True, precision={})"),
    (r"time\((\d)\) without time zone", "pg.TIME(precision={})"),
    (r"interval\((\d)\)", "pg.INTERVAL(precision={})"),
)
_COLLATED = ("sa.String(", "sa.Text(", "sa.CHAR(")


def of(catalog: Catalog, name: str, collation: str | None = None) -> Code | None:
    """The type as an expression; None when only SQL can say it."""
    if name.endswith("[]"):
        inner = of(catalog, name.removesuffix("[]"), collation)
        return inner and call("pg.ARRAY", inner)
    found = _simple(name) or _own(catalog, name)
    if found is None or collation is None:
        return found
    return _collated(found, collation)


def _simple(name: str) -> Code | None:
    if name in _PLAIN:
        return Code(_PLAIN[name])
    if name in _OF_POSTGRESQL:
        return Code(f"pg.{name.upper()}()")
    for pattern, form in _WITH_NUMBERS:
        if match := re.fullmatch(pattern, name):
            return Code(form.format(*match.groups()))
    return None


def _own(catalog: Catalog, name: str) -> Code | None:
    """An enumeration that a statement of its own creates."""
    one = catalog.objects.get(("type", name))
    if one is None or "labels" not in one.attributes or parts(name)[0] != PUBLIC:
        return None
    return call("pg.ENUM", name=parts(name)[-1], create_type=False)


def _collated(code: Code, collation: str) -> Code | None:
    names = parts(collation)
    if len(names) > 1 or not code.startswith(_COLLATED):
        return None
    arguments = code[:-1] + ("" if code.endswith("()") else ", ")
    return Code(f"{arguments}collation={literal(names[0])})")
