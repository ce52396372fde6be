"""What the cases have shown, kept in a file: the pages of docs/rules/ are made of it.

`make bench ARGS="hazard_score --write"` writes it anew. Only what is the same in every run is kept.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict

from migrator.review.finding import Finding

FILE = Path(__file__).with_name("results.json")
PEERS = FILE.with_name("peers.json")
ROWS = 10_000


class Shown(TypedDict):
    """One finding, without what differs from run to run."""

    rule: str
    severity: str
    statement: int | None
    message: str
    safe: str | None


def shown(findings: Sequence[Finding]) -> list[Shown]:
    return [
        {
            "rule": one.rule,
            "severity": one.severity,
            "statement": one.statement,
            "message": one.message,
            "safe": one.safe,
        }
        for one in findings
    ]


def read() -> dict[str, list[Shown]]:
    """Findings by the name of the case."""
    found: dict[str, list[Shown]] = json.loads(FILE.read_text())
    return found


def peers() -> list[list[str]]:
    """Rows of a table: tool, hazards found, safe cases flagged (benchmarks/hazard_peers.py)."""
    rows: list[list[str]] = json.loads(PEERS.read_text())
    return rows


def write(results: Mapping[str, list[Shown]]) -> None:
    lines = [f"{json.dumps(name)}: {json.dumps(results[name])}" for name in sorted(results)]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
