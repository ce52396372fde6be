"""What the environment says: one variable a setting, from the process or from `.env`.

Every variable stands in .env.example with what it means.
"""

from pathlib import Path
from typing import Any

from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from migrator import errors


class Settings(BaseSettings):
    """Durations are in seconds."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    database_url: SecretStr | None = None
    database_url_unpooled: SecretStr | None = None
    # Who does the work, when that is not who connects.
    migration_role: str | None = None
    # How long a server may take to wake up, or to come up.
    connect_wait: float = Field(default=30, ge=0)
    # The longest stall of the application is this budget: short, and tried many times.
    lock_timeout: float = Field(default=0.25, gt=0, le=10)
    lock_wait: float = Field(default=60)
    # An index build stops nobody, so it has one long try.
    build_timeout: float = Field(default=1800, ge=1)
    # How long to wait for another process that is migrating the same database.
    migration_lock_wait: float = Field(default=600, ge=0)

    @field_validator("lock_wait")
    @classmethod
    def _room_for_a_try(cls, wait: float, info: ValidationInfo) -> float:
        once = info.data.get("lock_timeout")
        if once is not None and wait < once:
            raise ValueError(f"{wait:g} s is shorter than one try, which LOCK_TIMEOUT says")
        return wait

    @property
    def migration_url(self) -> SecretStr | None:
        """The direct address wins: a pooler cannot carry a migration."""
        return self.database_url_unpooled or self.database_url


def load(folder: Path, **given: Any) -> Settings:
    """Read the settings of the project in `folder`.

    What is `given` (by the command line) wins, then the process's own variables, then `.env`.
    """
    path = folder / ".env"
    try:
        if path.is_file():
            _refuse_unreadable_lines(path)
        return Settings(_env_file=path, **given)
    except UnicodeDecodeError as error:
        raise errors.env_file_not_text(path.name) from error
    except PermissionError as error:
        raise errors.env_file_not_readable(path.name) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise errors.bad_setting(str(first["loc"][0]).upper(), _said(first)) from error


def _said(error: ErrorDetails) -> str:
    """Pydantic's sentence, or ours without the words that pydantic puts before it."""
    return error["msg"].removeprefix("Value error, ")


def _refuse_unreadable_lines(path: Path) -> None:
    # python-dotenv skips what it cannot read, and a skipped DATABASE_URL is another database.
    with path.open(encoding="utf-8") as stream:
        for binding in parse_stream(stream):
            if binding.error or (binding.key and binding.value is None):
                raise errors.env_file_bad_line(path.name, binding.original.line)
