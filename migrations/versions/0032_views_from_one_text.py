"""What is kept of an entry with views, and what proves one, has another form from here on (decision 0010)."""

from alembic import op
from sqlalchemy import text

from foundation.errors import Misconfigured

revision = "0032"
down_revision = "0031"

#: An entry of which owners read views of their own; of one whose detail was erased there is nothing to prove.
_HELD = (
    "SELECT 1 FROM ledger_record_mention WHERE owner IS NOT NULL"
    " UNION ALL SELECT 1 FROM ledger_pending WHERE owners <> '[]' LIMIT 1"
)


def upgrade() -> None:
    if op.get_bind().execute(text(_HELD)).first() is not None:
        raise Misconfigured(
            "The ledger of this database holds entries from before the first release, which this version"
            " cannot prove. Begin with a new database (for the demonstration: an empty data folder), and keep"
            " this one with the version that made it."
        )
