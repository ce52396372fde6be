"""`migrator explain`: every rule and every lock mode teaches, out of the data of the rules."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from migrator import errors, verbs  # noqa: F401  adds them to main
from migrator.cli import main
from migrator.preflight.modes import Mode
from migrator.review.outputs.about import OTHERS
from migrator.review.rules import RULES


def explain(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", *arguments])


@pytest.mark.parametrize("rule", RULES)
def test_a_rule(rule: str) -> None:
    done = explain(rule)
    assert done.exit_code == 0
    told = RULES[rule]
    for words in (told.title, told.effect, told.instead, told.looks_for, told.versions):
        assert words in done.stdout
    assert f'acknowledge = {{"{rule}": "why"}}' in done.stdout


def test_a_rule_as_json() -> None:
    told = json.loads(explain("check-scan-under-lock", "--json").stdout)
    assert told["severity"] == "error"
    assert told["good"].startswith("ALTER TABLE orders ADD CONSTRAINT amount_ok")
    assert set(told) == {
        *("rule", "title", "severity", "effect", "instead", "looks_for", "bad", "good", "versions")
    }


@pytest.mark.parametrize("mode", Mode)
def test_a_lock_mode(mode: Mode) -> None:
    done = explain(str(mode))
    assert explain(mode.pg_name).stdout == explain(str(mode).lower()).stdout == done.stdout
    assert done.stdout.startswith(f"{mode}  (pg_locks: {mode.pg_name})\n")
    assert all(str(other) in done.stdout for other in mode.conflicting)


def test_a_lock_mode_in_several_words() -> None:
    told = json.loads(explain("--json", "share", "row", "exclusive").stdout)
    assert told["pg_locks"] == "ShareRowExclusiveLock"
    assert "INSERT" not in told["taken_by"]
    assert "ROW EXCLUSIVE" in told["conflicts_with"]
    assert "ROW SHARE" not in told["conflicts_with"]


def test_nothing_asked_for_lists_everything() -> None:
    done = explain()
    assert done.exit_code == 0
    assert [line.split("  ")[0] for line in done.stdout.splitlines()] == [
        *RULES,
        *OTHERS,
        *(str(mode).lower() for mode in Mode),
    ]
    told = json.loads(explain("--json").stdout)
    assert list(told["rules"]) == [*RULES, *OTHERS]


@pytest.mark.parametrize("rule", OTHERS)
def test_a_rule_about_the_way_back_or_the_review(rule: str) -> None:
    words = OTHERS[rule]
    assert explain(rule).stdout == (
        f"{rule}\n{words.title}.\n\neffect    {words.effect}\ninstead   {words.instead}\n"
    )
    told = json.loads(explain(rule, "--json").stdout)
    assert told == {
        "rule": rule,
        "title": words.title,
        "effect": words.effect,
        "instead": words.instead,
    }


def test_works_without_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert explain("fails-on-data").exit_code == 0


def test_an_unknown_name() -> None:
    done = explain("check-scan")
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        'error: no rule or lock mode "check-scan"',
        'detail: did you mean "check-scan-under-lock"?',
        "hint: `migrator explain` lists them",
    ]


def test_an_unknown_name_like_nothing() -> None:
    assert errors.no_such_topic("zzz", []).detail is None
    done = explain("zzz")
    assert done.stderr.splitlines() == [
        'error: no rule or lock mode "zzz"',
        "hint: `migrator explain` lists them",
    ]
