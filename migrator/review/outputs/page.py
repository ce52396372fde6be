"""The report as one page of HTML that needs nothing beside itself, not even a script."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

from migrator import figures
from migrator.review.finding import Finding
from migrator.review.outputs import telling
from migrator.review.outputs.about import about
from migrator.review.outputs.timeline import timeline
from migrator.review.rehearsal import Rehearsal
from migrator.review.review import Review

_HERE = Path(__file__).parent

_KEY = {
    "key-statement": "a statement runs",
    "key-all": "stops readers and writers",
    "key-writes": "stops writers",
    "key-none": "stops neither",
    "key-wait": "a session waited",
}


def page(done: Review) -> str:
    """The findings with their evidence, then what each revision held and for how long."""
    severe, notes = telling.severe(done), telling.notes(done)
    body = [
        f"<header><h1>Review by rehearsal</h1><p>{escape(telling.summary(done))}</p></header>",
        "<main>",
        "<h2>Findings</h2>" if severe else "<h2>No errors, no warnings</h2>",
        *map(_finding, severe),
        _folded(f"Notes ({len(notes)})", map(_note, notes)) if notes else "",
        *_measured(done),
        "</main>",
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Review: {escape(telling.counts(done.findings))}</title>\n"
        f"<style>\n{_read('page.css')}</style>\n</head>\n<body>\n"
        + "\n".join(filter(None, body))
        + f"\n<script>\n{_read('page.js')}</script>\n</body>\n</html>\n"
    )


def _finding(one: Finding) -> str:
    words = about(one.rule)
    word = "accepted" if one.acknowledged else one.severity
    told = [("effect", words.effect), *telling.evidence(one)]
    if one.acknowledged:
        told.append(("because", one.acknowledged))
    else:
        told.append(("instead", words.instead))
    return (
        f'<article class="{word}"><p class="severity">{word}</p>'
        f"<h3>{escape(words.title)} <code class='faint'>{escape(one.rule)}</code></h3>"
        f"<p><code>{escape(telling.place(one))}</code></p><p>{escape(one.message)}</p>"
        f"<dl>{''.join(f'<dt>{escape(k)}</dt><dd>{escape(v)}</dd>' for k, v in told)}</dl>"
        + (_code(one.safe) if one.safe and not one.acknowledged else "")
        + "</article>"
    )


def _note(one: Finding) -> str:
    return (
        f'<p><code>{escape(one.rule)}</code> <span class="faint">{escape(telling.place(one))}'
        f"</span><br>{escape(one.message)}</p>"
    )


def _code(text: str) -> str:
    return f'<div class="code"><pre tabindex="0"><code>{escape(text)}</code></pre></div>'


def _measured(done: Review) -> Iterable[str]:
    runs = [(run, drawn) for run in done.runs if (drawn := timeline(run))]
    yield "<h2>What each did</h2>"
    yield _table(telling.COLUMNS, [(one.name, *one.figures) for one in telling.lines(done)])
    if runs:
        yield "<h2>Locks and waits</h2>"
        items = (f'<li><i class="{look}"></i>{words}</li>' for look, words in _KEY.items())
        yield f'<ul class="key">{"".join(items)}</ul>'
    for run, drawn in runs:
        yield (
            f'<section class="run"><h3>{escape(telling.name(run))}</h3>'
            f"<figure>{drawn}</figure>{_folded('The same in figures', [_figures(run)])}</section>"
        )


def _figures(run: Rehearsal) -> str:
    rows = []
    for one in run.statements:
        if one.locks or one.waits:
            locks = (
                f"{lock.mode} on {figures.plain(lock.relation)} {figures.seconds(lock.seconds)}"
                for lock in one.locks
            )
            waits = (
                f"{wait.kind} of {figures.plain(wait.relation)} {figures.seconds(wait.seconds)}"
                for wait in one.waits
            )
            rows.append(
                (
                    f"{one.index} {telling.short(one, 300)}",
                    figures.seconds(one.seconds),
                    "; ".join(locks),
                    "; ".join(waits) or "-",
                )
            )
    return _table(("statement", "took", "locks held", "waited for it"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return (
        f'<div class="scroll"><table><thead><tr>{names}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _folded(summary: str, parts: Iterable[str]) -> str:
    return f"<details><summary>{escape(summary)}</summary>{''.join(parts)}</details>"


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
