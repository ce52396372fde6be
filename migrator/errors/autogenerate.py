"""What autogenerate cannot decide by itself."""

from migrator.errors.base import MigratorError, Refused


def rename_or_not(before: str, after: str, option: str) -> Refused:
    return Refused(
        f'"{before}" is gone and "{after}" is new: renamed, or dropped and added?',
        detail="dropping and adding would lose the rows; nobody can be asked here",
        hint=f"alembic -x rename={option} revision --autogenerate -m …; "
        "or -x rename=no when nothing was renamed",
    )


def no_such_rename(given: list[str], possible: list[str]) -> MigratorError:
    return MigratorError(
        f'nothing was renamed as "{", ".join(given)}" says',
        detail=f"what may have been: {', '.join(possible)}"
        if possible
        else "no table and no column is gone while another of its type is new",
        hint="it is -x rename=<table>.<column>:<new name>, or -x rename=<table>:<new name>",
    )
