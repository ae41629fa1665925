"""Invitations, lost factors, and the log of who joined, whose roles changed and who left."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from foundation.database import JsonText, UtcTime, metadata

invitation = Table(
    "invitation",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), nullable=False),
    Column("user_id", String(36), nullable=False),  # that the account will have, or had before
    Column("email", String, nullable=False),  # folded
    Column("name", String, nullable=False),
    Column("roles", JsonText, nullable=False),  # of auth.roles.Role
    Column("partnership_roles", JsonText, nullable=False, default=[]),  # pairs of partnership and role
    Column("vetting", JsonText, nullable=False, default=[]),  # see auth.vetting.kept_of
    Column("job_title", String, nullable=False),
    Column("sites", JsonText, nullable=False, default=[]),  # ids, for a member
    Column("areas", JsonText, nullable=False, default=[]),
    #: SHA-256 of the link's token, which is made as the letter goes and stands nowhere else.
    Column("hash", String(64), unique=True),
    Column("invited_by", ForeignKey("user.id"), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
    Column("expires_at", UtcTime, nullable=False),
    Column("accepted_at", UtcTime),
    Column("ended_at", UtcTime),
    Index("ix_invitation_agency", "agency_id", "email"),
)

#: The joiners and leavers log: of sharing.people.log.Kind. Rows are only ever added.
person_change = Table(
    "person_change",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), nullable=False),
    Column("person", String(36), nullable=False),
    Column("name", String, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("given", JsonText, nullable=False),  # roles that came with it
    Column("taken", JsonText, nullable=False),  # roles that went
    Column("partnership_id", ForeignKey("partnership.id")),  # in which the roles are, if not of the agency
    Column("by_user", ForeignKey("user.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_person_change_agency", "agency_id", "at", "id"),
    Index("ix_person_change_person", "person", "at"),
)

#: Somebody has lost every factor: one person of the agency says so, a second vouches for them.
lost_factor = Table(
    "lost_factor",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), nullable=False),
    Column("user_id", ForeignKey("user.id"), nullable=False, index=True),
    Column("asked_by", ForeignKey("user.id")),  # none if the operator of the host vouched
    Column("asked_at", UtcTime, nullable=False),
    Column("vouched_by", ForeignKey("user.id")),
    Column("vouched_at", UtcTime),
    #: SHA-256 of the link's token, which goes by letter, and of the code, which the second person says.
    Column("hash", String(64), unique=True),
    Column("code_hash", String(64)),
    Column("tries", Integer, nullable=False, default=0),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    Column("ended_at", UtcTime),
    CheckConstraint("vouched_by <> asked_by", name="vouched_by_another"),
    CheckConstraint("user_id <> asked_by AND user_id <> vouched_by", name="vouched_for_another"),
    Index("ix_lost_factor_agency", "agency_id", "vouched_at"),
)

#: The rules that an agency sets for the members at its sites; each version stays.
member_rules = Table(
    "member_rules",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("text", String, nullable=False),
    Column("made_by", ForeignKey("user.id"), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    UniqueConstraint("agency_id", "number", name="uq_member_rules_number"),
)

rules_acceptance = Table(
    "rules_acceptance",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("user_id", ForeignKey("user.id"), nullable=False),
    Column("rules_id", ForeignKey("member_rules.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_rules_acceptance_user", "user_id", "rules_id", "at"),
)
