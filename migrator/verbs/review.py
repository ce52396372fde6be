"""The verb that rehearses what is new and says what it does: review."""

import shutil
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from migrator import errors
from migrator.cli import verb_anywhere
from migrator.project import Project
from migrator.review import compatibility
from migrator.review.chain import Wanted, review_chain
from migrator.review.database import ROWS
from migrator.review.files import rehearse_sql
from migrator.review.outputs import FORMATS, SUFFIXES, format_of, terminal, write
from migrator.review.place import place
from migrator.review.rehearsal import Transaction
from migrator.review.reversal import Place
from migrator.review.review import Review
from migrator.review.review import review as judge
from migrator.review.revisions import Source
from migrator.review.storing import digests, store, unmeasured
from migrator.review.words import told

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@verb_anywhere
@click.argument("revisions", default="", metavar="[FROM..TO]")
@click.option("--sql", "up", type=_FILE, help="Review this file instead of revisions.")
@click.option("--setup", type=_FILE, help="With --sql: makes the tables and fills them (psql).")
@click.option(
    "--transaction",
    type=click.Choice(["wrapped", "autocommit"]),
    default="wrapped",
    help="With --sql: one transaction around the file, or each statement by itself.",
)
@click.option(
    "--probe",
    "probes",
    multiple=True,
    type=_FILE,
    help="Statements of the running release, which must go on.",
)
@click.option("--rows", type=click.IntRange(min=1), default=ROWS, help="Rows of each table.")
@click.option("--seed", type=_FILE, help="SQL that makes the rows, instead of generated ones.")
@click.option("--new-rows", type=_FILE, help="SQL that the new release may have executed.")
@click.option("--dump", type=click.Path(exists=True, path_type=Path), help="A dump to begin with.")
@click.option("--python", type=_FILE, help="The project's interpreter, if it has its own.")
@click.option("--admin-url", help="Another server than the embedded one, as a superuser.")
@click.option("--interfere/--no-interfere", default=True, help="Measure who waits for it.")
@click.option("--reversal/--no-reversal", default=True, help="Rehearse the way back, with rows.")
@click.option(
    "--compatibility/--no-compatibility",
    "compatible",
    default=True,
    help="Try the statements of the release before each revision after it.",
)
@click.option("--format", "form", type=click.Choice([*FORMATS]), default="terminal")
@click.option(
    "--output",
    "outputs",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"Also write it to a file, in the format of its name: {' '.join(SUFFIXES)}.",
)
@click.option("--store", "storing", is_flag=True, help="Keep what was measured, in sql/.")
def review(
    config: Path,
    database_url: str | None,  # noqa: ARG001  a review never touches that database
    as_json: bool,
    revisions: str,
    up: Path | None,
    setup: Path | None,
    transaction: Transaction,
    probes: tuple[Path, ...],
    rows: int,
    seed: Path | None,
    new_rows: Path | None,
    dump: Path | None,
    python: Path | None,
    admin_url: str | None,
    reversal: bool,
    compatible: bool,
    interfere: bool,
    form: str,
    outputs: tuple[Path, ...],
    storing: bool,
) -> int:
    """Run revisions (or a file of SQL) in a throwaway database, and say what they do there.

    Without a range: all of them; with --store those that were not rehearsed as they are now. Exit
    status 1 when there is an error or a warning that is not acknowledged.
    """
    for path in outputs:
        format_of(path)  # before minutes of work
    project = Project.load(config) if storing else None
    revisions = revisions or ((unmeasured(project) or "") if project else "base..head")
    if not revisions:
        print("every revision was rehearsed as it is")
        return 0
    sums = digests(project) if project else {}
    if not up and not config.is_file():
        raise errors.no_alembic_ini(config)
    with _ended_in_order(), place(config, admin_url) as where, told():
        if up:
            done = _file(up, setup, transaction, probes, where, rows, interfere)
        else:
            wanted = Wanted(interfere, reversal, compatible, new_rows, probes)
            source = Source(rows, seed, dump)
            done = review_chain(
                config, revisions, where, source, wanted, python=python, report=_progress
            )
    for path in outputs:
        write(done, path)
    if project:
        for name in store(project, done, sums):
            _progress(f"written  {project.path('sql_location').name}/{name}")
    print(_told(done, "json" if as_json else form), end="")
    return 1 if done.blocking else 0


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """SIGTERM, of a cancelled job for instance, ends it as Ctrl-C does: nothing is left behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _told(done: Review, form: str) -> str:
    if form == "terminal" and sys.stdout.isatty():
        return terminal(done, shutil.get_terminal_size().columns, color=True)
    return FORMATS[form](done)


def _file(
    up: Path,
    setup: Path | None,
    transaction: Transaction,
    probes: Sequence[Path],
    where: Place,
    rows: int,
    interfere: bool,
) -> Review:
    probing = [probe.text for file in probes for probe in compatibility.read(_read(file))]
    before = _read(setup) if setup else ""
    seen = rehearse_sql(
        _read(up),
        before,
        transaction,
        probing,
        where.admin_url,
        rows=rows,
        interfere=interfere,
    )
    return judge([replace(seen, file=str(up))], rows)


def _read(file: Path) -> str:
    """A file of SQL; raises MigratorError when it is no text."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise errors.not_utf8(file) from error


def _progress(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
