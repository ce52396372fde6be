"""The page: well-formed, self-contained, and the same in a real browser."""

import re
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from migrator.review.outputs.page import page
from tests.review.reviews import CLEAN, REVIEW

VOID = {"meta", "line", "rect", "br"}

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


class Outline(HTMLParser):
    """Elements with their attributes, and the words between them, checked to be nested well."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] not in {"style", "script"}:
            self.words.append(data)


def test_the_page_is_well_formed_and_says_everything() -> None:
    outline = Outline(page(REVIEW))
    told = "".join(outline.words)
    for one in REVIEW.findings:
        assert one.rule in told
        assert one.message in told
    assert "the table holds 12 rows <everywhere>" in told
    articles = [given["class"] for tag, given in outline.found if tag == "article"]
    assert articles == ["error", "warning", "accepted"]


def test_the_page_needs_nothing_beside_itself() -> None:
    text = page(REVIEW)
    outline = Outline(text)
    given = [name for _, attributes in outline.found for name in attributes]
    assert not {"src", "href", "srcset", "data"} & set(given)
    assert not re.search(r"https?://|url\(|@import", text)
    assert [tag for tag, _ in outline.found if tag in {"link", "iframe", "img"}] == []


def test_the_timeline_draws_statements_locks_and_waits() -> None:
    looks = Counter(given["class"] for tag, given in Outline(page(REVIEW)).found if tag == "rect")
    # The upgrade has two statements that lock something, the downgrade one.
    assert looks == {"statement": 3, "stops-all": 2, "stops-writes": 1, "stops-none": 1, "wait": 2}


def test_bars_stay_within_the_picture() -> None:
    for tag, given in Outline(page(REVIEW)).found:
        if tag == "rect":
            left, width = (float((given[name] or "").rstrip("%")) for name in ("x", "width"))
            assert 0 <= left <= left + width <= 100.01


def test_a_page_without_findings() -> None:
    assert "No errors, no warnings" in Outline(page(CLEAN)).words


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
@pytest.mark.parametrize("width", [360, 1200])
def test_a_browser_shows_it(tmp_path: Path, width: int) -> None:
    probe = (
        "<script>document.body.dataset.overflow ="
        " document.documentElement.scrollWidth > innerWidth;"
        "document.body.dataset.buttons = document.querySelectorAll('.code button').length;"
        "const bars = [...document.querySelectorAll('rect')].map(b => b.getBoundingClientRect());"
        "document.body.dataset.bars = bars.filter(b => b.width > 1 && b.height > 1).length;"
        "document.body.dataset.ink = getComputedStyle(document.body).color;</script>"
    )
    file = tmp_path / "page.html"
    file.write_text(page(REVIEW).replace("</body>", f"{probe}</body>"), encoding="utf-8")
    done = subprocess.run(
        [
            str(CHROMIUM),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--window-size={width},900",
            "--dump-dom",
            file.as_uri(),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    [body] = [given for tag, given in Outline(done.stdout).found if tag == "body"]
    assert body == {
        "data-overflow": "false",
        "data-buttons": "1",
        "data-bars": "9",
        "data-ink": "rgb(27, 31, 36)",
    }
