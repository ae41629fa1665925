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
    also: tuple[str, ...] = ()

    @property
    def families(self) -> tuple[str, ...]:
        """The blueprints of which every page marks this item as the current one."""
        return (self.endpoint.partition(".")[0], *self.also)


_HOME = Item("Home", "home.show")
_RECORDS = Item("Incidents", "records.index", "incidents")
_SIGHTINGS = Item("Sightings", "records.index", "sightings")
_REPORT = Item("Report", "reports.new")
_REPORTS = Item("Reports", "reports.index")
_ALERTS = Item("Alerts", "alerts.index")
_GALLERY = Item("Gallery", "gallery.index")
_FOOTAGE = Item("Footage", "footage.index")
_REQUESTS = Item("Requests", "requests.index")
_GLASS = Item("Break the glass", "glass.index")
_REVIEWS = Item("Reviews", "glass.reviews")
_SHIFT_LOG = Item("Shift log", "shift_log.index")
_MEETINGS = Item("Meetings", "meetings.index")
_ACTIONS = Item("Actions", "actions.index")
_AGREEMENTS = Item("Agreements", "agreements.index", also=("agreement_acts", "drafting", "terms"))
_INSIGHT = Item("Insight", "insight.show")
_LEDGER = Item("Ledger", "ledger.index")
_UNUSUAL = Item("Unusual looks", "unusual.index")
_EXPORTS = Item("Exports", "exports.index")
_RECALLS = Item("Recalls", "recalls.index")
_RECEIPTS = Item("Who has looked", "receipts.index")
_INTELLIGENCE = Item("Intelligence", "records.index", "intelligence")
_PEOPLE = Item("People", "people.index", also=("areas", "partnerships", "vetting", "vouching"))
_RULES = Item("Rules", "rules.show")
_KEYS = Item("Keys", "service_accounts.index")
_WEBHOOKS = Item("Webhooks", "webhooks.index")
_SIGN_ON = Item("Single sign-on", "sign_on.show")
_RETENTION = Item("Retention", "retention.index")

_POLICE = (_HOME, _RECORDS, _SIGHTINGS, _ALERTS, _REQUESTS, _RECALLS, _MEETINGS, _ACTIONS, _INSIGHT)
_STEERING = (_HOME, _MEETINGS, _ACTIONS, _AGREEMENTS, _REQUESTS, _INSIGHT)

#: The menu of each role; somebody with several roles sees each item once, in this order.
_MENUS: tuple[tuple[Role, tuple[Item, ...]], ...] = (
    (Role.OPERATOR, (_HOME, _SIGHTINGS, _RECORDS, _FOOTAGE, _GALLERY, _REQUESTS, _RECALLS, _SHIFT_LOG)),
    (Role.MEMBER, (_HOME, _REPORT, _ALERTS, _GALLERY, _REQUESTS, _RULES)),
    (
        Role.PARTNERSHIP_MANAGER,
        (_HOME, _REPORTS, _GALLERY, _ALERTS, _REQUESTS, _RECALLS, _ACTIONS, _INSIGHT, _RULES),
    ),
    (Role.DUTY_INSPECTOR, (*_POLICE, _GLASS)),
    (Role.INTELLIGENCE, (_HOME, _INTELLIGENCE, *_POLICE[1:])),
    (Role.INVESTIGATOR, _POLICE),
    (Role.OFFICER, _POLICE),
    (Role.PRACTITIONER, (_HOME, _RECORDS, _ALERTS, _REQUESTS, _MEETINGS, _ACTIONS)),
    (Role.SAFEGUARDING_LEAD, (_HOME, _RECORDS, _ALERTS, _REQUESTS, _MEETINGS, _ACTIONS, _GLASS)),
    (Role.ANALYST, (_HOME, _RECORDS, _INSIGHT, _EXPORTS, _ACTIONS, _AGREEMENTS)),
    (Role.CHAIR, _STEERING),
    (Role.COORDINATOR, _STEERING),
    (Role.SIGNATORY, (_HOME, _AGREEMENTS, _REQUESTS, _REVIEWS, _MEETINGS, _ACTIONS, _INSIGHT, _PEOPLE)),
    (
        Role.DPO,
        (
            _HOME,
            _LEDGER,
            _UNUSUAL,
            _RECEIPTS,
            _RECALLS,
            _REQUESTS,
            _REVIEWS,
            _RETENTION,
            _AGREEMENTS,
            _INSIGHT,
        ),
    ),
    (Role.AUDITOR, (_HOME, _LEDGER, _RECEIPTS, _AGREEMENTS)),
    (Role.ADMINISTRATOR, (_HOME, _PEOPLE, _KEYS, _SIGN_ON, _WEBHOOKS, _AGREEMENTS)),
)


#: What a role in any partnership adds.
_AT_MEETINGS = (_MEETINGS, _ACTIONS)


def items_for(
    roles: Iterable[Role], endpoints: Container[str], *, in_partnership: bool = False
) -> tuple[Item, ...]:
    """The items of all the roles together, without those that no endpoint answers."""
    held = frozenset(roles)
    wanted = [item for role, menu in _MENUS if role in held for item in menu]
    wanted += _AT_MEETINGS if in_partnership else ()
    return tuple(item for item in dict.fromkeys(wanted) if item.endpoint in endpoints)
