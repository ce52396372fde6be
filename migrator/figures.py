"""Measured figures in words: as exact as they are worth, and the same everywhere."""


def seconds(value: float) -> str:
    """Such as `0.4 ms`, `12 ms`, `2.3 s` or `4 min`."""
    if value < 0.00095:
        return f"{value * 1000:.1f} ms"
    if value < 0.95:
        return f"{value * 1000:.0f} ms"
    return f"{value:.1f} s" if value < 120 else f"{value / 60:.0f} min"


def size(value: float) -> str:
    """Bytes, such as `8 kB` or `1.2 GB`."""
    units = iter(("bytes", "kB", "MB", "GB"))
    unit = next(units)
    while value >= 1000 and (larger := next(units, None)):
        value, unit = value / 1024, larger
    return f"{value:.1f} {unit}" if value < 10 and unit != "bytes" else f"{value:,.0f} {unit}"


def count(number: int, what: str) -> str:
    """Such as `1 row` and `100,000 rows`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def plain(relation: str) -> str:
    """A relation as SQL names it where public is in the search path."""
    return relation.removeprefix("public.")
