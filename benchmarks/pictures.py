"""What draws the pictures of docs/: matplotlib, which only they need."""

from importlib import import_module
from typing import Any

import click


def library() -> Any:
    """matplotlib.pyplot, without a screen. Raises ClickException that says how to get it."""
    try:
        import_module("matplotlib").use("Agg")
        return import_module("matplotlib.pyplot")
    except ModuleNotFoundError as error:
        raise click.ClickException(
            "--plot needs matplotlib: .venv/bin/pip install matplotlib"
        ) from error
