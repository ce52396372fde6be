"""The arrows between the rooms: who may import whom."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {"models", "queries", "versions", "migrations", "migrator", "tests", "benchmarks", "docs"}
# What a room may import of the others; what is not a room is judged by its own line below.
ARROWS = {
    "models": set(),
    "queries": {"models"},
    "migrations": {"models", "migrator"},
    "versions": {"migrator.ops"},
    "migrator": set(),
}
# Revisions must go on rendering when every library but these has moved on.
LIBRARIES_OF_REVISIONS = {"sqlalchemy", "alembic"}


def imported(file: Path) -> set[str]:
    """The modules that a file imports, with `from migrator import ops` as `migrator.ops`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def foreign(room: str, modules: set[str]) -> set[str]:
    allowed = ARROWS[room] | {room}
    return {
        module
        for module in modules
        if module.partition(".")[0] in ROOMS
        and not any(f"{module}.".startswith(f"{one}.") for one in allowed)
    }


@pytest.mark.parametrize("room", sorted(ARROWS))
def test_a_room_imports_only_along_its_arrows(room: str) -> None:
    broken = {
        f"{file.relative_to(ROOT)} imports {module}"
        for file in (ROOT / room).rglob("*.py")
        for module in foreign(room, imported(file))
    }
    assert not broken


def test_revisions_import_nothing_that_changes_under_them() -> None:
    for file in (ROOT / "versions").glob("*.py"):
        libraries = {module.partition(".")[0] for module in imported(file)} - {"migrator"}
        assert libraries <= LIBRARIES_OF_REVISIONS, file.name


def test_the_check_sees_a_broken_arrow() -> None:
    assert foreign("migrator", {"models.task"}) == {"models.task"}
    assert foreign("versions", {"migrator.ops", "migrator.errors.Refused"}) == {
        "migrator.errors.Refused"
    }
    assert foreign("queries", {"models.Task", "sqlalchemy.select"}) == set()


def test_the_environment_is_a_few_lines() -> None:
    assert len((ROOT / "migrations" / "env.py").read_text().splitlines()) <= 60


def test_no_folder_shadows_the_alembic_package() -> None:
    assert not (ROOT / "alembic").exists()
