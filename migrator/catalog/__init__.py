"""The whole schema of a database as plain data, and what differs between two of them.

`read` takes it out of pg_catalog, `differences` compares, `digest` names a schema in 64 characters.
Every text in it is PostgreSQL's own (pg_get_*def, format_type, pg_identify_object), so that two
spellings of one thing are equal and a difference bears the name that PostgreSQL gives the object.
"""

from migrator.catalog.codec import digest, from_json, to_json
from migrator.catalog.compare import Difference, completed, differences
from migrator.catalog.model import Catalog, Key, Object, Value, differing
from migrator.catalog.reading import read

__all__ = [
    "Catalog",
    "Difference",
    "Key",
    "Object",
    "Value",
    "completed",
    "differences",
    "differing",
    "digest",
    "from_json",
    "read",
    "to_json",
]
