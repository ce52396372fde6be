"""The project and its settings."""

from pathlib import Path

from migrator.errors.base import MigratorError


def no_alembic_ini(path: Path) -> MigratorError:
    return MigratorError(
        f'no "{path}"',
        hint="run this in the project's folder, or name the file: --config path/to/alembic.ini",
    )


def no_option(option: str) -> MigratorError:
    return MigratorError(
        f'alembic.ini has no "{option}" in its section [migrator]',
        hint=f"add it: {option} = %(here)s/…",
    )


def env_file_not_text(name: str) -> MigratorError:
    return MigratorError(f'"{name}" is not UTF-8 text', hint="compare it with .env.example")


def env_file_not_readable(name: str) -> MigratorError:
    return MigratorError(
        f'"{name}" cannot be read: permission denied',
        hint="set the variables in the environment, or give this user the right to read the file",
    )


def env_file_bad_line(name: str, line: int) -> MigratorError:
    return MigratorError(
        f'"{name}" cannot be understood at line {line}',
        detail="a line is NAME=value; a value with spaces, quotes or # stands in quotes",
        hint="compare it with .env.example; nothing was read from it",
    )


def bad_setting(name: str, reason: str) -> MigratorError:
    return MigratorError(
        f'"{name}" has a value that cannot be used',
        detail=reason[:1].lower() + reason[1:],
        hint="see .env.example for what it means",
    )
