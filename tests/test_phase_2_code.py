"""Phase II's own code goes on working at head: its model, its table, its statements.

Its model stands beside ours in a registry of its own. SQLModel wrote naive times until 0.0.44, and
writes aware ones since; both are right as long as the session is in UTC.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, select


def utcnow() -> datetime:
    """What Phase II called datetime.utcnow, which Python has deprecated since."""
    return datetime.now(UTC).replace(tzinfo=None)


def now() -> datetime:
    return datetime.now(UTC)


class WithNaiveTimes(SQLModel, registry=registry()):
    """Whatever is not in this project's metadata."""


class WithAwareTimes(SQLModel, registry=registry()):
    """Neither is this: two classes of one table need two."""


class NaiveTask(WithNaiveTimes, table=True):
    __tablename__: ClassVar[Any] = "tasks"

    id: int | None = Field(default=None, primary_key=True)
    user_id: str = Field(index=True)
    title: str = Field(min_length=1, max_length=200)
    description: str | None = Field(default=None)
    completed: bool = Field(default=False)
    # SQLModel's own choice for a datetime, until 0.0.44.
    created_at: datetime = Field(default_factory=utcnow, sa_type=sa.DateTime)
    updated_at: datetime = Field(
        default_factory=utcnow, sa_type=sa.DateTime, sa_column_kwargs={"onupdate": utcnow}
    )


class AwareTask(WithAwareTimes, table=True):
    __tablename__: ClassVar[Any] = "tasks"

    id: int | None = Field(default=None, primary_key=True)
    user_id: str = Field(index=True)
    title: str = Field(min_length=1, max_length=200)
    description: str | None = Field(default=None)
    completed: bool = Field(default=False)
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now, sa_column_kwargs={"onupdate": now})


# Two classes without a common base that has their fields.
TaskModel = type[Any]


@pytest.fixture(params=[NaiveTask, AwareTask])
def task_model(request: pytest.FixtureRequest) -> TaskModel:
    model: TaskModel = request.param
    return model


@pytest.fixture
def engine(head_database: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(head_database, connect_args={"options": "-c timezone=UTC"})
    yield engine
    engine.dispose()


@pytest.fixture
def user(head_database: str, make_user: Callable[..., str]) -> str:
    return make_user(head_database)


def create(engine: sa.Engine, task_model: TaskModel, user: str, title: str) -> int:
    with Session(engine) as session:
        task = task_model(user_id=user, title=title)
        session.add(task)
        session.commit()
        session.refresh(task)
        created: int = task.id
        return created


def test_its_start_up_finds_everything_there(engine: sa.Engine, task_model: TaskModel) -> None:
    executed: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *args: executed.append(args[2]))
    task_model.metadata.create_all(engine)
    assert executed
    assert all(statement.lstrip().startswith("SELECT") for statement in executed)


def test_it_creates_and_lists(engine: sa.Engine, task_model: TaskModel, user: str) -> None:
    before = now()
    created = create(engine, task_model, user, "buy milk")
    create(engine, task_model, user, "buy bread")
    with Session(engine) as session:
        query = select(task_model).where(
            task_model.user_id == user, task_model.completed == sa.false()
        )
        listed = session.exec(query).all()
        assert {task.title for task in listed} == {"buy milk", "buy bread"}
        task = session.get_one(task_model, created)
        assert (task.description, task.completed) == (None, False)
        assert before - timedelta(minutes=1) < task.created_at < now() + timedelta(minutes=1)
        assert task.created_at.utcoffset() == timedelta(0)


def test_what_it_does_not_know_has_its_default(
    engine: sa.Engine, task_model: TaskModel, user: str
) -> None:
    create(engine, task_model, user, "buy milk")
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT tags, due_date FROM tasks")).one() == ([], None)


def test_it_updates_and_completes(engine: sa.Engine, task_model: TaskModel, user: str) -> None:
    created = create(engine, task_model, user, "buy milk")
    with Session(engine) as session:
        task = session.get_one(task_model, created)
        first = task.updated_at
        task.title, task.description, task.completed = "buy bread", "of rye", True
        session.commit()
        session.refresh(task)
        assert (task.title, task.description, task.completed) == ("buy bread", "of rye", True)
        assert task.updated_at > first
        assert abs(task.updated_at - now()) < timedelta(minutes=1)


def test_it_deletes(engine: sa.Engine, task_model: TaskModel, user: str) -> None:
    created = create(engine, task_model, user, "buy milk")
    with Session(engine) as session:
        session.delete(session.get_one(task_model, created))
        session.commit()
        assert session.get(task_model, created) is None


def test_a_stale_user_is_refused(engine: sa.Engine, task_model: TaskModel, user: str) -> None:
    """New since Phase II: a token that outlived its user no longer leaves orphans."""
    with pytest.raises(sa.exc.IntegrityError, match="fk_tasks_user_id_user"):
        create(engine, task_model, "who has gone", "buy milk")
