"""Names and numbers in sentences."""


def shown(name: str) -> str:
    """A full name for a sentence: without the schema that everybody means, in double quotes."""
    return '"' + name.replace('"', "").removeprefix("public.") + '"'


def size(bytes_: float) -> str:
    """A number of bytes in three digits, such as `1.2 GB`; units of 1024, as pg_size_pretty's."""
    for unit in ("B", "kB", "MB", "GB"):
        if bytes_ < 1024:
            return f"{bytes_:.0f} {unit}" if unit == "B" or bytes_ >= 10 else f"{bytes_:.1f} {unit}"
        bytes_ /= 1024
    return f"{bytes_:.1f} TB"
