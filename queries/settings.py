"""What the environment says about the application's database: one variable a setting."""

from functools import cache
from typing import Any

import sqlalchemy as sa
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from queries.errors import NotConfigured

# Options of other drivers in a pasted address: libpq would refuse them.
_NOT_LIBPQ = {
    "pgbouncer",
    "prepared_statement_cache_size",
    "prepared_statement_name_func",
    "schema",
    "statement_cache_size",
}


class Settings(BaseSettings):
    """DATABASE_URL and what goes with it."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    database_url: SecretStr
    # Behind PgBouncer in transaction mode; seen by itself in Neon's host names.
    database_pooled: bool = False
    # Connections that are kept, and as many again under load; a process needs few.
    database_pool_size: int = Field(default=5, ge=1, le=100)
    # Log statements, without their parameters.
    sql_echo: bool = False

    @property
    def url(self) -> sa.URL:
        """For psycopg 3, whatever driver or ORM the address was pasted from."""
        try:
            url = sa.make_url(self.database_url.get_secret_value().strip())
        except (sa.exc.ArgumentError, ValueError):
            raise NotConfigured("DATABASE_URL", "it cannot be read as an address") from None
        if url.get_backend_name() not in {"postgres", "postgresql"}:
            raise NotConfigured("DATABASE_URL", f'it is for "{url.get_backend_name()}"')
        query: dict[str, Any] = {k: v for k, v in url.query.items() if k not in _NOT_LIBPQ}
        if ssl := query.pop("ssl", None):
            query["sslmode"] = "require" if ssl in ("true", "1") else ssl
        return url.set(drivername="postgresql+psycopg", query=query)

    @property
    def pooled(self) -> bool:
        """Whether another client may have the server's session for the next transaction."""
        url = sa.make_url(self.database_url.get_secret_value().strip())
        host = (url.host or "").partition(".")[0]
        return (
            self.database_pooled or host.endswith("-pooler") or url.query.get("pgbouncer") == "true"
        )


@cache
def settings() -> Settings:
    """Read once a process. Raises NotConfigured, which repeats no value."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise NotConfigured(str(first["loc"][0]).upper(), first["msg"]) from None
