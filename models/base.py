"""What every table shares: the naming convention, what PostgreSQL can store, column helpers."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from inspect import cleandoc
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import AfterValidator, AwareDatetime, ConfigDict
from sqlalchemy import event
from sqlalchemy.orm import Mapper
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

# Constraints are named here once, so that a revision can drop what an earlier one created.
# Set before any table class exists: SQLAlchemy names a constraint when it is attached.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = SQLModel.metadata


_SURROGATE = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    """Refuse what PostgreSQL's text cannot hold."""
    if "\x00" in text:
        raise ValueError("text must not contain NUL characters")
    if _SURROGATE.search(text):
        raise ValueError("text must not contain surrogates")
    return text


# Stands after the limits of a length: behind a function pydantic calls characters "items".
Storable = AfterValidator(storable)

Text = Annotated[str, Storable]
"""A string that PostgreSQL can store."""


def _in_utc(moment: datetime) -> datetime:
    """The same instant in UTC, which is how it comes back from the database."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("time must lie between the years 1 and 9999 in UTC") from error


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""An instant: a time with its zone. A naive one is refused, whose instant nobody knows."""

UserId = Annotated[str, Field(min_length=1), Storable]
"""The `sub` of a Better Auth token: 32 characters by default, never parsed."""


class Base(SQLModel):
    """Of every table: values are validated when they are given, docstrings become comments."""

    model_config = ConfigDict(  # type: ignore[assignment]
        validate_assignment=True, use_attribute_docstrings=True, hide_input_in_errors=True
    )


class Input(SQLModel):
    """Of every input model: what a caller may send, and nothing else. Errors do not repeat it."""

    model_config = ConfigDict(  # type: ignore[assignment]
        extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True
    )


@event.listens_for(Base, "instrument_class", propagate=True)
def _docstrings_become_comments(mapper: Mapper[Any], cls: type[Base]) -> None:
    """One text for the reader of the code and the reader of the database: `COMMENT ON`."""
    table = mapper.local_table
    if not isinstance(table, sa.Table) or table.info.get("external"):
        return
    table.comment = cleandoc(cls.__doc__ or "").partition("\n\n")[0].replace("\n", " ")
    for name, field in cls.model_fields.items():
        if field.description:
            table.columns[name].comment = field.description.replace("\n", " ")


new_id: Callable[[], UUID] = uuid7


def _now() -> datetime:
    return datetime.now(UTC)


# Each call makes its own Field: a Column object cannot be shared between tables. Keys and times
# are also made by the database, so that plain SQL inserts work and agree.
def uuid_key() -> Any:
    """A uuid primary key: version 7 from the client, random from the database."""
    return Field(
        default_factory=new_id,
        primary_key=True,
        sa_type=sa.Uuid,
        sa_column_kwargs={"server_default": sa.func.gen_random_uuid()},
    )


def _timestamp(**column: Any) -> Any:
    return Field(
        default_factory=_now,
        nullable=False,
        sa_type=sa.DateTime(timezone=True),
        sa_column_kwargs={"server_default": sa.func.now(), **column},
    )


created_at: Callable[[], Any] = _timestamp
updated_at: Callable[[], Any] = partial(_timestamp, onupdate=_now)

__all__ = [
    "UUID",
    "Base",
    "Input",
    "Moment",
    "Storable",
    "Text",
    "UserId",
    "created_at",
    "metadata",
    "new_id",
    "storable",
    "updated_at",
    "uuid_key",
]
