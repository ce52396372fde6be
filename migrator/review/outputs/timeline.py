"""When a revision held which lock, and who waited for it, drawn as SVG without any script.

Horizontal places are percentages, so the picture is as wide as its place and its words keep their
size. The colours are classes: the page that holds it decides them, for light and for dark.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from migrator import figures
from migrator.preflight.modes import Mode
from migrator.review.facts import waited
from migrator.review.observed import Lock, Observed
from migrator.review.outputs import telling
from migrator.review.rehearsal import Rehearsal

_ROW = 34  # pixels: a line of words above its bar
_BAR = 9
_TOP = 22
_LONGEST_TEXT = 64
_NARROWEST = 0.4  # per cent: what is shorter can still be seen


@dataclass(frozen=True)
class Bar:
    """One row: `begin` and `seconds` of it, and how it is drawn and named."""

    begin: float
    seconds: float
    look: str
    words: str
    title: str


def timeline(run: Rehearsal) -> str:
    """Each statement that locked something or made somebody wait; empty when none did."""
    bars = list(_bars(run))
    if not bars:
        return ""
    end = max(bar.begin + bar.seconds for bar in bars) or 1e-6
    height = _TOP + _ROW * len(bars) + 4
    name = escape(f"Locks and waits of {telling.name(run)}")
    rows = "".join(_row(bar, number, end) for number, bar in enumerate(bars))
    return (
        f'<svg class="timeline" role="img" width="100%" height="{height}">'
        f"<title>{name}</title>{_axis(end, height)}{rows}</svg>"
    )


def _bars(run: Rehearsal) -> Iterator[Bar]:
    begun = 0.0
    for one in run.statements:
        if one.locks or one.waits:
            yield _statement(one, begun)
            locks = sorted(one.locks, key=lambda lock: (-lock.mode, lock.relation))
            yield from (_lock(one, lock, begun) for lock in locks)
            for wait in one.waits:
                words = f"{waited(wait)} ({figures.count(wait.count, 'wait')})"
                yield Bar(begun, wait.seconds, "wait", words, f"{words}, made to wait")
        begun += one.seconds


def _statement(one: Observed, begun: float) -> Bar:
    words = f"{one.index} {telling.short(one, _LONGEST_TEXT)}"
    title = f"{telling.short(one, 1000)}: {figures.seconds(one.seconds)}"
    return Bar(begun, one.seconds, "statement", words, title)


def _lock(one: Observed, lock: Lock, begun: float) -> Bar:
    where = figures.plain(lock.relation)
    words = f"{lock.mode} on {where} {figures.seconds(lock.seconds)}"
    title = f"{words}, from statement {one.index} on; {_effect(lock.mode)}"
    return Bar(begun, lock.seconds, _look(lock.mode), words, title)


def _effect(mode: Mode) -> str:
    if mode is Mode.ACCESS_EXCLUSIVE:
        return "nobody reads or writes it meanwhile"
    if mode >= Mode.SHARE:
        return "nobody writes it meanwhile"
    return "reading and writing go on"


def _look(mode: Mode) -> str:
    """Three looks: stops everybody, stops writers, stops neither."""
    if mode is Mode.ACCESS_EXCLUSIVE:
        return "stops-all"
    return "stops-writes" if mode >= Mode.SHARE else "stops-none"


def _axis(end: float, height: int) -> str:
    """Four marks of time."""
    marks = []
    for quarter in range(5):
        x, anchor = f"{quarter * 25}%", ("start", "middle", "middle", "middle", "end")[quarter]
        time = "0" if not quarter else figures.seconds(end * quarter / 4)
        marks.append(
            f'<line class="mark" x1="{x}" x2="{x}" y1="16" y2="{height}"/>'
            f'<text class="time" x="{x}" y="11" text-anchor="{anchor}">{time}</text>'
        )
    return "".join(marks)


def _row(bar: Bar, number: int, end: float) -> str:
    y = _TOP + _ROW * number
    width = max(100 * bar.seconds / end, _NARROWEST)
    left = min(100 * bar.begin / end, 100 - width)
    strong = " strong" if bar.look == "statement" else ""
    return (
        f"<g><title>{escape(bar.title)}</title>"
        f'<text class="words{strong}" x="0" y="{y + 13}">{escape(bar.words)}</text>'
        f'<rect class="{bar.look}" x="{left:.2f}%" y="{y + 18}" width="{width:.2f}%" '
        f'height="{_BAR}" rx="2"/></g>'
    )
