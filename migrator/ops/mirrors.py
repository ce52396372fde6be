"""Two columns that say the same, while the release that knows one runs beside that of the other."""

from migrator.ops import sql


def mirror_columns(table: str, old: str, new: str, *, forward: str, back: str) -> None:
    """Keep `new` = `forward` and `old` = `back` in every row that is written from here on.

    Both are SQL expressions over the columns of the row. Where one statement writes both, `new`
    counts; it must have no default. Rows that are there already: `ops.backfill`.
    """
    name, before, after = _name(table, new), sql.name(old), sql.name(new)
    sql.execute(
        f"""\
CREATE FUNCTION {name}() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.{after} IS NOT NULL
        OR TG_OP = 'UPDATE' AND NEW.{after} IS DISTINCT FROM OLD.{after}
    THEN
        NEW.{before} := (SELECT {back} FROM (SELECT NEW.*) AS written);
    ELSIF TG_OP = 'INSERT' OR NEW.{before} IS DISTINCT FROM OLD.{before} THEN
        NEW.{after} := (SELECT {forward} FROM (SELECT NEW.*) AS written);
    END IF;
    RETURN NEW;
END
$$"""
    )
    sql.execute(
        f"CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON {sql.name(table)}"
        f" FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def drop_mirror(table: str, new: str) -> None:
    """End what `mirror_columns` began; both columns stay."""
    sql.execute(f"DROP TRIGGER {_name(table, new)} ON {sql.name(table)}")
    sql.execute(f"DROP FUNCTION {_name(table, new)}()")


def _name(table: str, new: str) -> str:
    return sql.name(f"mirror_{table}_{new}"[:63])
