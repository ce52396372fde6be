"""psql, as a DBA runs the files of sql/."""

import os
import subprocess
from pathlib import Path

import sqlalchemy as sa

from migrator.embedded import wheel_programs

SQL = Path(__file__).parent.parent / "sql"


def psql(
    url: str, *files: Path, stop: bool = True, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the files one after the other in one session, which ends at the first error."""
    address = sa.make_url(url).set(drivername="postgresql")
    arguments = [word for file in files for word in ("--file", str(file))]
    return subprocess.run(
        [
            wheel_programs() / "psql",
            "--no-psqlrc",
            "--quiet",
            *(["--set=ON_ERROR_STOP=1"] if stop else []),
            f"--dbname={address.render_as_string(hide_password=False)}",
            *arguments,
        ],
        env={"PATH": os.defpath, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def apply(url: str, *files: Path, **environment: str) -> None:
    """Run the files; nothing may go wrong, and nothing is printed on a terminal that is quiet."""
    done = psql(url, *files, stop=True, **environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
