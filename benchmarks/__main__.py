"""`python -m benchmarks` lists the benchmarks, `python -m benchmarks <name>` runs one."""

from importlib import import_module
from pkgutil import iter_modules

import click

import benchmarks

SEED = "seed"  # a command too, with a verb of its own: make seed


class Benchmarks(click.Group):
    """Each module of this folder with a click command `main` is one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        names = sorted(module.name for module in iter_modules(benchmarks.__path__))
        return [name for name in names if self.get_command(ctx, name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        known = {module.name for module in iter_modules(benchmarks.__path__)}
        if cmd_name not in known - {SEED, "__main__"}:
            return None
        command = getattr(import_module(f"benchmarks.{cmd_name}"), "main", None)
        return command if isinstance(command, click.Command) else None


@click.command(cls=Benchmarks)
def main() -> None:
    """Measure what docs/ claims about speed."""


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
