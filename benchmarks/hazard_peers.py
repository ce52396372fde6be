"""What do linters say of the cases of tests/hazards, which they read instead of running?

    python -m benchmarks hazard_peers [--write]

squawk and pgfence read the SQL, zdm an Alembic revision of it; one that is not on the PATH is left
out. A hazard counts as found when the tool says anything at its statement, whatever it says: a gift
to the tool. What it says about style and timeouts is left out, but in the cases that are about a
timeout. pgfence comes from npm: @flvmnt/pgfence.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from textwrap import indent

import click

from migrator.render.statements import placed
from tests.hazards import results
from tests.hazards.case import Case, cases

_STYLE = ("prefer-", "require-statement-timeout", "require-timeout", "ban-char-field")
_TIMEOUT = "require-lock-timeout"
_MAJOR = 18

Said = set[int | None]
"""The statements at which a tool says something."""


def squawk(case: Case) -> Said:
    """By the line of the file."""
    command = [_program("squawk"), "--reporter", "json", str(case.folder / "up.sql")]
    if case.transaction == "wrapped":
        command.insert(1, "--assume-in-transaction")
    told = json.loads(subprocess.run(command, capture_output=True, check=False).stdout or "[]")
    starts = [case.up.count("\n", 0, place) for place, _ in placed(case.up)]
    return {
        max(at for at, start in enumerate(starts) if start <= one["line"])
        for one in told
        if not one["rule_name"].startswith(_STYLE) and (case.policy or one["rule_name"] != _TIMEOUT)
    }


def zdm(case: Case) -> Said:
    """One statement stands on one line of the revision."""
    calls = [f"op.execute({text!r})" for _, text in placed(case.up)]
    head = ["from alembic import op", "revision = '1'", "down_revision = None"]
    head.append("def upgrade():")
    body = indent("\n".join(calls), "    ")
    if case.transaction == "autocommit":
        head.append("    with op.get_context().autocommit_block():")
        body = indent(body, "    ")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "alembic" / "versions" / "0001_case.py"
        file.parent.mkdir(parents=True)
        file.write_text("\n".join([*head, body, "def downgrade():", "    op.execute('')", ""]))
        command = [_program("zdm"), "--output-format", "json", str(folder)]
        said = subprocess.run(command, capture_output=True, check=False).stdout
    found = json.loads(said)["diagnostics"] if said.strip() else []
    within = (one["line"] - len(head) - 1 for one in found)
    return {at for at in within if 0 <= at < len(calls)}


def pgfence(case: Case) -> Said:
    """By the words of the statement; a risk that it calls LOW is no alarm."""
    file = str(case.folder / "up.sql")
    command = [_program("pgfence"), "analyze", "--format", "sql", "--output", "json", file]
    told = subprocess.run(command, capture_output=True, check=False).stdout
    (result,) = json.loads(told)["results"] if told.strip() else [{"checks": []}]
    risky = [one for one in result["checks"] if one["risk"] not in {"SAFE", "LOW"}]
    named = {_words(one["statement"]) for one in risky}
    texts = [_words(text) for _, text in placed(case.up)]
    said: Said = {at for at, text in enumerate(texts) if text in named}
    policies = {one["ruleId"] for one in result.get("policyViolations", ())}
    if case.policy and "missing-lock-timeout" in policies:
        said |= {at for at, _ in case.expected}  # it names no statement
    return said


def _words(statement: str) -> str:
    return " ".join(statement.rstrip("; \n").split())


def ours(case: Case) -> Said:
    """What the kept results say; `make bench ARGS=hazard_score` runs the cases."""
    return {
        one["statement"]
        for one in results.read()[case.name]
        if case.counts(one["rule"], one["severity"])
    }


TOOLS: dict[str, Callable[[Case], Said]] = {"squawk": squawk, "pgfence": pgfence, "zdm": zdm}


def _program(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else shutil.which(name) or ""


@click.command()
@click.option("--write", is_flag=True, help="Keep the table for docs/rules/.")
def main(write: bool) -> None:
    """Compare with linters, which read what a review runs."""
    found = {name: tool for name, tool in TOOLS.items() if _program(name)}
    for name in TOOLS.keys() - found.keys():
        print(f"{name} is not installed here", file=sys.stderr)
    rows = [_row(name, tool) for name, tool in {"migrator review": ours, **found}.items()]
    for row in rows:
        print(*row, sep="  ")
    if write:
        results.PEERS.write_text(json.dumps(rows, indent=2) + "\n")


def _row(name: str, tool: Callable[[Case], Said]) -> list[str]:
    """Name, hazards found, safe cases flagged."""
    hit = expected = flagged = safe = 0
    for case in cases(_MAJOR):
        said = tool(case)
        expected += len(case.expected)
        hit += sum(at in said for at, _ in case.expected)
        safe += not case.expected
        flagged += bool(said) and not case.expected
    return [
        name,
        f"{hit} of {expected} ({hit / expected:.0%})",
        f"{flagged} of {safe} ({flagged / safe:.0%})",
    ]


if __name__ == "__main__":
    main(prog_name="python -m benchmarks hazard_peers")
