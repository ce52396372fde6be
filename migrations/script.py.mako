"""${message}.

Why, and which query or caller needs it. What a revision may hold: CONTRIBUTING.md.
"""
<%
import_ops = "ops." in (upgrades or "") or "ops." in (downgrades or "")
%>
import sqlalchemy as sa
from alembic import op
% if import_ops:
from migrator import ops
% endif
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
