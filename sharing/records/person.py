"""A person on a record: the fields that the link to the event carries, and the person's own record too."""

from sharing.release.schema import FieldClass, Schema, fields

#: What the link itself says: which person, and what they were at the event.
LINK = Schema("link", fields(FieldClass.LINK, subject="person", category="code"))

#: Every other field of a person; a subject's own record has these and not the two above.
PERSON = Schema(
    "person",
    (
        *fields(
            FieldClass.IDENTITY,
            given_name="name",
            family_name="name",
            alias="name",
            date_of_birth="dob",
            gender="code",
        ),
        *fields(
            FieldClass.CONTACT,
            home_address="address",
            phone="phone",
            email="email",
            school="org",
            employer="org",
            guardian="name",
        ),
        *fields(
            FieldClass.DESCRIPTION,
            seen_as="code",
            age_band="code*",
            apparent_age="code",
            height="code",
            build="code",
            hair="codes",
            face="codes",
            clothing="codes",
            marks="codes",
            manner="codes",
        ),
        *fields(FieldClass.ETHNIC_APPEARANCE, ic_code="code", self_defined_ethnicity="code"),
        *fields(FieldClass.IMAGE, picture="image"),
        *fields(FieldClass.IDENTIFIER, pnc_id="id", custody_number="id", account_handle="id"),
        *fields(
            FieldClass.VULNERABILITY,
            vulnerability_markers="codes",
            care_status="code",
            communication_needs="codes",
            injury="code",
            hate_motive="codes",
        ),
        *fields(FieldClass.ASSESSMENT, warning_markers="codes", person_outcome="code"),
    ),
)
