"""The eight lock modes as a reader meets them: who waits, and which statements take them."""

from migrator.preflight.modes import Mode

KEEPS_WAITING = {
    Mode.ACCESS_SHARE: "Keeps only those waiting who want the table for themselves",
    Mode.ROW_SHARE: "Keeps EXCLUSIVE locks waiting, no reader or writer",
    Mode.ROW_EXCLUSIVE: "Keeps those waiting who need the table unchanged, no reader or writer",
    Mode.SHARE_UPDATE_EXCLUSIVE: "Keeps other changes of the table waiting, no reader or writer",
    Mode.SHARE: "Keeps every writer waiting, no reader",
    Mode.SHARE_ROW_EXCLUSIVE: "Keeps every writer waiting, no reader, and allows one such lock",
    Mode.EXCLUSIVE: "Keeps every writer and SELECT FOR UPDATE waiting, plain readers go on",
    Mode.ACCESS_EXCLUSIVE: "Keeps everybody waiting, a plain SELECT too",
}

TAKEN_BY = {
    Mode.ACCESS_SHARE: ("SELECT", "COPY TO", "pg_dump"),
    Mode.ROW_SHARE: (
        "SELECT FOR UPDATE or FOR SHARE",
        "the referred table while a foreign key is validated",
    ),
    Mode.ROW_EXCLUSIVE: ("INSERT", "UPDATE", "DELETE", "MERGE", "COPY FROM"),
    Mode.SHARE_UPDATE_EXCLUSIVE: (
        "VACUUM",
        "ANALYZE",
        "CREATE, DROP and REINDEX INDEX CONCURRENTLY",
        "VALIDATE CONSTRAINT",
        "SET STATISTICS",
        "ATTACH PARTITION (on the partitioned table)",
        "CREATE STATISTICS",
    ),
    Mode.SHARE: (
        "CREATE INDEX",
        "REINDEX",
        "ALTER DOMAIN ADD CONSTRAINT (on every table that uses it)",
    ),
    Mode.SHARE_ROW_EXCLUSIVE: (
        "ADD FOREIGN KEY (on both tables)",
        "CREATE TRIGGER",
        "ENABLE and DISABLE TRIGGER",
    ),
    Mode.EXCLUSIVE: ("REFRESH MATERIALIZED VIEW CONCURRENTLY",),
    Mode.ACCESS_EXCLUSIVE: (
        "most of ALTER TABLE, if only for a moment",
        "DROP TABLE",
        "DROP INDEX (on its table too)",
        "TRUNCATE",
        "VACUUM FULL",
        "CLUSTER",
        "REFRESH MATERIALIZED VIEW",
        "DETACH PARTITION",
        "ENABLE ROW LEVEL SECURITY and CREATE POLICY",
        "LOCK TABLE",
    ),
}


def named(name: str) -> Mode | None:
    """The mode of a name as SQL or pg_locks writes it, in any case."""
    wanted = name.lower().replace(" ", "").replace("_", "").replace("-", "").removesuffix("lock")
    for mode in Mode:
        if wanted == str(mode).lower().replace(" ", ""):
            return mode
    return None
