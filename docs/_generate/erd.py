"""The entity-relationship diagram, out of the models."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from docs._generate import markdown

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def diagram(metadata: sa.MetaData) -> str:
    """A fenced Mermaid `erDiagram` of all tables; others' tables bear their owner's name."""
    tables = metadata.sorted_tables
    lines = ["erDiagram"]
    for table in tables:
        lines += _entity(table)
    lines += [_relation(key) for table in tables for key in _keys(table)]
    return markdown.fence("mermaid", "\n".join(lines))


def _entity(table: sa.Table) -> list[str]:
    name = f'{table.name}["{table.name} (Better Auth)"]' if _external(table) else table.name
    columns = [
        f"        {_type(column)} {column.name}{_roles(table, column)}" for column in table.columns
    ]
    return [f"    {name} {{", *columns, "    }"]


def _external(table: sa.Table) -> bool:
    return bool(table.info.get("external"))


def _type(column: sa.Column[object]) -> str:
    """The type as one word: Mermaid takes letters, digits, brackets and underscores."""
    name = column.type.compile(dialect=_DIALECT).lower()
    return name.replace("timestamp with time zone", "timestamptz").replace(" ", "_")


def _roles(table: sa.Table, column: sa.Column[object]) -> str:
    foreign = any(column.name in key.columns for key in table.foreign_key_constraints)
    roles = [name for name, has in (("PK", column.primary_key), ("FK", foreign)) if has]
    return f" {', '.join(roles)}" if roles else ""


def _keys(table: sa.Table) -> list[sa.ForeignKeyConstraint]:
    return sorted(table.foreign_key_constraints, key=lambda key: str(key.name))


def _relation(key: sa.ForeignKeyConstraint) -> str:
    """`||--o{`: exactly one above, any number below; `|o` where the key may be NULL."""
    one = "|o" if any(column.nullable for column in key.columns) else "||"
    columns = ", ".join(column.name for column in key.columns)
    deleting = f", on delete {key.ondelete.lower()}" if key.ondelete else ""
    return f'    {key.referred_table.name} {one}--o{{ {key.table.name} : "{columns}{deleting}"'
