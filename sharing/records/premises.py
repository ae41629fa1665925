"""Premises: a shop, a station, a school or another place that events are about."""

from sharing.records.columns import table_of
from sharing.release.schema import FieldClass, Schema, fields

SCHEMA = Schema(
    "premises",
    (
        *fields(
            FieldClass.PLACE,
            trading_name="org",
            address="address",
            point="point",
            ward="code*",
            place_kind="code*",
            site="code*",
        ),
        *fields(FieldClass.CONTACT, manager="name", phone="phone", email="email"),
        *fields(FieldClass.EVENT, opening="codes", test_purchase="code*"),
        *fields(FieldClass.ASSESSMENT, risk_score="number"),
        *fields(FieldClass.NARRATIVE, account="text"),
    ),
)

premises = table_of(SCHEMA)
