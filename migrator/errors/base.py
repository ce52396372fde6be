"""What every error of the tool is made of."""

from alembic.util import CommandError


class MigratorError(CommandError):
    """The verb could not run: exit status 2."""

    exit_code = 2  # Alembic's own command line prints a CommandError without a traceback.

    def __init__(self, message: str, *, detail: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        self.hint = hint

    def __str__(self) -> str:
        parts = [("error", self.message), ("detail", self.detail), ("hint", self.hint)]
        return "\n".join(f"{name}: {text}" for name, text in parts if text)


class Refused(MigratorError):
    """The verb ran, found something against it and changed nothing: exit status 1."""

    exit_code = 1


def unquoted(table: str) -> str:
    """A name for between the double quotes of a message."""
    return table.replace('"', "")
