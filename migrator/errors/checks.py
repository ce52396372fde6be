"""The rendered SQL, and what `make check` finds."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrator.errors.base import MigratorError

if TYPE_CHECKING:
    from migrator.catalog import Difference
    from migrator.lint import Violation


def not_renderable(revision: str, name: str, direction: str, error: Exception) -> MigratorError:
    return MigratorError(
        f'revision {revision} ("{name}") cannot be rendered as SQL for its {direction}',
        detail=" ".join(str(error).split()),
        hint="a revision must not ask the database: let SQL decide, as migrator/ops does",
    )


def revision_not_readable(name: str, error: Exception) -> MigratorError:
    return MigratorError(
        f'"{name}" cannot be read as a revision',
        detail=" ".join(str(error).split()),
        hint='it is Python with lines such as revision = "<id>" and down_revision = "<id>"',
    )


def no_such_revision_file(path: str) -> MigratorError:
    return MigratorError(f'there is no file "{path}"', hint="name files of versions/, or none")


def revision_fails(revision: str, name: str, error: MigratorError) -> MigratorError:
    return MigratorError(
        f'revision {revision} ("{name}") does not run on a new database',
        detail=error.message,
        hint=error.hint,
    )


def dump_failed(report: str) -> MigratorError:
    return MigratorError("pg_dump failed", detail=" ".join(report.split()))


def schema_in_motion(tries: int, reason: str) -> MigratorError:
    return MigratorError(
        f"could not read the schema, somebody is changing it ({tries} tries)",
        detail=reason,
        hint="run it again when that change is done",
    )


@dataclass(frozen=True)
class Finding:
    """Something wrong in the project, found without touching a database that anybody uses."""

    message: str
    detail: str
    hint: str

    @classmethod
    def of(cls, error: MigratorError) -> "Finding":
        return cls(error.message, error.detail or "", error.hint or "")

    def __str__(self) -> str:
        parts = [("finding", self.message), ("detail", self.detail), ("hint", self.hint)]
        return "\n".join(f"{name}: {text}" for name, text in parts if text)


def rule_broken(violation: "Violation") -> Finding:
    return Finding(str(violation), "", violation.hint)


def sql_stale(folder: str, names: list[str]) -> Finding:
    return Finding(
        f'"{folder}" is not what the revisions render to',
        "differing: " + ", ".join(names[:4]) + (f" and {len(names) - 4} more" if names[4:] else ""),
        "run `make sql` and commit what it writes",
    )


def not_rehearsed(path: str, *, edited: bool) -> Finding:
    return Finding(
        f'"{path}" was {"edited after its rehearsal" if edited else "never rehearsed"}',
        "which locks it takes, and what it rewrites and loses, is not known",
        "run `make review` and commit what it writes into sql/",
    )


def revision_edited(path: str) -> Finding:
    return Finding(
        f'"{path}" was edited after its SQL was rendered',
        "a database that has applied it does not apply it again",
        f"once it is on main: git checkout -- {path}, and write a new revision; "
        "as long as it is only yours: make sql",
    )


def revision_gone(path: str) -> Finding:
    return Finding(
        f'"{path}" is gone',
        "a database that has applied it can go neither up nor down without it",
        f"once it is on main: git checkout -- {path}; as long as it was only yours: make sql",
    )


def not_a_revision_name(name: str) -> Finding:
    return Finding(
        f'"{name}" is not named as a revision',
        "the order of the names is the order of history",
        "name it YYYYMMDD_HHMM_<slug>.py, as `make revision` does",
    )


def no_revision_id(name: str) -> Finding:
    return Finding(f'"{name}" has no revision id', "", 'it needs a line revision = "<id>"')


def same_revision_id(revision: str, names: list[str]) -> Finding:
    return Finding(
        f"{len(names)} files are revision {revision}",
        ", ".join(names),
        "give the newest one an id of its own, of 12 hexadecimal digits",
    )


def follows_nothing(name: str, below: str) -> Finding:
    return Finding(
        f'"{name}" follows revision {below}, which does not exist',
        "no database can be upgraded past that gap",
        "restore the missing file, or set down_revision to the revision that it shall follow",
    )


def several_bases(names: list[str]) -> Finding:
    return Finding(
        f"{len(names)} revisions follow none",
        ", ".join(names),
        "only the first of all has down_revision = None; set it in the others",
    )


def circle(names: list[str]) -> Finding:
    return Finding(
        f"{len(names)} revisions follow each other in a circle",
        ", ".join(names),
        "set down_revision of one of them to the head of the others",
    )


def out_of_order(newer: str, older: str) -> Finding:
    return Finding(
        f'"{newer}" follows "{older}" and is named as if it came before',
        "the order of the names is the order of history",
        "give the file a later time, then make sql",
    )


def models_differ(difference: "Difference", origin: str | None = None) -> Finding:
    """Models are what is expected, revisions what is actual; `origin` is the one that did it."""
    name = f'{difference.kind} "{difference.object}"'
    if difference.attribute:
        message = f"the revisions build another {name} than the models describe"
    elif difference.actual is None:
        message = f"the revisions do not build {name} of the models"
    else:
        message = f"the revisions build {name}, which the models do not have"
    return Finding(
        message,
        str(difference) + (f'; built by "{origin}"' if origin else ""),
        'make revision m="…" brings the database to the models; or correct the models',
    )


def no_row_security(table: str, policies: int) -> Finding:
    return Finding(
        f'table "{table}" has no row-level security',
        f"it has {policies} policies, but they are not enabled"
        if policies
        else "whoever may read it sees the rows of every user",
        'describe its policies beside the models, or say why not: info={"row_security": "none: …"}',
    )


def page_stale(name: str) -> Finding:
    return Finding(
        f'"{name}" is not what it is rendered from says',
        "the models, the revisions, the decisions or the errors have changed since",
        "run `make docs` and commit what it writes",
    )


def no_marker(name: str, marker: str) -> MigratorError:
    return MigratorError(
        f'"{name}" has no place for its generated part',
        hint=f"put <!-- {marker} --> and <!-- /{marker} --> where it belongs",
    )
