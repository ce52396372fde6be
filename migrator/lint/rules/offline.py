"""A revision renders as SQL, today and in three years: it asks no database, and imports little."""

from collections.abc import Iterator

from migrator.lint.rule import Broken, Rule
from migrator.lint.source import DIRECTIONS, Source

_LIBRARIES = frozenset({"sqlalchemy", "alembic"})
_TOOL = "migrator.ops"
_ASKING = frozenset({"alembic.op.get_bind", "alembic.op.get_context().connection"})
_REFLECTING = frozenset({"sqlalchemy.inspect", "sqlalchemy.engine.reflection.Inspector"})
_REFLECTS = frozenset({"reflect", "from_engine", "get_table_names", "get_columns", "get_indexes"})


def _foreign(source: Source) -> Iterator[Broken]:
    for line, module, _ in source.imports:
        library = module.partition(".")[0]
        ours = module == _TOOL or module.startswith(f"{_TOOL}.")
        if library not in _LIBRARIES and not ours:
            yield line, f'"{module}" is imported'


def _reflection(source: Source) -> Iterator[Broken]:
    for direction in DIRECTIONS:
        for call in source.calls(direction):
            method = call.name.rpartition(".")[2]
            if call.name in _REFLECTING or (method in _REFLECTS and "." in call.name):
                yield call.line, f"{call.short} reads the schema of whatever database it meets"
            elif call.true("autoload_with"):
                yield call.line, f"{call.short}(autoload_with=…) reads the schema it meets"


def _deciding(source: Source) -> Iterator[Broken]:
    for direction in DIRECTIONS:
        for call in source.calls(direction):
            if call.name in _ASKING:
                yield call.line, f"{call.short}() asks the database, and there is none in --sql"


RULES = (
    Rule(
        "foreign-import",
        "it imports sqlalchemy, alembic and migrator.ops, and nothing that changes under it",
        "write out here what the import was for: models move on, a revision does not",
        _foreign,
    ),
    Rule(
        "no-reflection",
        "it knows the schema and does not look it up",
        "name the tables and columns; the revisions before this one say what they are",
        _reflection,
    ),
    Rule(
        "no-deciding-query",
        "it decides nothing by asking the database: `alembic upgrade --sql` must render it",
        "let SQL decide (op.execute with WHERE, or a DO block), or use migrator.ops",
        _deciding,
    ),
)
