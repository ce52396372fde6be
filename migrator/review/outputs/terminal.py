"""The report for a terminal and for logs: as wide as the terminal, plain where it is none."""

from io import StringIO
from textwrap import indent

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from migrator.review.finding import Finding
from migrator.review.outputs import telling
from migrator.review.outputs.about import about
from migrator.review.review import Review

_COLOURS = {"error": "bold red", "warning": "yellow", "note": "dim"}
_WIDTH = 100


def terminal(done: Review, width: int = _WIDTH, *, color: bool = False) -> str:
    """Each finding with its evidence and its safe form, then what each revision did, then a sum.

    Lines are at most `width` characters, but for code, which stays as it can be copied.
    """
    console = Console(
        file=StringIO(), width=width, force_terminal=color, no_color=not color, highlight=False
    )
    for one in telling.severe(done):
        _print(console, one)
    for one in telling.notes(done):
        _line(console, one)
        console.print(Padding(Text(one.message), (0, 0, 0, 2)))
    if telling.notes(done):
        console.print()
    _measured(console, done)
    console.print(Text(telling.summary(done), style="bold"))
    file = console.file
    assert isinstance(file, StringIO)  # noqa: S101  it is the one from above
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def _print(console: Console, one: Finding) -> None:
    words = about(one.rule)
    _line(console, one)
    told = Table.grid(padding=(0, 2))
    told.add_column(style="dim", no_wrap=True)
    told.add_column(ratio=1, overflow="fold")
    told.add_row("seen", Text(one.message))
    for name, value in telling.evidence(one):
        told.add_row("", Text(f"{name}: {value}"))
    told.add_row("effect", Text(words.effect))
    told.add_row("instead", Text(words.instead))
    if one.acknowledged:
        told.add_row("accepted", Text(one.acknowledged))
    console.print(Padding(told, (0, 0, 0, 2)))
    if one.safe:
        console.print(Text(indent(one.safe, " " * 6), style="green"), soft_wrap=True)
    if not one.acknowledged and one.revision:
        accept = f'acknowledge = {{"{one.rule}": "why it does no harm here"}}'
        console.print(Text(f"  or accept it: {accept}", style="dim"), soft_wrap=True)
    console.print()


def _line(console: Console, one: Finding) -> None:
    word = "accepted" if one.acknowledged else one.severity
    colour = _COLOURS["note" if one.acknowledged else one.severity]
    text = f"[{colour}]{word}[/]: {escape(one.rule)}  [dim]{escape(telling.place(one))}[/]"
    console.print(text, soft_wrap=True)


def _measured(console: Console, done: Review) -> None:
    """What each revision did, its name above the figures: a table would need a wide terminal."""
    for one in telling.lines(done):
        told = [
            f"{name} {value}"
            for name, value in zip(telling.COLUMNS[1:], one.figures, strict=True)
            if value != telling.NONE
        ]
        console.print(Text(one.name, style="bold"), soft_wrap=True)
        console.print(Padding(Text("; ".join(told) or "nothing to be seen"), (0, 0, 0, 2)))
    if telling.lines(done):
        console.print()
