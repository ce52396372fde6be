"""Many processes at once on one database: each waits for its turn, whichever tool it came from."""

from collections.abc import Callable
from functools import partial

import sqlalchemy as sa
from alembic import command
from alembic.util import CommandError

from benchmarks.faults import instrument
from benchmarks.faults.boundaries import Boundaries, State, project
from migrator import runner

Runner = Callable[[str], object]


def by_migrator(url: str) -> None:
    """As `make upgrade` does."""
    runner.upgrade(project(url))


def by_alembic(url: str) -> None:
    """As `alembic upgrade head` does."""
    config = project(url).config
    config.attributes["url"] = url
    command.upgrade(config, "head")


def down(url: str) -> None:
    """As `make downgrade TO=base` does."""
    runner.downgrade(project(url), "base", ("tasks",))


def at_once(url: str, runners: list[Runner]) -> list[str]:
    """Start all of them at one moment; return what they raised."""
    raised = instrument.FORK.SimpleQueue()
    start = instrument.FORK.Barrier(len(runners))

    def run(runner_: Runner) -> None:
        start.wait()
        try:
            runner_(url)
        except (CommandError, sa.exc.DBAPIError) as error:
            raised.put(f"{runner_.__name__}: {type(error).__name__}: {error}")

    processes = [instrument.forked(partial(run, one)) for one in runners]
    for process in processes:
        process.join()
    told = []
    while not raised.empty():
        told.append(str(raised.get()))
    return told + [f"ended with {one.exitcode}" for one in processes if one.exitcode]


def upgrades(boundaries: Boundaries, start: str | None, wanted: State) -> list[str]:
    """Eight upgrades from the same boundary, half of them by Alembic's own command."""
    with boundaries.clone(start) as name:
        raised = at_once(boundaries.url(name), [by_migrator, by_alembic] * 4)
        return raised + (boundaries.state(name) - wanted)


def up_and_down(boundaries: Boundaries) -> list[str]:
    """Four upgrades against four downgrades: whoever comes last decides, and it is all or none."""
    base = boundaries.states[None]
    head = boundaries.states[boundaries.steps[-1].start].schema
    with boundaries.clone(None) as name:
        raised = at_once(boundaries.url(name), [by_migrator, down, by_alembic, down] * 2)
        now = boundaries.state(name)
    wanted = State(None, base.schema, base.rows)
    if now.revision is not None:
        empty = dict.fromkeys(("tasks", "conversations", "messages"), "None")
        wanted = State(boundaries.steps[-1].start, head, {**base.rows, **empty})
    return raised + (now - wanted)
