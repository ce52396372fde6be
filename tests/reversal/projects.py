"""The cases: Alembic projects that ask whether everything comes back, with the answer.

`cases/` holds whole projects with rows; `more/` what differs from one base, in one file a case, of
which `project` writes a whole project.
"""

import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in (HERE / "cases").glob("*/case.toml"))
MORE = sorted((HERE / "more").glob("*.toml"))

_REVISION = '''"""{title}"""
from alembic import op

revision = "{revision}"
down_revision = {before}


def upgrade():
    for statement in filter(None, {up!r}):
        op.execute(statement)


def downgrade():
    for statement in filter(None, {down!r}):
        op.execute(statement)
'''


@dataclass(frozen=True)
class Expected:
    """One thing that is lost; without a column, whatever the column."""

    what: str
    table: str
    column: str | None


@dataclass(frozen=True)
class Truth:
    """What going back and forth comes to."""

    verdict: str
    expected: tuple[Expected, ...]


def truth(case: Path) -> Truth:
    """The answer of a case of either kind."""
    told = tomllib.loads((case / "case.toml" if case.is_dir() else case).read_text("utf-8"))
    losses = [one if isinstance(one, dict) else _named(one) for one in told["expected"]]
    return Truth(
        told["verdict"],
        tuple(
            Expected(one["what"], one["table"], one.get("column"))
            for one in losses
            if one["what"] != "declared"  # the verdict says it
        ),
    )


def project(case: Path, folder: Path) -> Path:
    """The alembic.ini of a case; one of `more` is written into the folder."""
    if case.is_dir():
        return case / "alembic.ini"
    told = tomllib.loads(case.read_text(encoding="utf-8"))
    return write(folder, told.get("setup", ""), told["upgrade"], told["downgrade"])


def write(folder: Path, setup: str, upgrade: str, downgrade: str = "") -> Path:
    """The alembic.ini of a project on the base of `more`, with one revision after it."""
    shutil.copytree(CASES[0] / "migrations", folder / "migrations")
    shutil.copy(CASES[0] / "alembic.ini", folder)
    (folder / "versions").mkdir()
    base = [(HERE / "more" / "base.sql").read_text(encoding="utf-8"), setup]
    _write(folder, "0001", None, base, [])
    _write(folder, "0002", "0001", [upgrade], [downgrade])
    return folder / "alembic.ini"


def _write(folder: Path, revision: str, before: str | None, up: list[str], down: list[str]) -> None:
    text = _REVISION.format(
        title=revision, revision=revision, before=repr(before), up=up, down=down
    )
    (folder / "versions" / f"{revision}_case.py").write_text(text, encoding="utf-8")


def _named(one: list[str]) -> dict[str, str]:
    return dict(zip(("what", "table", "column"), one, strict=False))
