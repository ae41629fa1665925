"""A record is found by the words of each release's text, also if that was made after it was sent in."""

from alembic import op
from sqlalchemy import text

from sharing.records.words import words_of

revision = "0034"
down_revision = "0033"

_KEEP = "INSERT INTO word (word, record_id) VALUES (:word, :record_id) ON CONFLICT DO NOTHING"


def upgrade() -> None:
    bind = op.get_bind()
    for record_id, said in bind.execute(text("SELECT record_id, text FROM release WHERE text <> ''")).all():
        words = [{"word": word, "record_id": record_id} for word in sorted(words_of({"text": said}))]
        if words:
            bind.execute(text(_KEEP), words)
