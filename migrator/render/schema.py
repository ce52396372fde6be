"""sql/schema.sql: the schema at head as pg_dump writes it, without what others own.

A dump from before the first revision says what is not ours: its tables and grants, and pg_dump's
own settings, which differ from version to version. Roles belong to the cluster, not to the schema.
"""

from migrator.builds import beside_others, by_revisions
from migrator.dump import dump
from migrator.project import Project
from migrator.render.layout import lay_out

NAME = "schema.sql"

_HEADER = """\
-- The schema at head, revision {head}, to read: a database gets it by the revisions.
-- Beside it stand the tables of others ({others}); the roles in its grants are made by the
-- revisions. Rendered by `make sql`: never edited.
"""


def render_schema(project: Project) -> str:
    with beside_others(project) as connection:
        others = dump(project, connection, "--schema-only")
        by_revisions(project, connection)
        found = dump(project, connection, "--schema-only")
    head = project.script.get_current_head()
    text = [_HEADER.format(head=head, others=project.path("external_tables").name)]
    text += [f"{lay_out(one)}\n" for one in found if one not in others]
    return "\n".join(text)
