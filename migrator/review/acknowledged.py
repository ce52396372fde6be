"""What a project accepts of revisions that may not be edited any more: acknowledged.toml.

A revision acknowledges in itself (`acknowledge = {"rule-id": "why"}`) until it is on main; from
then on here, named in alembic.ini as `[migrator] acknowledged`. One table for each revision:

    [2d6ab93f81e7]
    validate-in-same-transaction = "why it does no harm"
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from migrator import errors
from migrator.review.rehearsal import Rehearsal


def acknowledged(ini: Path) -> dict[str, dict[str, str]]:
    """Reasons by rule, by revision; none without such a file. Raises MigratorError."""
    config = Config(ini)
    # Another project's alembic.ini has no section of ours.
    name = config.file_config.get("migrator", "acknowledged", fallback=None)
    if name is None or not Path(name).is_file():
        return {}
    path = Path(name)
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise errors.acknowledged_not_readable(path, str(error)) from error
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    for revision, reasons in told.items():
        if not isinstance(reasons, dict) or not all(isinstance(v, str) for v in reasons.values()):
            raise errors.acknowledged_not_readable(path, f'"{revision}" is no table of reasons')
        if revision not in known:
            raise errors.acknowledged_unknown(path, revision)
    return told


def with_acknowledged(
    runs: Sequence[Rehearsal], told: Mapping[str, Mapping[str, str]]
) -> list[Rehearsal]:
    """The rehearsals, each with both: what its revision says of itself comes first."""
    return [
        replace(run, acknowledge={**told.get(run.revision or "", {}), **run.acknowledge})
        for run in runs
    ]
