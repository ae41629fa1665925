"""Members hold any number of sites, directly and through areas; that they are members is said apart.

Whoever had a site is a member and holds it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "area",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("agency_id", sa.String(60), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27)),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name="fk_area_agency_id"),
        sa.PrimaryKeyConstraint("id", name="pk_area"),
    )
    op.create_index("ix_area_agency_id", "area", ["agency_id"])
    for name, left, right in (
        ("user_site", "user", "site"),
        ("area_site", "area", "site"),
        ("user_area", "user", "area"),
    ):
        _create_pairs(name, left, right)
    op.execute(
        'INSERT INTO user_site (user_id, site_id) SELECT id, site_id FROM "user" WHERE site_id IS NOT NULL'
    )
    with op.batch_alter_table("user") as table:
        table.add_column(sa.Column("member", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute('UPDATE "user" SET member = TRUE WHERE site_id IS NOT NULL')
    with op.batch_alter_table("user") as table:
        table.alter_column("member", existing_type=sa.Boolean(), server_default=None)
        table.drop_constraint("fk_user_site_id", type_="foreignkey")
        table.drop_column("site_id")
    _change_invitations()


def _create_pairs(name: str, left: str, right: str) -> None:
    op.create_table(
        name,
        sa.Column(f"{left}_id", sa.String(36), nullable=False),
        sa.Column(f"{right}_id", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint([f"{left}_id"], [f"{left}.id"], name=f"fk_{name}_{left}_id"),
        sa.ForeignKeyConstraint([f"{right}_id"], [f"{right}.id"], name=f"fk_{name}_{right}_id"),
        sa.PrimaryKeyConstraint(f"{left}_id", f"{right}_id", name=f"pk_{name}"),
    )
    op.create_index(f"ix_{name}_{right}_id", name, [f"{right}_id"])


def _change_invitations() -> None:
    with op.batch_alter_table("invitation") as table:
        for column in ("sites", "areas"):
            table.add_column(sa.Column(column, sa.String(), nullable=False, server_default="[]"))
    op.execute("UPDATE invitation SET sites = '[\"' || site_id || '\"]' WHERE site_id IS NOT NULL")
    with op.batch_alter_table("invitation") as table:
        for column in ("sites", "areas"):
            table.alter_column(column, existing_type=sa.String(), server_default=None)
        table.drop_constraint("fk_invitation_site_id", type_="foreignkey")
        table.drop_column("site_id")
