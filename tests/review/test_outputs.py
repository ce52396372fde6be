"""Each form of the report: what it holds, and that nothing in it can be taken for markup."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from migrator import errors
from migrator.review.outputs import FORMATS, SUFFIXES, format_of, terminal, write
from migrator.review.outputs.about import about, rules
from migrator.review.outputs.markdown import LONGEST, MARKER
from migrator.review.review import Review
from tests.review.reviews import CLEAN, ERROR, FILE, NOTE, REVIEW

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "review.schema.json").read_text())


def lines(form: str, done: Review = REVIEW) -> list[str]:
    return FORMATS[form](done).splitlines()


# A terminal


def test_a_finding_can_be_acted_on_without_the_documentation() -> None:
    assert terminal(REVIEW).split("\n\n")[0] == (
        f"error: index-build-blocks-writes  {FILE}:21\n"
        '  seen     builds index "odd<name>" on "tasks" while writers wait: 100% | of 100,000 rows'
        ", `SHARE`\n"
        "           table: public.tasks\n"
        "           lock: SHARE\n"
        "           rows read: 100,000\n"
        "           took: 2.3 s\n"
        "           columns: a; b\n"
        "  effect   A plain CREATE INDEX reads the whole table under a SHARE lock: every INSERT, "
        "UPDATE and\n"
        "           DELETE waits until the last row has been read.\n"
        "  instead  Build it CONCURRENTLY, outside a transaction, in a revision of its own.\n"
        "      with op.get_context().autocommit_block():\n"
        '          op.execute("CREATE INDEX CONCURRENTLY …")\n'
        "  or accept it: "
        'acknowledge = {"index-build-blocks-writes": "why it does no harm here"}'
    )


def test_what_is_accepted_says_why() -> None:
    told = terminal(REVIEW)
    assert f"accepted: column-type-rewrite  {FILE}:22\n" in told
    assert "  accepted  the table holds 12 rows <everywhere>\n" in told
    assert 'acknowledge = {"column-type-rewrite"' not in told


def test_a_terminal_gets_the_sum_last() -> None:
    assert " ".join(terminal(REVIEW).split("\n\n")[-1].split()) == (
        "1 revision rehearsed on PostgreSQL 18.6 with 100,000 rows in each table: "
        "1 error, 1 warning, 1 note, 1 acknowledged"
    )
    assert terminal(CLEAN).endswith(": nothing found\n")


@pytest.mark.parametrize("width", [50, 80, 140])
def test_words_keep_to_the_width_and_code_stays_as_it_is(width: int) -> None:
    told = terminal(REVIEW, width)
    code = {f"      {line}" for line in (ERROR.safe or "").splitlines()}
    assert code <= {*told.splitlines()}
    words = {line for line in told.splitlines() if line.startswith("           ")} - code
    assert max(map(len, words)) <= width


def test_only_a_terminal_gets_colours() -> None:
    assert "\x1b[" not in terminal(REVIEW)
    assert "\x1b[1;31merror" in terminal(REVIEW, color=True)


# Markdown


def test_markdown_of_a_comment() -> None:
    told = lines("markdown")
    assert told[0] == MARKER
    assert "#### 🔴 Index built while writers wait · `index-build-blocks-writes`" in told
    assert (
        f'`{FILE}:21` — builds index "odd\\<name\\>" on "tasks" while writers wait: '
        "100% \\| of 100,000 rows, \\`SHARE\\`"
    ) in told
    assert "**Accepted** the table holds 12 rows \\<everywhere\\>" in told
    assert told[told.index("```python") + 1 :][:3] == [*(ERROR.safe or "").splitlines(), "```"]
    assert any(line.startswith("| `20261201_0900_index_tasks` | ACCESS EXCLUSIVE") for line in told)


def test_markdown_is_no_longer_than_github_takes() -> None:
    many = Review(1, (), (ERROR,) * 500, {})
    told = FORMATS["markdown"](many)
    assert LONGEST - 2000 < len(told) <= LONGEST
    assert told.endswith("_The rest does not fit into a comment: see the JSON or the page._\n")


# JSON


@pytest.mark.parametrize("done", [REVIEW, CLEAN], ids=["findings", "clean"])
def test_json_is_as_its_schema_says(done: Review) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    document = json.loads(FORMATS["json"](done))
    assert [*map(str, Draft202012Validator(SCHEMA).iter_errors(document))] == []
    assert [one["rule"] for one in document["findings"]] == [one.rule for one in done.findings]


def test_the_schema_describes_every_member() -> None:
    """So that one that is added is described too."""
    document = json.loads(FORMATS["json"](REVIEW))
    kinds = SCHEMA["$defs"]
    assert document["findings"][0].keys() == kinds["finding"]["properties"].keys()
    assert document["runs"][0].keys() == kinds["run"]["properties"].keys()
    statement = document["runs"][0]["statements"][0]
    assert statement.keys() == kinds["statement"]["properties"].keys()


# SARIF


def test_sarif_has_what_the_standard_requires() -> None:
    """Section 3 of SARIF 2.1.0: what must be there, and what refers to what."""
    log = json.loads(FORMATS["sarif"](REVIEW))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    [run] = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "migrator review"
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids))
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert result["message"]["text"]
        [location] = result["locations"]
        place = location["physicalLocation"]
        assert re.fullmatch(r"versions/[\w.]+\.py", place["artifactLocation"]["uri"])
        assert place["region"]["startLine"] >= 1
        for suppression in result.get("suppressions", ()):
            assert suppression["kind"] in {"inSource", "external"}


def test_sarif_knows_a_hazard_again_and_what_is_accepted() -> None:
    results = json.loads(FORMATS["sarif"](REVIEW))["runs"][0]["results"]
    prints = [one["partialFingerprints"]["migratorReview/v1"] for one in results]
    assert len(set(prints)) == len(results)
    accepted = [one for one in results if "suppressions" in one]
    assert [one["ruleId"] for one in accepted] == ["column-type-rewrite"]
    why = "the table holds 12 rows <everywhere>"
    assert accepted[0]["suppressions"][0]["justification"] == why


# GitHub


def test_annotations_are_escaped_and_the_worst_comes_first() -> None:
    told = lines("github")
    kinds = [line.split(" ")[0] for line in told]
    assert kinds == ["::error", "::warning", "::notice", "::notice"]
    assert told[0].startswith(
        f"::error file={FILE},line=21,title=Index built while writers wait::"
        'index-build-blocks-writes: builds index "odd<name>" on "tasks" while writers wait: '
        "100%25 | of 100,000 rows, `SHARE`%0AA plain CREATE INDEX"
    )
    assert "%0A%0Awith op.get_context().autocommit_block():%0A    op.execute(" in told[0]


def test_properties_of_annotations_hold_no_separators() -> None:
    odd = Review(1, (), (type(NOTE)(**{**vars(NOTE), "file": "a,b:c.py"}),), {})
    assert lines("github", odd)[0].startswith("::notice file=a%2Cb%3Ac.py,line=27,title=Table")


# All of them


def test_every_rule_has_words() -> None:
    for rule in rules():
        words = about(rule)
        assert all(text.endswith(".") for text in (words.effect, words.instead)), rule


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_tells_of_a_review_without_findings(form: str) -> None:
    assert FORMATS[form](CLEAN).strip() or form == "github"


def test_a_file_gets_the_format_of_its_name(tmp_path: Path) -> None:
    assert set(SUFFIXES.values()) == FORMATS.keys() - {"github"}
    for suffix, form in SUFFIXES.items():
        path = tmp_path / f"report{suffix}"
        write(REVIEW, path)
        assert path.read_text(encoding="utf-8") == FORMATS[form](REVIEW)


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(errors.MigratorError) as raised:
        format_of(Path("report.pdf"))
    assert str(raised.value) == (
        'error: "report.pdf" does not say which format it is to have\n'
        "hint: name it with one of .txt .md .json .sarif .html"
    )
    with pytest.raises(errors.MigratorError) as raised:
        write(REVIEW, tmp_path / "gone" / "report.md")
    assert str(raised.value) == (
        f'error: "{tmp_path}/gone/report.md" could not be written: No such file or directory'
    )
