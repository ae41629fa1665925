"""Nothing is done here: what this step refused, the one after it refuses as well."""

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Leave everything as it is."""
