"""Takes over a database that Alembic has never seen.

Its tables were made by create_all or by hand. What they have to be is read from the project's first
revision, and what stands in the way of the others from its last, both built in a throwaway
database: nothing here knows the name of a table.
"""

from migrator.adopt.adoption import Adopted, adopt, examine
from migrator.adopt.finding import Finding, Level, blocking, render
from migrator.adopt.look import Orphans

__all__ = ["Adopted", "Finding", "Level", "Orphans", "adopt", "blocking", "examine", "render"]
