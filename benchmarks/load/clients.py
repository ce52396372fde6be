"""Clients that ask at a fixed rate, whatever becomes of the answers.

An open loop: each operation is due at a moment fixed beforehand, and its latency counts from there.
A client that had to wait has fallen behind, and so shows what its users would have waited.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from random import Random

import psycopg

from benchmarks.load.operations import SERVICES, Client, Operation, Service, Written, WrongAnswer
from migrator.embedded import Server


@dataclass(frozen=True)
class Driver:
    """How a client talks to the database: with prepared statements, in transactions or not."""

    name: str
    prepare_threshold: int | None
    autocommit: bool = False


DRIVERS = {
    driver.name: driver
    for driver in (
        Driver("unprepared", None),
        Driver("prepared", 5),  # psycopg's own default
        Driver("autocommit", 5, autocommit=True),
    )
}


@dataclass(frozen=True)
class Done:
    """One operation; moments are those of time.monotonic, `error` is empty when it succeeded."""

    kind: str
    table: str
    due: float
    sent: float
    ended: float
    error: str

    @property
    def latency(self) -> float:
        """Seconds from when it was due."""
        return self.ended - self.due


class Load:
    """All clients of a run."""

    def __init__(self, server: Server, database: str, driver: Driver) -> None:
        self._server = server
        self._database = database
        self._driver = driver
        self._until = float("inf")
        self._generation = 0
        self.done: list[Done] = []
        self.written: list[Written] = []

    def recycle(self) -> None:
        """Have every client replace its connection before its next operation."""
        self._generation += 1

    @contextmanager
    def running(self, rate: float, tasks: int) -> Iterator[None]:
        """Ask `rate` times a second until the end of the block; then for what is still due."""
        ready = threading.Barrier(sum(service.clients for service in SERVICES) + 1)
        threads = []
        for service in SERVICES:
            for number in range(service.clients):
                self.written.append(Written())
                random = Random(f"{service.role} {number}")  # noqa: S311  nothing secret
                client = Client(number, service.clients, tasks, random, self.written[-1])
                threads.append(
                    threading.Thread(
                        target=self._client, args=(service, client, rate, ready), daemon=True
                    )
                )
        for thread in threads:
            thread.start()
        ready.wait()
        try:
            yield
        finally:
            self._until = time.monotonic()
            for thread in threads:
                thread.join()

    def _client(
        self, service: Service, client: Client, rate: float, ready: threading.Barrier
    ) -> None:
        operations, weights = list(service.mix), list(service.mix.values())
        pause = service.clients / (rate * service.rate)
        connection, generation = self._connect(service), self._generation
        ready.wait()
        start = time.monotonic() + pause * client.number / service.clients
        for number in count():
            due = start + pause * number
            if due >= self._until:
                break
            time.sleep(max(0.0, due - time.monotonic()))
            if generation != self._generation or connection.closed:
                connection.close()
                connection, generation = self._connect(service), self._generation
            (operation,) = client.random.choices(operations, weights)
            self.done.append(_do(operation, connection, client, due, service))
        connection.close()

    def _connect(self, service: Service) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self._server.socket_dir),
            port=self._server.port,
            user=service.role,
            dbname=self._database,
            application_name=f"load as {service.role}",
            prepare_threshold=self._driver.prepare_threshold,
            autocommit=self._driver.autocommit,
        )


def _do(
    operation: Operation, connection: psycopg.Connection, client: Client, due: float, of: Service
) -> Done:
    sent = time.monotonic()
    error = ""
    try:
        operation(connection, client)
        connection.commit()
    except psycopg.Error as failure:
        error = f"{failure.sqlstate}: {failure.diag.message_primary or failure}"
    except WrongAnswer as failure:
        error = f"wrong answer: {failure}"
    if error and not connection.closed:
        connection.rollback()
    table = "tasks" if of is SERVICES[0] else "user"
    return Done(operation.__name__, table, due, sent, time.monotonic(), error)
