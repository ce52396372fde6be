"""How fast are the queries, beside the limit of the driver and beside other stores of chats?

    python -m benchmarks query_speed [--messages 1000000] [--rounds 50] [--write]
    python -m benchmarks query_speed --sizes 1000000 --sizes 10000000

A server of its own is filled with messages, of which one user has 100 conversations of 1000. The
limit is psycopg with one hand-written statement, prepared and binary, for the same rows. All take
turns in each round; a ratio is that of the medians of one round, and the tables have the median of
the rounds. Then the same through a wire that is 5 ms long, and every query by 8 clients at once.
Peers that are not installed are named and left out (`pip install --group peers`).

With --sizes only the queries are measured, on databases of these sizes, which take turns too.
Needs about 0.9 GB of disk for each million of messages, and 1.5 GB more for the peers.
"""

import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import click

from benchmarks.pictures import library
from benchmarks.speed import crowd, ours, plot, report
from benchmarks.speed.contenders import Contender, Place
from benchmarks.speed.limit import limit
from benchmarks.speed.peers import PEERS, Peer
from benchmarks.speed.rounds import Results, Turns, measure
from benchmarks.speed.stage import ROOT, Stage, heavy_conversations, stage
from benchmarks.speed.tutorial import NAME as TUTORIAL
from benchmarks.speed.tutorial import fill as fill_tutorial
from benchmarks.speed.tutorial import tutorial
from benchmarks.speed.wire import wire

PAGE = ROOT / "docs" / "performance.md"
_READ, _WRITTEN = slice(0, 16), slice(84, 100)  # of the heavy user's conversations


@click.command()
@click.option("--messages", default=1_000_000, show_default=True)
@click.option("--rounds", default=50, show_default=True)
@click.option("--clients", default=8, show_default=True, help="At once.")
@click.option("--seconds", default=30.0, show_default=True, help="Of the clients.")
@click.option("--pause", default=50.0, show_default=True, help="Of a client, ms on average.")
@click.option("--delay", default=5.0, show_default=True, help="Milliseconds, one way.")
@click.option("--sizes", multiple=True, type=int, help="Measure these sizes instead.")
@click.option("--write", is_flag=True, help="Put the tables into docs/performance.md.")
@click.option("--plot", "picture", type=click.Path(path_type=Path), help="PNG beside the limit.")
def main(
    messages: int,
    rounds: int,
    clients: int,
    seconds: float,
    pause: float,
    delay: float,
    sizes: Sequence[int],
    write: bool,
    picture: Path | None,
) -> None:
    """Measure the queries against the limit and other stores of chats."""
    if picture:
        library()  # says that it is missing now, and not when all is done
    with asyncio.Runner() as runner:
        if sizes:
            parts = _sizes(sorted(sizes), rounds)
        else:
            ask = partial(crowd.measure, clients=clients, seconds=seconds, pause=pause / 1000)
            parts = _speed(messages, rounds, ask, delay / 1000, runner, picture)
    for name, part in parts.items():
        print(f"{name}\n\n{part}\n")
    if write:
        report.write(PAGE, parts)


def _speed(
    messages: int,
    rounds: int,
    crowded: Callable[[Place], crowd.Times],
    delay: float,
    runner: asyncio.Runner,
    picture: Path | None,
) -> dict[str, str]:
    with stage(messages) as prepared, ExitStack() as stack:
        place = _place(prepared, messages)
        peers = [peer for peer in PEERS if not peer.missing()]
        for missing in set(PEERS) - set(peers):
            _say(f'"{missing.name}" is not installed, and left out: pip install --group peers')
        turns = _fill(prepared, place, peers, runner)
        _say("near")
        near = measure(_contenders(stack, runner, place, peers), turns, rounds, runner=runner)
        _say("far")
        far, counted = _far(prepared, place, peers, turns, delay, runner)
        _say("many clients")
        many = crowded(place)
        names = [TUTORIAL, *(peer.name for peer in peers)]
        if picture:
            plot.draw(near, [ours.PLAIN, ours.ASK, ours.SESSION, *names], picture)
        for one in report.slower(near, names):
            _say(f"not slower than ours: {one}")
        return {
            "machine": report.machine(prepared.version, messages, rounds),
            "speed": report.speed(near),
            "policies": report.policies(near),
            "peers": report.peers(near, names),
            "far": report.far(far, counted),
            "crowd": report.crowd(many),
        }


def _place(prepared: Stage, messages: int) -> Place:
    server = prepared.server
    return Place(server.socket_dir, server.port, prepared.databases[messages])


def _fill(prepared: Stage, place: Place, peers: Sequence[Peer], runner: asyncio.Runner) -> Turns:
    with prepared.server.connect(place.database) as admin:
        for name, fill in [(TUTORIAL, None), *((peer.name, peer.fill) for peer in peers)]:
            _say(f"the same rows for {name}")
            if fill is None:
                fill_tutorial(place, admin)
            else:
                fill(place, admin, lambda awaited: runner.run(_awaited(awaited)))
        admin.execute("VACUUM (ANALYZE)")
        admin.execute("CHECKPOINT")
        found = heavy_conversations(admin, 100)
    return Turns(found[_READ], found[_WRITTEN])


async def _awaited(awaited: Any) -> Any:
    return await awaited


def _contenders(
    stack: ExitStack, runner: asyncio.Runner, place: Place, peers: Sequence[Peer]
) -> list[Contender]:
    made = [limit(place), *ours.contenders(place), tutorial(place)]
    made += [peer.make(place) for peer in peers]
    for one in made:
        stack.callback(_close, one, runner)
    return made


def _close(contender: Contender, runner: asyncio.Runner) -> None:
    closing = contender.close()
    if asyncio.iscoroutine(closing):
        runner.run(closing)


def _far(
    prepared: Stage,
    place: Place,
    peers: Sequence[Peer],
    turns: Turns,
    delay: float,
    runner: asyncio.Runner,
) -> tuple[Results, dict[tuple[str, str], tuple[int, int]]]:
    """Everybody at the end of a long wire, where each round trip shows."""
    server = prepared.server
    counted: dict[tuple[str, str], tuple[int, int]] = {}
    with wire(server.socket_dir / f".s.PGSQL.{server.port}", delay) as long, ExitStack() as stack:
        away = Place(place.socket, place.port, place.database, long.port)
        all_ = _contenders(stack, runner, away, peers)
        found = measure(all_, turns, 2, 6, runner)
        for one in all_:
            for name, operation in one.operations.items():
                before = long.turns, long.statements
                done = operation(turns.of(name, 1)[0])
                if asyncio.iscoroutine(done):
                    runner.run(done)
                counted[name, one.name] = (long.turns - before[0], long.statements - before[1])
    return found, counted


def _sizes(sizes: Sequence[int], rounds: int) -> dict[str, str]:
    """The databases take turns, a round each."""
    with stage(*sizes) as prepared, ExitStack() as stack:
        found = {size: Results() for size in sizes}
        waiting = []
        for size in sizes:
            place = _place(prepared, size)
            with prepared.server.connect(place.database) as admin:
                known = heavy_conversations(admin, 100)
            made = {one.name: one for one in ours.contenders(place)}
            for one in made.values():
                stack.callback(one.close)
            asking = made[ours.ASK]
            waiting.append((size, asking, Turns(known[_READ], known[_WRITTEN])))
        for _ in range(rounds):
            for size, asking, turns in waiting:
                for cell, times in measure(
                    [asking], turns, 1, 30, warm=not found[size].times
                ).times.items():
                    found[size].times.setdefault(cell, []).extend(times)
        cells = list(found[sizes[0]].times)
        return {
            "sizes": report.sizes(found, cells),
            "sizes-machine": report.machine(prepared.version, max(sizes), rounds),
        }


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks query_speed")
