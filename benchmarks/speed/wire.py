"""A wire that can be long and that counts what goes over it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue

# Of PostgreSQL's protocol: a message is its kind, its length without the kind, and the rest. These
# kinds make the server run a statement, and those are what a client waits for the answer to. Before
# the start of version 3 messages have no kind.
_EXECUTE, _QUERY, _SYNC = b"EQS"
_VERSION_3 = b"\0\3"


class Wire:
    """Connections from `port` to the server's socket, each byte `delay` seconds late, both ways.

    `turns` counts what a client waits for, one thing after the other: round trips. `statements`
    counts what the server is told to execute.
    """

    def __init__(self, server: Path, delay: float = 0.0) -> None:
        self.turns = 0
        self.statements = 0
        self.delay = delay
        self._server = server
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        for one in (self._listening, *self._open):
            with suppress(OSError):  # it is closed already
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:  # closed
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(self._server))
            self._open += [client, server]
            _Connection(self, client, server)


class _Connection:
    """Two directions, each with a thread that reads and, on a long wire, one that writes."""

    def __init__(self, wire: Wire, client: socket.socket, server: socket.socket) -> None:
        self._wire = wire
        self._counted = b""
        self._started = False
        for source, target in ((client, server), (server, client)):
            pipe: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
            write = (_late, (pipe, target))
            read = (self._read, (source, target, pipe, source is client))
            for function, arguments in (write, read) if wire.delay else (read,):
                threading.Thread(target=function, args=arguments, daemon=True).start()

    def _read(
        self,
        source: socket.socket,
        target: socket.socket,
        pipe: "SimpleQueue[tuple[float, bytes]]",
        speaks: bool,
    ) -> None:
        data = b"."
        while data:
            try:
                data = source.recv(65536)
            except OSError:  # the wire is closed
                data = b""
            if speaks:
                self._count(data)
            if self._wire.delay:
                pipe.put((time.monotonic() + self._wire.delay, data))
            else:
                _send(target, data)

    def _count(self, data: bytes) -> None:
        self._counted += data
        while len(self._counted) >= 5:
            kind = self._counted[0] if self._started else None
            at = 1 if self._started else 0
            end = at + int.from_bytes(self._counted[at : at + 4])
            if len(self._counted) < end:
                return
            self._wire.statements += kind in (_EXECUTE, _QUERY)
            self._wire.turns += kind in (_SYNC, _QUERY)
            self._started = self._started or self._counted[4:6] == _VERSION_3
            self._counted = self._counted[end:]


def _late(pipe: "SimpleQueue[tuple[float, bytes]]", target: socket.socket) -> None:
    data = b"."
    while data:
        due, data = pipe.get()
        time.sleep(max(0.0, due - time.monotonic()))
        _send(target, data)


def _send(target: socket.socket, data: bytes) -> None:
    """No data is the end of it."""
    with suppress(OSError):  # the other side is gone already
        if data:
            target.sendall(data)
        else:
            target.shutdown(socket.SHUT_WR)


@contextmanager
def wire(server: Path, delay: float = 0.0) -> Iterator[Wire]:
    """`server` is the socket of PostgreSQL; `delay` is in seconds, one way."""
    made = Wire(server, delay)
    try:
        yield made
    finally:
        made.close()
