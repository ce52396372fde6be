"""Are there connections left, for the migration and for the application beside it?"""

from collections.abc import Iterator

from migrator.preflight.finding import Finding
from migrator.preflight.look import Look
from migrator.preflight.words import database as words

# usesysid: background processes have none, and count towards no limit.
_FREE = """
WITH sessions AS (
    SELECT datname, usename FROM pg_stat_activity WHERE usesysid IS NOT NULL
)
SELECT current_setting('max_connections')::int
        - CASE WHEN r.rolsuper THEN 0 ELSE
            current_setting('superuser_reserved_connections')::int
            + coalesce(current_setting('reserved_connections', true)::int, 0) END
        - (SELECT count(*) FROM sessions) AS free, 'max_connections' AS limited_by
FROM pg_roles AS r WHERE r.rolname = session_user
UNION ALL
SELECT datconnlimit - (SELECT count(*) FROM sessions WHERE sessions.datname = d.datname),
    'the limit of the database'
FROM pg_database AS d WHERE datname = current_database() AND datconnlimit >= 0
UNION ALL
SELECT rolconnlimit - (SELECT count(*) FROM sessions WHERE usename = rolname),
    'the limit of role "' || rolname || '"'
FROM pg_roles WHERE rolname = session_user AND rolconnlimit >= 0
ORDER BY free LIMIT 1
"""


def find(look: Look) -> Iterator[Finding]:
    free, limited_by = look.rows(_FREE)[0]
    if free < look.limits.spare_connections:
        yield words.few_connections(max(free, 0), look.limits.needed_connections, limited_by)
