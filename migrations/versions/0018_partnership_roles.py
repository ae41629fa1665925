"""Roles that somebody holds in one partnership, and the agency that leads it and gives them.

Whoever could run the meetings of a partnership before, by a role in an agency that sits in it, holds that
role in the partnership now. It is led by the agency of its chair.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    for name in ("user", "invitation"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("partnership_roles", sa.String(), nullable=False, server_default="[]"))
        with op.batch_alter_table(name) as table:
            table.alter_column("partnership_roles", existing_type=sa.String(), server_default=None)
    with op.batch_alter_table("person_change") as table:
        table.add_column(sa.Column("partnership_id", sa.String(60)))
        table.create_foreign_key("fk_person_change_partnership_id", "partnership", ["partnership_id"], ["id"])
    with op.batch_alter_table("partnership") as table:
        table.add_column(sa.Column("lead", sa.String(60)))
    _give()
    with op.batch_alter_table("partnership") as table:
        table.alter_column("lead", existing_type=sa.String(60), nullable=False)
        table.create_foreign_key("fk_partnership_lead", "agency", ["lead"], ["id"])
        table.drop_constraint("fk_partnership_chair", type_="foreignkey")
        table.drop_column("chair")


def _give() -> None:
    connection = op.get_bind()
    able = 'SELECT id, agency_id, roles FROM "user" WHERE site_id IS NULL AND NOT disabled AND NOT service'
    people = connection.execute(sa.text(able)).all()
    held: dict[str, list[list[str]]] = {}
    for row in connection.execute(sa.text("SELECT id, agencies, chair FROM partnership ORDER BY id")).all():
        agencies = json.loads(row.agencies)
        chairs = [each.agency_id for each in people if each.id == row.chair]
        lead = {"lead": (chairs or sorted(agencies))[0], "id": row.id}
        connection.execute(sa.text("UPDATE partnership SET lead = :lead WHERE id = :id"), lead)
        for each in people:
            roles = {"chair", "coordinator"} & set(json.loads(each.roles))
            roles = roles if each.agency_id in agencies else set()
            roles |= {"chair"} if each.id == row.chair else set()
            held.setdefault(each.id, []).extend([row.id, role] for role in sorted(roles))
    for person, pairs in held.items():
        values = {"pairs": json.dumps(pairs, separators=(",", ":")), "id": person}
        connection.execute(sa.text('UPDATE "user" SET partnership_roles = :pairs WHERE id = :id'), values)
