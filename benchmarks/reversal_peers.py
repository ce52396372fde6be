"""What does pytest-mrt say of the cases of tests/reversal, whose revisions it reads?

    python -m benchmarks reversal_peers

Counts the cases about whose revision its static check reports an error, whatever the error is: a
gift where something is lost, a false alarm where everything comes back. `mrt` is on the PATH, or
there is nothing to compare with.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import click

from tests.reversal.projects import CASES, truth


def flagged(program: str, case: Path) -> bool:
    """Whether it reports an error about the revision in question."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        command = [program, "check", str(case / "versions"), "--since", "0001"]
        command += ["--format", "json", "--output", str(told)]
        subprocess.run(command, capture_output=True, check=False)
        document = json.loads(told.read_text())
    found = document if isinstance(document, list) else document["findings"]
    return any(one["severity"] == "error" for one in found)


@click.command()
def main() -> None:
    """Compare with a linter of downgrades."""
    program = shutil.which("mrt")
    if program is None:
        print("mrt is not installed here (pip install pytest-mrt)", file=sys.stderr)
        sys.exit(2)
    of_all: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for case in CASES:
        verdict = truth(case).verdict
        of_all[verdict] += 1
        said[verdict] += flagged(program, case)
    for verdict in of_all:
        print(f"{verdict}  {said[verdict]} of {of_all[verdict]} flagged")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks reversal_peers")
