"""The first tables."""

import sqlalchemy as sa
from alembic import op

from foundation.ledger.tables import guard_statements

revision = "0001"
down_revision = None


def _create_agency() -> None:
    op.create_table(
        "agency",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("business", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
    )


def _create_agreement() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("ended", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )


def _create_import_run() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("source_digest", sa.String(length=64), nullable=False),
        sa.Column("edition", sa.String(length=7), nullable=False),
        sa.Column("started_at", sa.String(27), nullable=False),
        sa.Column("finished_at", sa.String(27), nullable=True),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("loaded", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("areas", sa.String(), nullable=False),
        sa.Column("crimes", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint(
            "kind", "source_digest", "edition", name=op.f("uq_import_run_kind_source_digest_edition")
        ),
    )


def _create_ledger_agency() -> None:
    op.create_table(
        "ledger_agency",
        sa.Column("agency", sa.String(length=60), nullable=False),
        sa.Column("entries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("agency", name=op.f("pk_ledger_agency")),
    )


def _create_ledger_agency_mention() -> None:
    op.create_table(
        "ledger_agency_mention",
        sa.Column("agency", sa.String(length=60), nullable=False),
        sa.Column(
            "idx", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("agency", "idx", name=op.f("pk_ledger_agency_mention")),
        sqlite_with_rowid=False,
    )


def _create_ledger_checkpoint() -> None:
    op.create_table(
        "ledger_checkpoint",
        sa.Column(
            "size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_ledger_checkpoint")),
    )


def _create_ledger_detail() -> None:
    op.create_table(
        "ledger_detail",
        sa.Column(
            "idx", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("operation", sa.String(length=20), nullable=False),
        sa.Column("event", sa.String(length=80), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("agency", sa.String(length=60), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("idx", name=op.f("pk_ledger_detail")),
        sa.UniqueConstraint("id", name=op.f("uq_ledger_detail_id")),
    )


def _create_ledger_leaf() -> None:
    op.create_table(
        "ledger_leaf",
        sa.Column(
            "idx", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("idx", name=op.f("pk_ledger_leaf")),
    )


def _create_ledger_pending() -> None:
    op.create_table(
        "ledger_pending",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("operation", sa.String(length=20), nullable=False),
        sa.Column("event", sa.String(length=80), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("agency", sa.String(length=60), nullable=False),
        sa.Column("agencies", sa.String(), nullable=False),
        sa.Column("records", sa.String(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger_pending")),
    )


def _create_ledger_record_mention() -> None:
    op.create_table(
        "ledger_record_mention",
        sa.Column("record_id", sa.String(length=80), nullable=False),
        sa.Column(
            "idx", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("record_id", "idx", name=op.f("pk_ledger_record_mention")),
        sqlite_with_rowid=False,
    )


def _create_policy_epoch() -> None:
    op.create_table(
        "policy_epoch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_epoch")),
    )


def _create_sign_in_attempt() -> None:
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("good", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index("ix_sign_in_attempt_account", "sign_in_attempt", ["account", "at"], unique=False)
    op.create_index("ix_sign_in_attempt_origin", "sign_in_attempt", ["origin", "at"], unique=False)


def _create_agreement_version() -> None:
    op.create_table(
        "agreement_version",
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("from_at", sa.String(27), nullable=False),
        sa.Column("until_at", sa.String(27), nullable=False),
        sa.Column("parties", sa.String(), nullable=False),
        sa.Column("purposes", sa.String(), nullable=False),
        sa.Column("clauses", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_version_agreement_id")
        ),
        sa.PrimaryKeyConstraint("agreement_id", "number", name=op.f("pk_agreement_version")),
    )


def _create_person() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("date_of_birth_verified", sa.Boolean(), nullable=False),
        sa.Column("apparent_age", sa.String(), nullable=True),
        sa.Column("believed_child", sa.Boolean(), nullable=False),
        sa.Column("anonymity_order", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["anonymity_order"], ["agency.id"], name=op.f("fk_person_anonymity_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(
        "ix_person_ordered",
        "person",
        ["id"],
        unique=False,
        postgresql_where=sa.text("anonymity_order IS NOT NULL"),
        sqlite_where=sa.text("anonymity_order IS NOT NULL"),
    )


def _create_recorded_count() -> None:
    op.create_table(
        "recorded_count",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("area_kind", sa.String(length=10), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("area_key", sa.String(), nullable=False),
        sa.Column("area_code", sa.String(length=9), nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("subcategory", sa.String(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(length=7), nullable=False),
        sa.Column("imported_at", sa.String(27), nullable=False),
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import_run.id"], name=op.f("fk_recorded_count_import_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_recorded_count")),
    )
    op.create_index(
        "ix_recorded_count_area", "recorded_count", ["area_key", "category", "edition", "month"], unique=False
    )
    op.create_index(
        "ix_recorded_count_kind",
        "recorded_count",
        ["area_kind", "category", "edition", "month"],
        unique=False,
    )


def _create_scheme() -> None:
    op.create_table(
        "scheme",
        sa.Column("agency_id", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("repeat_at", sa.Integer(), nullable=False),
        sa.Column("gallery_months", sa.Integer(), nullable=False),
        sa.Column("child_gallery_months", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_scheme_agency_id")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_scheme_agreement_id")),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_scheme")),
    )


def _create_site() -> None:
    op.create_table(
        "site",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agency_id", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("ward", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_site_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
    )
    op.create_index(op.f("ix_site_agency_id"), "site", ["agency_id"], unique=False)


def _create_street_crime() -> None:
    op.create_table(
        "street_crime",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("crime_type", sa.String(), nullable=False),
        sa.Column("crime_id", sa.String(length=64), nullable=True),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("lsoa_code", sa.String(length=9), nullable=True),
        sa.Column("lsoa_name", sa.String(), nullable=True),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("edition", sa.String(length=7), nullable=False),
        sa.Column("imported_at", sa.String(27), nullable=False),
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import_run.id"], name=op.f("fk_street_crime_import_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_street_crime")),
    )
    op.create_index("ix_street_crime_area", "street_crime", ["area", "crime_type", "month"], unique=False)


def _create_street_outcome() -> None:
    op.create_table(
        "street_outcome",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("crime_id", sa.String(length=64), nullable=True),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("edition", sa.String(length=7), nullable=False),
        sa.Column("imported_at", sa.String(27), nullable=False),
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import_run.id"], name=op.f("fk_street_outcome_import_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_street_outcome")),
    )
    op.create_index("ix_street_outcome_crime", "street_outcome", ["crime_id"], unique=False)


def _create_suspension() -> None:
    op.create_table(
        "suspension",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("from_at", sa.String(27), nullable=False),
        sa.Column("until_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_suspension_agreement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    op.create_index(op.f("ix_suspension_agreement_id"), "suspension", ["agreement_id"], unique=False)


def _create_withdrawal() -> None:
    op.create_table(
        "withdrawal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("agency_id", sa.String(length=60), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("rejoined", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_withdrawal_agency_id")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_withdrawal_agreement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
    )
    op.create_index(op.f("ix_withdrawal_agreement_id"), "withdrawal", ["agreement_id"], unique=False)


def _create_record() -> None:
    op.create_table(
        "record",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=False),
        sa.Column("site", sa.String(length=36), nullable=True),
        sa.Column("happened", sa.String(27), nullable=True),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("keeper", sa.String(length=36), nullable=True),
        sa.Column("parent", sa.String(length=36), nullable=True),
        sa.Column("derived_from", sa.String(length=36), nullable=True),
        sa.Column("conditions", sa.String(), nullable=True),
        sa.Column("looked_over", sa.Boolean(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("owner_reference", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("marking", sa.String(), nullable=True),
        sa.Column("recorded_at", sa.String(27), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=True),
        sa.Column("review_due", sa.Date(), nullable=True),
        sa.Column("statement_kind", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["derived_from"], ["record.id"], name=op.f("fk_record_derived_from")),
        sa.ForeignKeyConstraint(["owner"], ["agency.id"], name=op.f("fk_record_owner")),
        sa.ForeignKeyConstraint(["parent"], ["record.id"], name=op.f("fk_record_parent")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_record_person_id")),
        sa.ForeignKeyConstraint(["site"], ["site.id"], name=op.f("fk_record_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
    )
    op.create_index("ix_record_own", "record", ["owner", "type", "recorded_at", "id"], unique=False)
    op.create_index("ix_record_parent", "record", ["parent"], unique=False)
    op.create_index("ix_record_person", "record", ["person_id"], unique=False)


def _create_stand_in() -> None:
    op.create_table(
        "stand_in",
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("token", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_stand_in_agreement_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_stand_in_person_id")),
        sa.PrimaryKeyConstraint("agreement_id", "person_id", name=op.f("pk_stand_in")),
        sa.UniqueConstraint("token", name=op.f("uq_stand_in_token")),
    )


def _create_user() -> None:
    op.create_table(
        "user",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agency_id", sa.String(length=60), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("job_title", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("demonstration", sa.String(), nullable=True),
        sa.Column("demonstration_place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_user_agency_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_user_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
    )
    op.create_index(op.f("ix_user_agency_id"), "user", ["agency_id"], unique=False)


def _create_alert() -> None:
    op.create_table(
        "alert",
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("issued", sa.String(27), nullable=True),
        sa.Column("ends", sa.String(27), nullable=True),
        sa.Column("action", sa.String(), nullable=True),
        sa.Column("ward", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("picture", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_alert_record_id")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_alert")),
    )


def _create_api_key() -> None:
    op.create_table(
        "api_key",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("purposes", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.Column("first_used_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_api_key_user_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_api_key")),
        sa.UniqueConstraint("id", name=op.f("uq_api_key_id")),
    )


def _create_box() -> None:
    op.create_table(
        "box",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("media_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("link_id", sa.String(length=36), nullable=True),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("top", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["record.id"], name=op.f("fk_box_media_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_box")),
    )
    op.create_index(op.f("ix_box_media_id"), "box", ["media_id"], unique=False)


def _create_camera() -> None:
    op.create_table(
        "camera",
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("overwrite_days", sa.BigInteger(), nullable=True),
        sa.Column("clock_error", sa.BigInteger(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("point", sa.String(), nullable=True),
        sa.Column("ward", sa.String(), nullable=True),
        sa.Column("bearing", sa.String(), nullable=True),
        sa.Column("control_room_phone", sa.String(), nullable=True),
        sa.Column("blind_spots", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_camera_record_id")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_camera")),
    )


def _create_draft() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("answers", sa.String(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_draft_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    op.create_index(op.f("ix_draft_user_id"), "draft", ["user_id"], unique=False)


def _create_idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("body_digest", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_idempotency_user_id")),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_idempotency")),
    )


def _create_incident() -> None:
    op.create_table(
        "incident",
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("crime_type", sa.String(), nullable=True),
        sa.Column("offence_class", sa.String(), nullable=True),
        sa.Column("occurred", sa.String(27), nullable=True),
        sa.Column("occurred_until", sa.String(27), nullable=True),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("weapon", sa.String(), nullable=True),
        sa.Column("violence", sa.Boolean(), nullable=True),
        sa.Column("loss", sa.BigInteger(), nullable=True),
        sa.Column("goods", sa.String(), nullable=True),
        sa.Column("recovered", sa.Boolean(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("prosecution_supported", sa.Boolean(), nullable=True),
        sa.Column("evidence_until", sa.Date(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("point", sa.String(), nullable=True),
        sa.Column("ward", sa.String(), nullable=True),
        sa.Column("place_kind", sa.String(), nullable=True),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("crime_reference", sa.String(), nullable=True),
        sa.Column("cad_reference", sa.String(), nullable=True),
        sa.Column("risk_score", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_incident_record_id")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_incident")),
    )


def _create_intelligence() -> None:
    op.create_table(
        "intelligence",
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("period_from", sa.String(27), nullable=True),
        sa.Column("period_until", sa.String(27), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("point", sa.String(), nullable=True),
        sa.Column("ward", sa.String(), nullable=True),
        sa.Column("report", sa.String(), nullable=True),
        sa.Column("source_evaluation", sa.String(), nullable=True),
        sa.Column("information_evaluation", sa.String(), nullable=True),
        sa.Column("handling", sa.String(), nullable=True),
        sa.Column("confidence", sa.String(), nullable=True),
        sa.Column("judgement", sa.String(), nullable=True),
        sa.Column("source_identity", sa.String(), nullable=True),
        sa.Column("source_reference", sa.String(), nullable=True),
        sa.Column("handler", sa.String(), nullable=True),
        sa.Column("provenance", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_intelligence_record_id")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_intelligence")),
    )


def _create_item() -> None:
    op.create_table(
        "item",
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("loss", sa.BigInteger(), nullable=True),
        sa.Column("stolen", sa.Boolean(), nullable=True),
        sa.Column("recovered_at", sa.String(27), nullable=True),
        sa.Column("ping_point", sa.String(), nullable=True),
        sa.Column("ping_at", sa.String(27), nullable=True),
        sa.Column("ping_accuracy", sa.BigInteger(), nullable=True),
        sa.Column("found_at", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("make", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("colour", sa.String(), nullable=True),
        sa.Column("features", sa.String(), nullable=True),
        sa.Column("imei", sa.String(), nullable=True),
        sa.Column("serial", sa.String(), nullable=True),
        sa.Column("line_number", sa.String(), nullable=True),
        sa.Column("account", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_item_record_id")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_item")),
    )


def _create_link() -> None:
    op.create_table(
        "link",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("categories", sa.String(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(length=60), nullable=False),
        sa.Column("given_name", sa.String(), nullable=True),
        sa.Column("family_name", sa.String(), nullable=True),
        sa.Column("alias", sa.String(), nullable=True),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("gender", sa.String(), nullable=True),
        sa.Column("home_address", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("school", sa.String(), nullable=True),
        sa.Column("employer", sa.String(), nullable=True),
        sa.Column("guardian", sa.String(), nullable=True),
        sa.Column("seen_as", sa.String(), nullable=True),
        sa.Column("age_band", sa.String(), nullable=True),
        sa.Column("apparent_age", sa.String(), nullable=True),
        sa.Column("height", sa.String(), nullable=True),
        sa.Column("build", sa.String(), nullable=True),
        sa.Column("hair", sa.String(), nullable=True),
        sa.Column("face", sa.String(), nullable=True),
        sa.Column("clothing", sa.String(), nullable=True),
        sa.Column("marks", sa.String(), nullable=True),
        sa.Column("manner", sa.String(), nullable=True),
        sa.Column("ic_code", sa.String(), nullable=True),
        sa.Column("self_defined_ethnicity", sa.String(), nullable=True),
        sa.Column("picture", sa.String(), nullable=True),
        sa.Column("pnc_id", sa.String(), nullable=True),
        sa.Column("custody_number", sa.String(), nullable=True),
        sa.Column("account_handle", sa.String(), nullable=True),
        sa.Column("vulnerability_markers", sa.String(), nullable=True),
        sa.Column("care_status", sa.String(), nullable=True),
        sa.Column("communication_needs", sa.String(), nullable=True),
        sa.Column("injury", sa.String(), nullable=True),
        sa.Column("hate_motive", sa.String(), nullable=True),
        sa.Column("warning_markers", sa.String(), nullable=True),
        sa.Column("person_outcome", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["agency.id"], name=op.f("fk_link_made_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_link_person_id")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_link_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
    )
    op.create_index("ix_link_person", "link", ["person_id", "record_id"], unique=False)
    op.create_index("ix_link_record", "link", ["record_id"], unique=False)


def _create_media() -> None:
    op.create_table(
        "media",
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("picture", sa.String(), nullable=True),
        sa.Column("taken", sa.String(27), nullable=True),
        sa.Column("length", sa.BigInteger(), nullable=True),
        sa.Column("point", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("exhibit_number", sa.String(), nullable=True),
        sa.Column("footage_reference", sa.String(), nullable=True),
        sa.Column("format", sa.String(), nullable=True),
        sa.Column("hold_until", sa.Date(), nullable=True),
        sa.Column("caption", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_media_record_id")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_media")),
    )


def _create_necessity_note() -> None:
    op.create_table(
        "necessity_note",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("recipients", sa.String(), nullable=False),
        sa.Column("classes", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("from_at", sa.String(27), nullable=False),
        sa.Column("until_at", sa.String(27), nullable=False),
        sa.Column("approver", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["approver"], ["user.id"], name=op.f("fk_necessity_note_approver")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_necessity_note_person_id")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_necessity_note_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_necessity_note")),
    )
    op.create_index(op.f("ix_necessity_note_record_id"), "necessity_note", ["record_id"], unique=False)


def _create_order() -> None:
    op.create_table(
        "order",
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("legal_basis", sa.String(), nullable=True),
        sa.Column("issuer", sa.String(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("served_at", sa.String(27), nullable=True),
        sa.Column("breaches", sa.String(), nullable=True),
        sa.Column("conditions", sa.String(), nullable=True),
        sa.Column("next_review", sa.Date(), nullable=True),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("named_premises", sa.String(), nullable=True),
        sa.Column("court_reference", sa.String(), nullable=True),
        sa.Column("document_hash", sa.String(), nullable=True),
        sa.Column("conditions_text", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_order_record_id")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_order")),
    )


def _create_partnership() -> None:
    op.create_table(
        "partnership",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("agencies", sa.String(), nullable=False),
        sa.Column("chair", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_partnership_agreement_id")),
        sa.ForeignKeyConstraint(["chair"], ["user.id"], name=op.f("fk_partnership_chair")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership")),
    )


def _create_premises() -> None:
    op.create_table(
        "premises",
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("trading_name", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("point", sa.String(), nullable=True),
        sa.Column("ward", sa.String(), nullable=True),
        sa.Column("place_kind", sa.String(), nullable=True),
        sa.Column("site", sa.String(), nullable=True),
        sa.Column("manager", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("opening", sa.String(), nullable=True),
        sa.Column("test_purchase", sa.String(), nullable=True),
        sa.Column("risk_score", sa.BigInteger(), nullable=True),
        sa.Column("account", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_premises_record_id")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_premises")),
    )


def _create_record_link() -> None:
    op.create_table(
        "record_link",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("to_record", sa.String(length=36), nullable=False),
        sa.Column("made_by", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["agency.id"], name=op.f("fk_record_link_made_by")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_record_link_record_id")),
        sa.ForeignKeyConstraint(["to_record"], ["record.id"], name=op.f("fk_record_link_to_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_link")),
    )
    op.create_index(op.f("ix_record_link_record_id"), "record_link", ["record_id"], unique=False)
    op.create_index(op.f("ix_record_link_to_record"), "record_link", ["to_record"], unique=False)


def _create_release() -> None:
    op.create_table(
        "release",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("purposes", sa.String(), nullable=False),
        sa.Column("recipients", sa.String(), nullable=False),
        sa.Column("category", sa.String(length=12), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("by_user", sa.String(length=36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("expires", sa.String(27), nullable=True),
        sa.Column("revoked", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_release_agreement_id")),
        sa.ForeignKeyConstraint(["by_user"], ["user.id"], name=op.f("fk_release_by_user")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_release_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
    )
    op.create_index("ix_release_record", "release", ["record_id"], unique=False)


def _create_session() -> None:
    op.create_table(
        "session",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=True),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("seen_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_session_user_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_user_id"), "session", ["user_id"], unique=False)


def _create_sighting() -> None:
    op.create_table(
        "sighting",
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("seen", sa.String(27), nullable=True),
        sa.Column("seen_until", sa.String(27), nullable=True),
        sa.Column("clock_error", sa.BigInteger(), nullable=True),
        sa.Column("activity", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("footage_until", sa.Date(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("point", sa.String(), nullable=True),
        sa.Column("ward", sa.String(), nullable=True),
        sa.Column("direction", sa.String(), nullable=True),
        sa.Column("transport", sa.String(), nullable=True),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("footage_reference", sa.String(), nullable=True),
        sa.Column("exhibit_number", sa.String(), nullable=True),
        sa.Column("match_strength", sa.String(), nullable=True),
        sa.Column("advokate", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_sighting_record_id")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_sighting")),
    )


def _create_subject() -> None:
    op.create_table(
        "subject",
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("card", sa.String(), nullable=True),
        sa.Column("ban", sa.String(), nullable=True),
        sa.Column("ban_from", sa.Date(), nullable=True),
        sa.Column("ban_until", sa.Date(), nullable=True),
        sa.Column("gallery_until", sa.Date(), nullable=True),
        sa.Column("advice", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_subject_record_id")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_subject")),
    )


def _create_vehicle() -> None:
    op.create_table(
        "vehicle",
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("role_in_event", sa.String(), nullable=True),
        sa.Column("stolen", sa.Boolean(), nullable=True),
        sa.Column("last_seen", sa.String(27), nullable=True),
        sa.Column("last_point", sa.String(), nullable=True),
        sa.Column("make", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("colour", sa.String(), nullable=True),
        sa.Column("features", sa.String(), nullable=True),
        sa.Column("registration", sa.String(), nullable=True),
        sa.Column("partial_registration", sa.String(), nullable=True),
        sa.Column("vin", sa.String(), nullable=True),
        sa.Column("account", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_vehicle_record_id")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_vehicle")),
    )


def _create_word() -> None:
    op.create_table(
        "word",
        sa.Column("word", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_word_record_id")),
        sa.PrimaryKeyConstraint("word", "record_id", name=op.f("pk_word")),
        sqlite_with_rowid=False,
    )


def _create_meeting() -> None:
    op.create_table(
        "meeting",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("partnership_id", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("starts_at", sa.String(27), nullable=False),
        sa.Column("ends_at", sa.String(27), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("agenda", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_meeting_partnership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_index(op.f("ix_meeting_partnership_id"), "meeting", ["partnership_id"], unique=False)


def _create_reach() -> None:
    op.create_table(
        "reach",
        sa.Column("release_id", sa.String(length=36), nullable=False),
        sa.Column("recipient", sa.String(length=60), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("until_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_reach_record_id")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_reach_release_id")),
        sa.PrimaryKeyConstraint("release_id", "recipient", "purpose", "record_id", name=op.f("pk_reach")),
    )
    op.create_index(
        "ix_reach_newest",
        "reach",
        ["agreement_id", "recipient", "purpose", "type", "at", "record_id"],
        unique=False,
        postgresql_include=["until_at"],
    )
    op.create_index("ix_reach_record", "reach", ["record_id"], unique=False)


def _create_action() -> None:
    op.create_table(
        "action",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("partnership_id", sa.String(length=60), nullable=False),
        sa.Column("meeting_id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("owner_agency", sa.String(length=60), nullable=False),
        sa.Column("owner_user", sa.String(length=36), nullable=False),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("first_due", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=True),
        sa.Column("answer_text", sa.String(), nullable=False),
        sa.Column("answered_at", sa.String(27), nullable=True),
        sa.Column("closed_at", sa.String(27), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_action_meeting_id")),
        sa.ForeignKeyConstraint(["owner_agency"], ["agency.id"], name=op.f("fk_action_owner_agency")),
        sa.ForeignKeyConstraint(["owner_user"], ["user.id"], name=op.f("fk_action_owner_user")),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_action_partnership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )
    op.create_index(op.f("ix_action_partnership_id"), "action", ["partnership_id"], unique=False)


def _create_attendance() -> None:
    op.create_table(
        "attendance",
        sa.Column("meeting_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("coming", sa.Boolean(), nullable=True),
        sa.Column("confidentiality_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_attendance_meeting_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_attendance_user_id")),
        sa.PrimaryKeyConstraint("meeting_id", "user_id", name=op.f("pk_attendance")),
    )


def _create_action_update() -> None:
    op.create_table(
        "action_update",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("action_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by_user", sa.String(length=36), nullable=False),
        sa.Column("move", sa.String(length=12), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_action_update_action_id")),
        sa.ForeignKeyConstraint(["by_user"], ["user.id"], name=op.f("fk_action_update_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_update")),
    )
    op.create_index(op.f("ix_action_update_action_id"), "action_update", ["action_id"], unique=False)


_CREATE = {
    "agency": _create_agency,
    "agreement": _create_agreement,
    "import_run": _create_import_run,
    "ledger_agency": _create_ledger_agency,
    "ledger_agency_mention": _create_ledger_agency_mention,
    "ledger_checkpoint": _create_ledger_checkpoint,
    "ledger_detail": _create_ledger_detail,
    "ledger_leaf": _create_ledger_leaf,
    "ledger_pending": _create_ledger_pending,
    "ledger_record_mention": _create_ledger_record_mention,
    "policy_epoch": _create_policy_epoch,
    "sign_in_attempt": _create_sign_in_attempt,
    "agreement_version": _create_agreement_version,
    "person": _create_person,
    "recorded_count": _create_recorded_count,
    "scheme": _create_scheme,
    "site": _create_site,
    "street_crime": _create_street_crime,
    "street_outcome": _create_street_outcome,
    "suspension": _create_suspension,
    "withdrawal": _create_withdrawal,
    "record": _create_record,
    "stand_in": _create_stand_in,
    "user": _create_user,
    "alert": _create_alert,
    "api_key": _create_api_key,
    "box": _create_box,
    "camera": _create_camera,
    "draft": _create_draft,
    "idempotency": _create_idempotency,
    "incident": _create_incident,
    "intelligence": _create_intelligence,
    "item": _create_item,
    "link": _create_link,
    "media": _create_media,
    "necessity_note": _create_necessity_note,
    "order": _create_order,
    "partnership": _create_partnership,
    "premises": _create_premises,
    "record_link": _create_record_link,
    "release": _create_release,
    "session": _create_session,
    "sighting": _create_sighting,
    "subject": _create_subject,
    "vehicle": _create_vehicle,
    "word": _create_word,
    "meeting": _create_meeting,
    "reach": _create_reach,
    "action": _create_action,
    "attendance": _create_attendance,
    "action_update": _create_action_update,
}


def upgrade() -> None:
    for create in _CREATE.values():
        create()
    for statement in guard_statements(op.get_bind().dialect.name):
        op.get_bind().exec_driver_sql(statement)
    policy_epoch = sa.table("policy_epoch", sa.column("id", sa.Integer), sa.column("epoch", sa.Integer))
    op.bulk_insert(policy_epoch, [{"id": 1, "epoch": 1}])


def downgrade() -> None:
    for name in reversed(_CREATE):
        op.drop_table(name)
