"""Can this server be migrated at all, and is it the one that the rehearsal ran on?

That it is not too old, and not behind a pooler, is seen to as the connection is made.
"""

from collections.abc import Iterator

from migrator.preflight.finding import Finding
from migrator.preflight.look import Look
from migrator.preflight.words import database as words

_STATE = """
SELECT pg_is_in_recovery(), current_setting('default_transaction_read_only')::bool,
    current_setting('server_version')
"""


def find(look: Look) -> Iterator[Finding]:
    standby, read_only, version = look.rows(_STATE)[0]
    if standby:
        yield words.standby()
    elif read_only:
        yield words.read_only()
    rehearsed = look.rehearsal.version if look.rehearsal else version
    if _major(rehearsed) != _major(version):
        yield words.other_version(rehearsed, version)


def _major(version: str) -> str:
    return version.partition(".")[0]
