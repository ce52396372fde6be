"""The schedule of tries, and the sentences about settings that cannot be."""

import time
from pathlib import Path

import pytest

from migrator import errors, settings
from migrator.budget import SCHEDULE, Tries, milliseconds
from migrator.connection import settle
from tests.database import opened


def test_pauses_grow_by_the_table() -> None:
    tries = Tries(once=1, total=1_000_000)
    for stage in SCHEDULE[:2]:
        for _ in range(stage.tries):
            pause = tries.pause()
            assert pause is not None
            assert stage.least <= pause <= stage.most
    last = tries.pause()
    assert last is not None
    assert SCHEDULE[-1].least <= last <= SCHEDULE[-1].most


def test_the_last_try_ends_with_the_total() -> None:
    tries = Tries(once=0.01, total=0.2)
    pauses = [tries.pause()]
    while pauses[-1] is not None:
        time.sleep(pauses[-1] + 0.01)
        left = 0.2 - 0.01 - tries.waited
        pauses.append(tries.pause())
        assert (pauses[-1] or 0) <= max(left, 0)
    assert tries.failed == len(pauses) > 1


def test_a_total_of_one_try() -> None:
    tries = Tries(once=0.25, total=0.25)
    time.sleep(0.001)
    assert tries.pause() is None


@pytest.mark.parametrize(
    ("given", "name", "reason"),
    [
        (
            {"lock_timeout": 0.5, "lock_wait": 0.2},
            "LOCK_WAIT",
            "0.2 s is shorter than one try, which LOCK_TIMEOUT says",
        ),
        ({"lock_timeout": 0}, "LOCK_TIMEOUT", "input should be greater than 0"),
        ({"lock_timeout": 60}, "LOCK_TIMEOUT", "input should be less than or equal to 10"),
        ({"build_timeout": 0}, "BUILD_TIMEOUT", "input should be greater than or equal to 1"),
        ({"connect_wait": -1}, "CONNECT_WAIT", "input should be greater than or equal to 0"),
    ],
)
def test_settings_that_cannot_be(
    tmp_path: Path, given: dict[str, float], name: str, reason: str
) -> None:
    with pytest.raises(errors.MigratorError) as caught:
        settings.load(tmp_path, **given)
    assert str(caught.value) == (
        f'error: "{name}" has a value that cannot be used\n'
        f"detail: {reason}\n"
        "hint: see .env.example for what it means"
    )


def test_no_limit_is_rounded_to_none() -> None:
    assert (milliseconds(0.25), milliseconds(0.00001)) == ("250ms", "1ms")


def test_the_session_knows_both_budgets(head_database: str) -> None:
    with opened(head_database) as connection:
        settle(connection, 0.25, build_timeout=milliseconds(1800))
        said = [
            connection.exec_driver_sql(f"SHOW {name}").scalar_one()
            for name in ("lock_timeout", "migrator.build_timeout", "statement_timeout")
        ]
    assert said == ["250ms", "1800000ms", "0"]
