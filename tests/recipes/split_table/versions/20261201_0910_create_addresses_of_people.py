"""Create addresses of people.

What is written to people is copied, never the other way round: two triggers that answer each other
would take the same two rows in both orders, and deadlock.
"""

import sqlalchemy as sa
from alembic import op

revision = "c96b04e7d331"
down_revision = "c96b04e7d330"


def upgrade() -> None:
    op.create_table(
        "addresses",
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("city", sa.Text),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_addresses")),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_addresses_person_id_people"),
            ondelete="CASCADE",
        ),
    )
    op.execute("""\
CREATE FUNCTION copy_address() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO addresses (person_id, city) VALUES (NEW.id, NEW.city)
    ON CONFLICT (person_id) DO UPDATE SET city = excluded.city;
    RETURN NULL;
END
$$""")
    op.execute("""\
CREATE TRIGGER copy_new_address AFTER INSERT ON people
FOR EACH ROW WHEN (NEW.city IS NOT NULL) EXECUTE FUNCTION copy_address()""")
    op.execute("""\
CREATE TRIGGER copy_address AFTER UPDATE OF city ON people
FOR EACH ROW EXECUTE FUNCTION copy_address()""")


def downgrade() -> None:
    op.execute("DROP TRIGGER copy_address ON people")
    op.execute("DROP TRIGGER copy_new_address ON people")
    op.execute("DROP FUNCTION copy_address()")
    op.drop_table("addresses")
