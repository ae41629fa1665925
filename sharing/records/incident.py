"""Incident: something that happened, at a place and time, to persons and things."""

from sharing.records.columns import table_of
from sharing.release.schema import FieldClass, Schema, fields

SCHEMA = Schema(
    "incident",
    (
        *fields(
            FieldClass.EVENT,
            crime_type="code*",
            offence_class="code*",
            occurred="time",
            occurred_until="time",
            method="codes",
            weapon="code*",
            violence="flag*",
            loss="amount",
            goods="codes*",
            recovered="flag*",
            outcome="code*",
            prosecution_supported="flag",
            evidence_until="date",
        ),
        *fields(FieldClass.PLACE, address="address", point="point", ward="code*", place_kind="code*"),
        *fields(FieldClass.NARRATIVE, account="text"),
        *fields(FieldClass.IDENTIFIER, crime_reference="id", cad_reference="id"),
        *fields(FieldClass.ASSESSMENT, risk_score="number"),
    ),
)

incident = table_of(SCHEMA)
