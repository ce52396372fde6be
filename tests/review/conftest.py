"""Rehearsals of plain SQL on the session's server."""

from collections.abc import Callable, Sequence

import pytest

from migrator.embedded import Server
from migrator.review.files import rehearse_sql
from migrator.review.rehearsal import Rehearsal, Transaction

Rehearse = Callable[..., Rehearsal]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: needs Chromium (apt-get install chromium)")


SETUP = """\
\\if :{?n}
\\else
\\set n 1000
\\endif
CREATE TABLE parent (id bigint PRIMARY KEY);
INSERT INTO parent SELECT g FROM generate_series(1, :n / 10) AS g;
CREATE TABLE t (
    id bigint PRIMARY KEY, parent_id bigint, code varchar(50), amount integer NOT NULL,
    placed_at timestamp, note text
);
INSERT INTO t
SELECT g, 1 + g % (:n / 10), 'code-' || g, g, timestamp '2024-01-01' + g * interval '1 minute', 'n'
FROM generate_series(1, :n) AS g;
CREATE INDEX t_placed_at ON t (placed_at);
ANALYZE;
"""
"""`t` holds n rows, `parent` a tenth of them."""

ROWS = 2000


@pytest.fixture
def rehearse(server: Server) -> Rehearse:
    """Rehearse SQL over `SETUP`, or over another setup, with 2000 rows and with 500."""

    def run(
        up: str,
        setup: str = SETUP,
        *,
        transaction: Transaction = "wrapped",
        probes: Sequence[str] = (),
        interfere: bool = False,
        rows: int = ROWS,
    ) -> Rehearsal:
        return rehearse_sql(
            up, setup, transaction, probes, server.url(), rows=rows, interfere=interfere
        )

    return run
