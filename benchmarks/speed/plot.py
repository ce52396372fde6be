"""A picture: every contender at every operation, as many times slower than the limit."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.pictures import library
from benchmarks.speed.contenders import LIMIT, OPERATIONS
from benchmarks.speed.ours import ASK, PLAIN, SESSION
from benchmarks.speed.rounds import Results

_COLOURS = {PLAIN: "#0b4f8a", ASK: "#3f8fd2", SESSION: "#9cc9ee"}
_OTHERS = ("#8a5a00", "#e07b00", "#b3001b", "#7a3fa0")


def draw(results: Results, names: Sequence[str], path: Path) -> None:
    """Bars on a logarithmic axis; an operation that somebody does not offer has none of his."""
    plt = library()
    figure, axes = plt.subplots(figsize=(14, 6))
    others = iter(_OTHERS)
    width = 0.85 / len(names)
    for place, name in enumerate(names):
        colour = _COLOURS.get(name) or next(others)
        bars = [
            (number + (place - (len(names) - 1) / 2) * width, results.ratio((operation, name)))
            for number, operation in enumerate(OPERATIONS)
            if (operation, name) in results.times
        ]
        drawn = axes.bar([at for at, _ in bars], [high for _, high in bars], width * 0.92,
                         color=colour, label=name)  # fmt: skip
        labels = [f"{high:.0f}" if high >= 100 else f"{high:.1f}" for _, high in bars]
        axes.bar_label(drawn, labels, fontsize=6.5, padding=1)
    axes.set_yscale("log")
    axes.set_ylim(0.8, None)
    axes.axhline(1, color="#5a5a5a", linewidth=1)
    axes.set_yticks(
        [1, 2, 5, 10, 20, 50, 100, 200], ["1", "2", "5", "10", "20", "50", "100", "200"]
    )
    axes.set_yticks([], minor=True)
    axes.set_ylabel("times the limit of the driver (less is faster)")
    axes.set_xticks(
        range(len(OPERATIONS)),
        [
            f"{words}\n(limit {results.milliseconds((name, LIMIT)):.2f} ms)"
            for name, words in OPERATIONS.items()
        ],
        fontsize=8,
    )
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.legend(
        ncols=len(names), frameon=False, loc="lower right", bbox_to_anchor=(1, 1), fontsize=8
    )
    axes.set_title(
        "Median time of an operation, as a multiple of psycopg with one hand-written statement",
        loc="left",
        fontsize=11,
        pad=26,
    )
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
