"""A proxy that counts round trips: how often the client speaks after it has listened."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Proxy:
    """For one connection after the other; `turns` goes on counting."""

    def __init__(self, server: Path) -> None:
        self.turns = 0
        self._server = server
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:  # closed
                return
            with client, socket.socket(socket.AF_UNIX) as server:
                server.connect(str(self._server))
                self._pass_on(client, server)

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        speaking = server
        while True:
            for source in select.select([client, server], [], [])[0]:
                data = source.recv(65536)
                if not data:
                    return
                if source is client and speaking is server:
                    self.turns += 1
                speaking = source
                (server if source is client else client).sendall(data)


@contextmanager
def proxy(server: Path) -> Iterator[Proxy]:
    """`server` is the socket of PostgreSQL."""
    made = Proxy(server)
    try:
        yield made
    finally:
        made.close()
