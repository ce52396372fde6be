"""Two pictures one above the other: every operation while each way upgraded the same database."""

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

from benchmarks.load.report import BUDGET
from benchmarks.load.run import Result
from benchmarks.pictures import library

_BLUE, _ORANGE, _RED, _GREY = "#1f77b4", "#e07b00", "#b3001b", "#5a5a5a"
_TITLES = {
    "plain Alembic": "The same change as autogenerate writes it: one revision, one transaction",
    "make upgrade": "This project's history: one revision after the other, by make upgrade",
}
_LABEL = {"fontsize": 8.5, "color": _RED, "ha": "center"}
_LOWEST, _HIGHEST = 0.0005, 60.0  # seconds


def draw(results: Sequence[Result], titles: dict[str, str], tasks: int, path: Path) -> None:
    """Draw the results one above the other on one time axis, 0 being the start of the upgrade.

    `titles` are those of the revisions.
    """
    plt = library()
    figure, panels = plt.subplots(
        len(results), 1, figsize=(13, 4.6 * len(results)), sharex=True, squeeze=False
    )
    panels = panels[:, 0]
    end = max(one.upgrade.seconds for one in results) + 3
    for panel, result in zip(panels, results, strict=True):
        _panel(panel, result, titles)
        panel.set_xlim(-2, end)
        panel.set_xticks(range(-2, int(end) + 1, 1))
    panels[-1].set_xlabel(
        "seconds since the upgrade was started; each point is one operation, where it was due"
    )
    cell = results[0].cell
    figure.suptitle(
        f"How long the application waits while {tasks:,} tasks are upgraded "
        f"({cell.rate:g} operations a second; in the way: {cell.scenario})",
        fontsize=13,
    )
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _panel(panel: Any, result: Result, titles: dict[str, str]) -> None:
    start = result.upgrade.started
    panel.set_yscale("log")
    panel.set_ylim(_LOWEST, _HIGHEST)
    panel.set_yticks([0.001, 0.01, 0.1, 1, 10], ["1 ms", "10 ms", "100 ms", "1 s", "10 s"])
    panel.set_yticks([], minor=True)
    panel.grid(axis="y", color="#dddddd", linewidth=0.6)
    panel.set_ylabel("latency")
    for table, colour in (("user", _ORANGE), ("tasks", _BLUE)):
        of = [one for one in result.done if one.table == table]
        panel.plot(
            [one.due - start for one in of],
            [max(one.latency, _LOWEST) for one in of],
            ".",
            color=colour,
            markersize=3,
            alpha=0.6,
            label=f'operations on "{table}"' if table == "user" else f"operations on {table}",
        )
    panel.axhline(BUDGET, color=_GREY, linewidth=0.9, linestyle="--")
    panel.text(
        0.995,
        BUDGET * 1.15,
        f"{BUDGET * 1000:.0f} ms: LOCK_TIMEOUT of make upgrade",
        transform=panel.get_yaxis_transform(),
        fontsize=8.5,
        color=_GREY,
        ha="right",
    )
    _mark_hold(panel, result, start)
    _mark_upgrade(panel, result, titles)
    panel.set_title(
        f"{_TITLES[result.cell.way]}\nlongest wait {result.stall:.2f} s, "
        f"{result.slower_than(1.0)} operations over 1 s, upgrade {result.upgrade.seconds:.1f} s",
        fontsize=11,
        loc="left",
        pad=18,
    )
    panel.legend(loc="lower right", bbox_to_anchor=(1, 1.05), ncols=2, markerscale=3, frameon=False)


def _mark_hold(panel: Any, result: Result, start: float) -> None:
    hold = result.hold
    if hold is None or hold.ended is None:
        return
    began, ended = hold.began - start, hold.ended - start
    panel.axvspan(began, ended, color="#d9d9d9", alpha=0.5, zorder=0)
    panel.text(
        (began + ended) / 2,
        _LOWEST * 1.25,
        f"the session in the way: {result.cell.scenario}",
        ha="center",
        fontsize=9,
        color="black",
        bbox={"facecolor": "#ececec", "edgecolor": "none", "pad": 2},
    )


def _mark_upgrade(panel: Any, result: Result, titles: dict[str, str]) -> None:
    """Lines where it starts, ends and comes to a revision; the name of those that take long."""
    upgrade = result.upgrade
    for at, word, side in ((0.0, "start ", "right"), (upgrade.seconds, " end", "left")):
        panel.axvline(at, color=_RED, linewidth=1.2)
        panel.text(at, _HIGHEST * 0.55, word, fontsize=9, color=_RED, ha=side)
    began, short = 0.0, list[str]()
    width = 0.1 * (upgrade.seconds + 6)
    tries = {step["revision"]: step["tries"] for step in upgrade.steps}
    for at, revision in result.stamps[1:]:
        now = at - upgrade.started
        panel.axvline(now, color=_RED, linewidth=0.7, linestyle=":")
        if now - began > width:
            _name_short(panel, began, short)
            short = []
            name = titles.get(revision, revision)
            count = tries.get(revision, 1)
            asked = f"\n(asked {count} times for its lock)" if count > 1 else ""
            place = ((began + now) / 2, _HIGHEST * 0.5)
            panel.text(*place, fill(name, 36) + asked, **_LABEL, va="top")
        else:
            short.append(revision)
        began = now
    _name_short(panel, began, short)


def _name_short(panel: Any, at: float, revisions: list[str]) -> None:
    if revisions:
        count = f"{len(revisions)} revisions" if len(revisions) > 1 else "1 revision"
        panel.text(at, _HIGHEST * 1.1, count, **_LABEL, va="bottom")
