"""The tables as the models describe them, against the tables as the revisions built them."""

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import configure_mappers
from sqlmodel.sql.sqltypes import AutoString

import models
from models import Base, Conversation, Message, Task, metadata

ROOM = Path(models.__file__).parent
MODULES = sorted(path.stem for path in ROOM.glob("*.py") if path.stem != "__init__")
TABLES: dict[str, type[Base]] = {"tasks": Task, "conversations": Conversation, "messages": Message}
OURS = [metadata.tables[name] for name in TABLES]


@pytest.fixture
def inspector(engine: sa.Engine) -> sa.Inspector:
    return sa.inspect(engine)


def test_every_relationship_finds_its_other_side() -> None:
    configure_mappers()
    for mapper in (sa.inspect(model) for model in [*TABLES.values(), models.User]):
        for relationship in mapper.relationships:
            other = relationship.mapper.relationships[relationship.back_populates]
            assert other.back_populates == relationship.key


def test_only_user_belongs_to_somebody_else() -> None:
    external = {name for name, table in metadata.tables.items() if table.info.get("external")}
    assert external == {"user"}
    assert set(metadata.tables) == external | set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_optional_means_nullable(table: str, inspector: sa.Inspector) -> None:
    optional = {
        name
        for name, field in TABLES[table].model_fields.items()
        if type(None) in getattr(field.annotation, "__args__", ())
    }
    if table == "tasks":  # its key is None until the sequence gives a number
        optional.remove("id")
    columns = inspector.get_columns(table)
    assert optional == {column["name"] for column in columns if column["nullable"]}
    assert TABLES[table].model_fields.keys() == {column["name"] for column in columns}


@pytest.mark.parametrize("table", OURS, ids=str)
def test_every_string_and_time_says_its_type(table: sa.Table) -> None:
    """SQLModel's own types would stand in revisions, and refuse what Phase II writes."""
    for column in table.columns:
        assert type(column.type).__module__.startswith("sqlalchemy."), column
        assert not isinstance(column.type, AutoString)
        assert not isinstance(column.type, sa.DateTime) or column.type.timezone


def names(inspector: sa.Inspector, table: str) -> Iterator[str | None]:
    yield inspector.get_pk_constraint(table)["name"]
    for found in (
        inspector.get_unique_constraints(table),
        inspector.get_check_constraints(table),
        inspector.get_foreign_keys(table),
        inspector.get_indexes(table),
    ):
        yield from (each["name"] for each in found)


@pytest.mark.parametrize("table", OURS, ids=str)
def test_every_constraint_and_index_has_the_name_of_its_model(
    table: sa.Table, inspector: sa.Inspector
) -> None:
    described = {str(constraint.name) for constraint in table.constraints}
    described |= {str(index.name) for index in table.indexes}
    assert described == set(names(inspector, table.name))
    assert all(len(name.encode()) <= 63 for name in described)


@pytest.mark.parametrize("table", OURS, ids=str)
def test_every_foreign_key_is_led_by_an_index(table: sa.Table, inspector: sa.Inspector) -> None:
    """Without one, deleting a user or a conversation reads the whole table."""
    whole = [
        index["column_names"]
        for index in inspector.get_indexes(table.name)
        if not index.get("dialect_options", {}).get("postgresql_where")
    ]
    keys = inspector.get_foreign_keys(table.name)
    assert keys
    for key in keys:
        columns = set(key["constrained_columns"])
        assert any(set(index[: len(columns)]) == columns for index in whole), key["name"]


@pytest.mark.parametrize("table", TABLES)
def test_docstrings_are_comments(table: str, inspector: sa.Inspector) -> None:
    model = TABLES[table]
    assert inspector.get_table_comment(table)["text"] == cleandoc(model.__doc__ or "")
    comments = {column["name"]: column["comment"] for column in inspector.get_columns(table)}
    assert comments == {name: field.description for name, field in model.model_fields.items()}
    assert all(comments.values())


def test_nothing_is_ever_done_to_user(auth_database: str) -> None:
    """The role that migrates may refer to "user" and read it; more it need not ask for."""
    engine = sa.create_engine(auth_database, poolclass=sa.NullPool)
    executed: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *args: executed.append(args[2]))
    metadata.create_all(engine, tables=OURS)
    metadata.drop_all(engine, tables=OURS)
    ddl = [each.strip() for each in executed if not each.lstrip().startswith("SELECT")]
    assert any(each.startswith("CREATE TABLE tasks") for each in ddl)
    assert any(each.startswith("DROP TABLE tasks") for each in ddl)
    for statement in ddl:
        assert '"user"' not in statement.replace('REFERENCES "user" (id) ON DELETE CASCADE', "")


def test_every_module_is_in_the_registry() -> None:
    tree = ast.parse((ROOM / "__init__.py").read_text())
    listed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            listed |= {node.module} if node.module else {alias.name for alias in node.names}
    assert listed == set(MODULES)
    assert {model.__name__ for model in Base.__subclasses__()} <= set(models.__all__)


def imported_at_runtime(path: Path) -> set[str]:
    """Return the modules of the room that a module needs while it is being imported."""
    return {
        node.module
        for node in ast.parse(path.read_text()).body  # not below `if TYPE_CHECKING`
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module
    }


def test_imports_run_in_no_circle() -> None:
    graph = {name: imported_at_runtime(ROOM / f"{name}.py") for name in MODULES}
    assert set(graphlib.TopologicalSorter(graph).static_order()) == set(MODULES)


def test_a_fresh_interpreter_imports_without_a_warning() -> None:
    code = "from sqlalchemy.orm import configure_mappers; import models; configure_mappers()"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOM.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
