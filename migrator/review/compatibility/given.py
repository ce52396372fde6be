"""The statements of a release that somebody has written down."""

from collections.abc import Sequence
from pathlib import Path

from alembic.config import Config

from migrator import errors
from migrator.review.compatibility.statement import Statement, read


def given(ini: Path, files: Sequence[Path]) -> list[Statement]:
    """What the files hold, or else the file that alembic.ini names; none without one.

    Raises MigratorError when the file that alembic.ini names is not there.
    """
    if not files:
        # Another project's alembic.ini has no section of ours.
        name = Config(ini).file_config.get("migrator", "release_statements", fallback=None)
        if name is None:
            return []
        if not Path(name).is_file():
            raise errors.release_statements_missing(ini, Path(name))
        files = [Path(name)]
    return [one for file in files for one in read(file.read_text(encoding="utf-8"))]
