"""One run: an application at work, somebody in the way, an upgrade, and whether all is there."""

import time
from collections import Counter
from dataclasses import dataclass, field

from benchmarks.load import stage as stages
from benchmarks.load import ways
from benchmarks.load.clients import Done, Driver, Load
from benchmarks.load.holders import FOR_EVER, Hold, holding
from benchmarks.load.operations import HELD, Written
from benchmarks.load.stage import Stage
from benchmarks.load.ways import Upgrade
from migrator import catalog

_CACHED_PLAN = "0A000: cached plan must not change result type"


@dataclass(frozen=True)
class Cell:
    """What is varied: the way to upgrade, how clients ask, who is in the way and how long."""

    way: str
    driver: Driver
    scenario: str
    rate: float
    hold: float
    lock_wait: float
    margin: float = 3.0
    """Seconds of load on either side of the upgrade, and again after connections were recycled."""


@dataclass
class Result:
    """A finished run. Latencies are in seconds, moments those of time.monotonic."""

    cell: Cell
    upgrade: Upgrade
    hold: Hold | None
    done: list[Done]
    stamps: list[tuple[float, str]]
    recycled: float
    wrong: list[str] = field(default_factory=list)
    """What is not as it must be afterwards: rows, schema, exit status."""

    def during(self) -> list[Done]:
        """Operations that overlap the upgrade."""
        return [
            one
            for one in self.done
            if one.ended >= self.upgrade.started and one.due <= self.upgrade.ended
        ]

    def before(self) -> list[Done]:
        return [one for one in self.done if one.ended < self.upgrade.started]

    def failed(self, *, recycled: bool = False) -> Counter[str]:
        """Errors with how often, before or after clients replaced their connections."""
        return Counter(
            f"{one.kind}: {one.error}"
            for one in self.done
            if one.error and (one.sent >= self.recycled) == recycled
        )

    @property
    def stall(self) -> float:
        """The longest that anybody waited for an answer during the upgrade."""
        return max(one.latency for one in self.during())

    @property
    def floor(self) -> float:
        """The same before the upgrade: what the machine does by itself."""
        return max(one.latency for one in self.before())

    def slower_than(self, seconds: float) -> int:
        return sum(one.latency > seconds for one in self.during())


def run(stage: Stage, cell: Cell) -> Result:
    """Run one cell on a fresh clone."""
    with stage.clone() as database:
        load = Load(stage.server, database, cell.driver)
        with (
            load.running(cell.rate, stage.tasks),
            ways.stamps(stage.server, database) as stamps,
        ):
            time.sleep(cell.margin)
            with holding(stage.server, database, cell.scenario, cell.hold) as hold:
                upgrade = ways.upgrade(
                    cell.way, stage.server, database, LOCK_WAIT=str(cell.lock_wait)
                )
            time.sleep(cell.margin)
            load.recycle()
            recycled = time.monotonic()
            time.sleep(cell.margin)
        result = Result(cell, upgrade, hold, load.done, stamps, recycled)
        result.wrong += _wrong_end(stage, database, cell, upgrade)
        result.wrong += _wrong_errors(stage, result)
        result.wrong += _wrong_rows(stage, database, load.written)
    return result


def _wrong_end(stage: Stage, database: str, cell: Cell, upgrade: Upgrade) -> list[str]:
    """At head after a success; on the revision it came from when somebody never let go."""
    gave_up = cell.scenario == FOR_EVER
    wanted = stage.phase_ii if gave_up else stage.head
    wrong = [
        f"schema: {one}"
        for one in catalog.differences(wanted, stages.read_catalog(stage.server, database))
    ]
    if (upgrade.exit_code != 0) != gave_up:
        wrong.append(f"exit status {upgrade.exit_code}: {upgrade.said.strip()}")
    return wrong


def _wrong_errors(stage: Stage, result: Result) -> list[str]:
    """No operation fails, but for prepared statements on columns that `plan` named beforehand.

    And those no longer, once their connections were replaced.
    """
    named = {column.split(".")[1] for column in stage.named}
    prepares = result.cell.driver.prepare_threshold is not None
    unexpected = Counter(
        f"{one.kind}: {one.error}"
        for one in result.done
        if one.error
        and not (
            prepares
            and one.error == _CACHED_PLAN
            and one.table in named
            and one.sent < result.recycled
        )
    )
    return [f"plan did not say that {times} x {error}" for error, times in unexpected.items()]


def _wrong_rows(stage: Stage, database: str, written: list[Written]) -> list[str]:
    """Every row that was there, and every write that the database acknowledged."""
    inserted = {task: title for one in written for task, title in one.inserted.items()}
    completed = {task: value for one in written for task, value in one.completed.items()}
    signed_up = {user for one in written for user in one.signed_up}
    with stage.server.connect(database) as admin:
        titles = admin.execute("SELECT id, title FROM tasks WHERE id > %s", [stage.tasks])
        values = admin.execute(
            "SELECT id, completed FROM tasks WHERE id = ANY (%s)", [list(completed)]
        )
        users = admin.execute('SELECT id FROM "user" WHERE id = ANY (%s)', [list(signed_up)])
        checks = {
            "inserted tasks": inserted.items() <= dict(titles.fetchall()).items(),
            "updated tasks": dict(values.fetchall()) == completed,
            "new users": {row[0] for row in users} == signed_up,
        }
    checks["tasks from before"] = stage.digest == stages.digest(stage.server, database, stage.tasks)
    assert HELD == 1  # noqa: S101  the digest leaves out the one that holders write
    return [f"rows: {name} differ" for name, right in checks.items() if not right]
