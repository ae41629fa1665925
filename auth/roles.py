"""Roles and what each may do: the one permission table. Default deny: what is not here is not allowed."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What can be done through a door; every route names one. Form: `thing:verb`."""

    ACTION_MOVE = "action:move"
    AGREEMENT_READ = "agreement:read"
    INSIGHT_READ = "insight:read"
    LEDGER_READ = "ledger:read"
    MEETING_READ = "meeting:read"
    MEETING_RUN = "meeting:run"
    RECORD_READ = "record:read"
    RECORD_RELEASE = "record:release"
    RECORD_SUBMIT = "record:submit"
    REPORT_CHECK = "report:check"
    REPORT_SUBMIT = "report:submit"
    SESSION_USE = "session:use"


class Role(StrEnum):
    """What a person is in their agency; one person may hold several."""

    ANALYST = "analyst"
    AUDITOR = "auditor"
    CHAIR = "chair"
    COORDINATOR = "coordinator"
    DPO = "dpo"
    INTELLIGENCE = "intelligence"
    INVESTIGATOR = "investigator"
    MEMBER = "member"
    OFFICER = "officer"
    OPERATOR = "operator"
    PARTNERSHIP_MANAGER = "partnership_manager"
    PRACTITIONER = "practitioner"
    SIGNATORY = "signatory"


ROLE_LABELS: Mapping[Role, str] = {
    Role.ANALYST: "Analyst",
    Role.AUDITOR: "Auditor",
    Role.CHAIR: "Partnership chair",
    Role.COORDINATOR: "Coordinator",
    Role.DPO: "Data protection officer",
    Role.INTELLIGENCE: "Intelligence officer",
    Role.INVESTIGATOR: "Investigator",
    Role.MEMBER: "Member",
    Role.OFFICER: "Officer",
    Role.OPERATOR: "CCTV operator",
    Role.PARTNERSHIP_MANAGER: "Partnership manager",
    Role.PRACTITIONER: "Practitioner",
    Role.SIGNATORY: "Signatory",
}


@dataclass(frozen=True)
class Permission:
    """What one role may do, and what it reads of its own agency's records.

    `types` and `classes` are names of record types and field classes, or "all"; empty means none.
    """

    actions: frozenset[Action]
    types: frozenset[str] | str = frozenset()
    classes: frozenset[str] | str = frozenset()
    intelligence: bool = False
    release: bool = False


_EVERYBODY = frozenset({Action.SESSION_USE, Action.AGREEMENT_READ})
_READER = _EVERYBODY | {Action.RECORD_READ, Action.INSIGHT_READ, Action.ACTION_MOVE, Action.MEETING_READ}
_CONTRIBUTOR = _READER | {Action.RECORD_SUBMIT, Action.RECORD_RELEASE}

PERMISSIONS: Mapping[Role, Permission] = {
    Role.ANALYST: Permission(
        _READER,
        types="all",
        classes=frozenset(
            {"admin", "event", "place", "narrative", "description", "image", "identifier", "link"}
        ),
    ),
    Role.AUDITOR: Permission(_EVERYBODY | {Action.LEDGER_READ}),
    Role.CHAIR: Permission(
        _READER | {Action.MEETING_RUN},
        types=frozenset({"incident", "sighting", "premises"}),
        classes=frozenset({"admin", "event", "place", "narrative"}),
    ),
    Role.COORDINATOR: Permission(
        _READER | {Action.MEETING_RUN},
        types=frozenset({"incident", "sighting", "premises", "camera"}),
        classes=frozenset({"admin", "event", "place", "narrative"}),
    ),
    Role.DPO: Permission(_EVERYBODY | {Action.LEDGER_READ, Action.INSIGHT_READ}),
    Role.INTELLIGENCE: Permission(_CONTRIBUTOR, types="all", classes="all", intelligence=True, release=True),
    Role.INVESTIGATOR: Permission(_CONTRIBUTOR, types="all", classes="all", release=True),
    Role.MEMBER: Permission(
        _READER | {Action.REPORT_SUBMIT, Action.RECORD_SUBMIT},
        types="all",
        classes="all",
        release=True,
    ),
    Role.OFFICER: Permission(_CONTRIBUTOR, types="all", classes="all", release=True),
    Role.OPERATOR: Permission(_CONTRIBUTOR, types="all", classes="all", release=True),
    Role.PARTNERSHIP_MANAGER: Permission(
        _CONTRIBUTOR | {Action.REPORT_CHECK, Action.REPORT_SUBMIT}, types="all", classes="all", release=True
    ),
    Role.PRACTITIONER: Permission(_READER, types="all", classes="all"),
    Role.SIGNATORY: Permission(_READER),
}


def actions_of(roles: frozenset[Role]) -> frozenset[Action]:
    """Everything that a person with these roles may do; roles count together."""
    return frozenset().union(*(PERMISSIONS[role].actions for role in roles))
