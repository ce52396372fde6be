<%! from migrator.autogenerate import template %>"""${message.removesuffix(".")}.

${template.why(config, up_revision)}
"""

${template.imports(upgrades, downgrades)}

revision = ${template.quoted(up_revision)}
down_revision = ${template.quoted(down_revision)}${template.acknowledged(config, up_revision, downgrades)}


def upgrade() -> None:
    ${template.body(upgrades)}


def downgrade() -> None:
    ${template.body(downgrades)}
