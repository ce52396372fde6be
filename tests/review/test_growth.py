"""What grows with the rows and what does not."""

from migrator.catalog import Catalog
from migrator.review.growth import growth
from migrator.review.observed import Observed, Rows
from migrator.review.rehearsal import Rehearsal

NONE = Catalog({})


def observed(rows: int, seconds: float) -> Observed:
    """A statement that reads one table of so many rows, another of ten, and writes some."""
    return Observed(
        0,
        "UPDATE",
        1,
        0,
        seconds,
        read={"public.t": rows, "public.small": 10},
        written={"public.t": Rows(updated=rows)},
        wal_bytes=500,
    )


def test_growth() -> None:
    large, small = observed(4000, 0.4), observed(1000, 0.1)
    run = Rehearsal(
        "18.6",
        "wrapped",
        NONE,
        NONE,
        {"public.t": 4000, "public.small": 10},
        (large,),
        smaller=(small,),
        smaller_rows={"public.t": 1000, "public.small": 10},
    )
    found = {(one.figure, one.relation): one.grows for one in growth(run, large)}
    assert found == {
        ("read", "public.small"): False,
        ("read", "public.t"): True,
        ("written", "public.t"): True,
        ("copied_bytes", None): False,
        ("wal_bytes", None): False,
        ("seconds", None): True,
    }


def test_one_size_tells_nothing() -> None:
    one = observed(4000, 0.4)
    run = Rehearsal("18.6", "wrapped", NONE, NONE, {"public.t": 4000}, (one,))
    assert growth(run, one) == ()
