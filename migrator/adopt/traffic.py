"""Who is at work on the database just now, and in which time zone."""

from collections.abc import Iterator

from migrator.adopt.finding import Finding
from migrator.adopt.look import Look
from migrator.adopt.words import access as words
from migrator.catalog import Object

LONG = 60
"""Seconds after which a transaction counts as long."""

# What another role's session does is hidden from a role without pg_read_all_stats; its locks are
# not. Whether one that holds a table is in a long transaction cannot be told.
_TRANSACTIONS = """
SELECT a.pid, coalesce(a.application_name, '') AS application, a.usename AS role, a.state,
    extract(epoch FROM now() - a.xact_start)::int AS seconds, held.identity,
    quote_ident(current_user) AS me
FROM pg_stat_activity AS a
LEFT JOIN LATERAL (
    SELECT identity FROM pg_locks AS l
    JOIN unnest(CAST(:tables AS text[])) AS identity ON to_regclass(identity) = l.relation
    WHERE l.pid = a.pid AND l.granted
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ORDER BY identity LIMIT 1
) AS held ON true
WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
    AND coalesce(a.backend_type, 'client backend') = 'client backend'
    AND (a.xact_start < now() - make_interval(secs => :long)
        OR a.xact_start IS NULL AND held.identity IS NOT NULL)
ORDER BY a.xact_start
"""

# A prepared transaction has no process; its locks share the virtual id of the one on its own id.
_PREPARED = """
SELECT DISTINCT ON (p.gid) p.gid, p.owner::text,
    extract(epoch FROM now() - p.prepared)::int AS seconds, identity
FROM pg_prepared_xacts AS p
JOIN pg_locks AS own ON own.locktype = 'transactionid' AND own.transactionid = p.transaction
    AND own.pid IS NULL
JOIN pg_locks AS l ON l.virtualtransaction = own.virtualtransaction AND l.pid IS NULL
JOIN unnest(CAST(:tables AS text[])) AS identity ON to_regclass(identity) = l.relation
WHERE p.database = current_database()
ORDER BY p.gid, identity
"""

_ZONE = """
SELECT reset_val, quote_ident(current_database()) FROM pg_settings WHERE name = 'TimeZone'
"""

_UTC = frozenset({"utc", "etc/utc", "gmt", "etc/gmt", "etc/uct", "uct", "zulu", "etc/zulu"})


def traffic(look: Look) -> Iterator[Finding]:
    """Transactions that adopt or a later revision would wait for, and the zone of sessions."""
    tables = look.shapes.tables
    for row in look.rows(_TRANSACTIONS, tables=tables, long=LONG):
        who = f'"{row.application}" of role "{row.role}"'
        if row.seconds is None:
            yield words.transaction_hidden(row.pid, who, row.identity, row.me)
        elif row.identity:
            yield words.transaction_on_table(row.pid, who, row.state, row.seconds, row.identity)
        else:
            yield words.transaction_open(row.pid, who, row.state, row.seconds)
    for row in look.rows(_PREPARED, tables=tables):
        yield words.prepared(row.gid, row.owner, row.seconds, row.identity)
    for zone, database in look.rows(_ZONE):
        if zone.lower() not in _UTC:
            yield words.time_zone(zone, database)


def publications(look: Look) -> Iterator[Finding]:
    """Publications that send tables of the baseline."""
    for (kind, identity), one in sorted(look.live.objects.items()):
        if kind == "publication":
            listed = {line.split(" ")[0] for line in _listed(one, "tables")}
            sent = [
                table
                for table in look.shapes.tables
                if "all tables" in one.attributes
                or table in listed
                or table.rpartition(".")[0] in _listed(one, "schemas")
            ]
            if sent:
                yield words.publication(identity, sent)


def _listed(one: Object, name: str) -> list[str]:
    value = one.attributes.get(name)
    return value if isinstance(value, list) else []
