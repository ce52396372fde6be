"""What a revision makes, stored in a file for where no throwaway database can be had."""

import json
from dataclasses import dataclass
from pathlib import Path

from migrator import errors
from migrator.catalog import Catalog, from_json, to_json

_VERSION = 1


@dataclass(frozen=True)
class Snapshot:
    """`before` is what others own, as it was before the first revision."""

    revision: str
    before: Catalog
    after: Catalog


def write(path: Path, made: Snapshot) -> None:
    path.write_text(
        f'{{"version": {_VERSION},\n"revision": {json.dumps(made.revision)},\n'
        f'"before": {to_json(made.before)},\n"after": {to_json(made.after)}}}\n'
    )


def load(path: Path, revision: str) -> Snapshot:
    """Raises MigratorError for a file that is none, or of another revision."""
    try:
        found = json.loads(path.read_text())
        made = Snapshot(
            found["revision"],
            from_json(json.dumps(found["before"])),
            from_json(json.dumps(found["after"])),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise errors.snapshot_not_readable(path, " ".join(str(error).split())) from error
    if made.revision != revision:
        raise errors.other_snapshot(path, made.revision, revision)
    return made
