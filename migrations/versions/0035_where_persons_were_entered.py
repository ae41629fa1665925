"""With which link a person came: known of those of before where there is but one, or their own record's."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

_THEIRS = "SELECT min(link.id) FROM link WHERE link.person_id = person.id"
_OWN = f"{_THEIRS} AND link.own"
_ONLY = f"{_THEIRS} GROUP BY link.person_id HAVING count(*) = 1"


def upgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("entered_on", sa.String(36)))
    op.execute(f"UPDATE person SET entered_on = coalesce(({_OWN}), ({_ONLY}))")  # noqa: S608 - fixed words
