"""The report as SARIF 2.1.0, for the code scanning of GitHub and for editors."""

import hashlib
import json
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from migrator import __version__
from migrator.review.finding import Finding
from migrator.review.outputs.about import about
from migrator.review.review import Review

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "note": "note"}


def sarif(done: Review) -> str:
    """One run; each finding is a result, an acknowledged one a suppressed result."""
    rules = list(dict.fromkeys(one.rule for one in done.findings))
    run = {
        "tool": {
            "driver": {
                "name": "migrator review",
                "version": __version__,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "properties": {"postgresql": done.version, "rows": done.rows},
        "results": [_result(one, rules.index(one.rule)) for one in done.findings],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=1, ensure_ascii=False) + "\n"


def _rule(rule: str) -> dict[str, Any]:
    words = about(rule)
    return {
        "id": rule,
        "name": "".join(part.capitalize() for part in rule.split("-")),
        "shortDescription": {"text": words.title},
        "fullDescription": {"text": words.effect},
        "help": {
            "text": f"{words.effect}\n\n{words.instead}",
            "markdown": f"{words.effect}\n\n**Instead:** {words.instead}",
        },
    }


def _result(one: Finding, index: int) -> dict[str, Any]:
    text = one.message + (f"\n\nInstead:\n{one.safe}" if one.safe else "")
    result: dict[str, Any] = {
        "ruleId": one.rule,
        "ruleIndex": index,
        "level": _LEVELS[one.severity],
        "message": {"text": text},
        "partialFingerprints": {"migratorReview/v1": _fingerprint(one)},
        "properties": {"statement": one.statement, "evidence": dict(one.evidence)},
    }
    if one.file:
        result["locations"] = [{"physicalLocation": _location(one.file, one.line)}]
    if one.acknowledged:
        result["suppressions"] = [{"kind": "inSource", "justification": one.acknowledged}]
    return result


def _location(file: str, line: int | None) -> dict[str, Any]:
    where = {"uri": quote(PurePath(file).as_posix())}
    return {"artifactLocation": where, "region": {"startLine": line or 1}}


def _fingerprint(one: Finding) -> str:
    """The same for the same hazard of the same statement, wherever its line goes."""
    told = [one.evidence.get(name) for name in ("table", "column", "phase")]
    parts = [one.rule, one.revision or one.file, one.downgrade, one.statement, *told]
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()
