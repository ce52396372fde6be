"""Names as the catalog writes them, taken apart."""

import re

ROUTINES = ("function", "procedure", "aggregate")

_NAME = r'(?:"(?:[^"]|"")+"|[^".\s(),]+)'
_QUALIFIED = rf"{_NAME}(?:\.{_NAME})?"
_ON = re.compile(rf" ON (?:ONLY )?({_QUALIFIED}) USING (\w+) \(")
_PARTS = re.compile(_NAME)
_REFERRED = re.compile(rf" REFERENCES ({_QUALIFIED})\(")

_FACTS = (
    "type|not null|default|generated|identity|collation|storage|compression"
    "|statistics target|options|server options|comment"
)
_FACT = re.compile(rf"(?:^|; )({_FACTS}) (.*?)(?=; (?:{_FACTS}) |$)", re.DOTALL)


def last(identity: str) -> str:
    """The last part of `public.tasks.title`: the column's name."""
    parts: list[str] = _PARTS.findall(identity)
    return parts[-1]


def without_last(identity: str) -> str:
    """`public.tasks.title` without its last part: the table's name."""
    return identity[: -len(last(identity)) - 1]


def unquoted(name: str) -> str:
    """A name as the application says it."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def plain(identity: str) -> str:
    """For between the double quotes of a message: without what goes without saying."""
    return identity.removeprefix("public.").replace("pg_catalog.", "").replace('"', "")


def a(mode: object) -> str:
    """A lock mode with its article."""
    return f"{'an' if str(mode)[0] in 'AE' else 'a'} {mode}"


def suffixed(name: str, suffix: str) -> str:
    """A name beside another one, quoted where it must be, within 63 characters."""
    bare = f"{unquoted(name)[: 63 - len(suffix)]}{suffix}"
    return bare if re.fullmatch("[a-z_][a-z0-9_]*", bare) else f'"{bare}"'


def on(identity: str) -> tuple[str, str]:
    """`tasks_title on public.tasks` as name and table: of constraints, triggers and policies.

    What is on no table has an empty one.
    """
    name, separator, table = identity.rpartition(" on ")
    return (name, table) if separator else (identity, "")


def indexed_table(definition: str) -> str:
    """The table of `CREATE INDEX … ON public.tasks USING btree (…)`."""
    found = _ON.search(definition)
    return found[1] if found else ""


def referred_table(definition: str) -> str:
    """The table to which `FOREIGN KEY (…) REFERENCES public.users(id)` refers."""
    found = _REFERRED.search(definition)
    return found[1] if found else ""


def columns(definition: str) -> list[str]:
    """The columns in the first parentheses of a key's definition."""
    inner = definition.partition("(")[2].partition(")")[0]
    return _PARTS.findall(inner)


def mentions(definition: str, name: str) -> bool:
    """Whether an expression has the name in it."""
    return re.search(rf'(?<![\w"]){re.escape(name)}(?![\w"])', definition) is not None


def facts(summary: str) -> dict[str, str]:
    """The attributes of a column out of a difference: `default 0; not null yes; type integer`."""
    return {found[1]: found[2] for found in _FACT.finditer(summary)}
