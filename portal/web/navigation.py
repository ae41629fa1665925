"""What stands in the menu of every page: by role, and only what the application has."""

from collections.abc import Container, Iterable
from dataclasses import dataclass

from auth.roles import Role


@dataclass(frozen=True)
class Item:
    """One place in the menu: its words, and the endpoint that answers there."""

    label: str
    endpoint: str
    plural: str | None = None

    @property
    def family(self) -> str:
        """The blueprint; every page of it marks this item as the current one."""
        return self.endpoint.partition(".")[0]


_HOME = Item("Home", "home.show")
_RECORDS = Item("Incidents", "records.index", "incidents")
_SIGHTINGS = Item("Sightings", "records.index", "sightings")
_REPORT = Item("Report", "reports.new")
_REPORTS = Item("Reports", "reports.index")
_ALERTS = Item("Alerts", "alerts.index")
_GALLERY = Item("Gallery", "gallery.index")
_FOOTAGE = Item("Footage", "footage.index")
_REQUESTS = Item("Requests", "requests.index")
_SHIFT_LOG = Item("Shift log", "shift_log.index")
_MEETINGS = Item("Meetings", "meetings.index")
_ACTIONS = Item("Actions", "actions.index")
_AGREEMENTS = Item("Agreements", "agreements.index")
_INSIGHT = Item("Insight", "insight.show")
_LEDGER = Item("Ledger", "ledger.index")
_RETENTION = Item("Retention", "retention.index")

_POLICE = (_HOME, _RECORDS, _SIGHTINGS, _ALERTS, _REQUESTS, _MEETINGS, _ACTIONS, _INSIGHT)
_STEERING = (_HOME, _MEETINGS, _ACTIONS, _AGREEMENTS, _REQUESTS, _INSIGHT)

#: The menu of each role; somebody with several roles sees each item once, in this order.
_MENUS: tuple[tuple[Role, tuple[Item, ...]], ...] = (
    (Role.OPERATOR, (_HOME, _SIGHTINGS, _RECORDS, _FOOTAGE, _GALLERY, _REQUESTS, _SHIFT_LOG)),
    (Role.MEMBER, (_HOME, _REPORT, _ALERTS, _GALLERY, _REQUESTS)),
    (Role.PARTNERSHIP_MANAGER, (_HOME, _REPORTS, _GALLERY, _ALERTS, _REQUESTS, _ACTIONS, _INSIGHT)),
    (Role.INTELLIGENCE, _POLICE),
    (Role.INVESTIGATOR, _POLICE),
    (Role.OFFICER, _POLICE),
    (Role.PRACTITIONER, (_HOME, _RECORDS, _ALERTS, _REQUESTS, _MEETINGS, _ACTIONS)),
    (Role.ANALYST, (_HOME, _RECORDS, _INSIGHT, _ACTIONS, _AGREEMENTS)),
    (Role.CHAIR, _STEERING),
    (Role.COORDINATOR, _STEERING),
    (Role.SIGNATORY, (_HOME, _AGREEMENTS, _REQUESTS, _MEETINGS, _ACTIONS, _INSIGHT)),
    (Role.DPO, (_HOME, _LEDGER, _REQUESTS, _RETENTION, _AGREEMENTS, _INSIGHT)),
    (Role.AUDITOR, (_HOME, _LEDGER, _AGREEMENTS)),
)


def items_for(roles: Iterable[Role], endpoints: Container[str]) -> tuple[Item, ...]:
    """The items of all the roles together, without those that no endpoint answers."""
    held = frozenset(roles)
    wanted = (item for role, menu in _MENUS if role in held for item in menu)
    return tuple(item for item in dict.fromkeys(wanted) if item.endpoint in endpoints)
