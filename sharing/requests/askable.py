"""What a reader can ask a record's owner for: what is withheld or treated, and which colleagues need it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, false, or_, select

from auth.actor import Actor
from auth.roles import Action, Role, actions_of
from auth.sites import holds
from auth.tables import user
from foundation.database import Tx
from foundation.errors import Denied
from sharing.events.entry import Moment
from sharing.records.record import record
from sharing.release.decision import decide
from sharing.release.exit import Released
from sharing.release.facts import Exit, Record
from sharing.release.lens import Lens
from sharing.release.outcome import Outcome
from sharing.release.reasons import UNASKABLE, label
from sharing.release.schema import Field, Reason, Treatment
from sharing.release.standing import is_staff
from sharing.sight import Sight, look, released_one

_MOST_COLLEAGUES = 60
#: Asked for in place of the type of a record that is not there, so that both take the same statements.
_ANY_TYPE = "incident"


@dataclass(frozen=True)
class Askable:
    """A field that can be asked for: its key, why it is not in full, and what was done to it, if anything."""

    key: str
    reason: Reason
    agreement: str
    clause: str
    done: str = ""

    @property
    def link(self) -> str:
        """The link of its person; empty for a field of the record itself."""
        return self.key.split(".")[1] if "." in self.key else ""

    @property
    def name(self) -> str:
        """The field's own name."""
        return self.key.rpartition(".")[2]

    @property
    def rule(self) -> str:
        """Reason, agreement and clause, as an entry of the ledger says them."""
        return " ".join(part for part in (self.reason.value, self.agreement, self.clause) if part)


@dataclass(frozen=True)
class AskForm:
    """What can be asked about one record, as it is released to whoever asks.

    `colleagues` (id, name) are those of the agency who may need it too; `whole_agency` says whether everybody
    of it may be named together, which businesses may not; `policy` is its digest, `under` the moment of what
    was read.
    """

    record: Released
    agreement: str
    askable: tuple[Askable, ...]
    colleagues: tuple[tuple[str, str], ...]
    whole_agency: bool
    policy: str
    under: Moment | None


def form_of(tx: Tx, actor: Actor, record_id: str) -> AskForm | None:
    """What can be asked about a record; None if it does not exist for the actor. Broken glass does not count.

    Raises:
        Denied: if it is the actor's own agency's.
        PurposeRequired: if the actor has stated no purpose.
    """
    type_ = tx.execute(select(record.c.type).where(record.c.id == record_id)).scalar()
    sight = look(tx, actor, Exit.ONE)
    found = released_one(tx, sight, type_ or _ANY_TYPE, record_id)
    if found is None:
        return None
    facts = replace(found.facts, break_glass=())
    if is_staff(sight.reader, facts):
        raise Denied("This record is your own agency’s. Nobody else has to be asked.")
    decision = decide(sight.policy, facts, sight.reader, sight.question)
    if decision is None:
        return None
    fields = {field.name: field for field in (*decision.own, *decision.of_person)}
    askable = tuple(_askable(decision.outcomes, fields))
    return AskForm(
        record=found.shown,
        agreement=_agreement(sight, facts, askable),
        askable=askable,
        colleagues=_colleagues(tx, actor),
        whole_agency=not sight.reader.commercial,
        policy=sight.policy.digest,
        under=sight.moment,
    )


def _askable(outcomes: Mapping[str, Outcome], fields: Mapping[str, Field]) -> Sequence[Askable]:
    found = []
    for key, outcome in outcomes.items():
        field = fields.get(key.rpartition(".")[2])
        if key.startswith("links.") or field is None or outcome.reason is None:
            continue
        treated = outcome.opens and outcome.treatment is not Treatment.DISCLOSE
        withheld = outcome.treatment is Treatment.WITHHOLD and outcome.reason not in UNASKABLE
        if treated or withheld:
            done = label(field.type, outcome.treatment) if treated else ""
            found.append(Askable(key, outcome.reason, outcome.agreement or "", outcome.clause or "", done))
    return found


def _agreement(sight: Sight, facts: Record, askable: Sequence[Askable]) -> str:
    """The agreement under which a grant would live: one that is live for the reader, cited if any is."""
    lives = Lens(sight.policy, sight.reader, sight.question).lives(facts)
    live = sorted({each.release.agreement for each in lives})
    cited = {each.agreement for each in askable}
    return next((name for name in live if name in cited), live[0])


def _colleagues(tx: Tx, actor: Actor) -> tuple[tuple[str, str], ...]:
    """Those of the agency's staff, or of the member's own sites, who read records."""
    if actor.sites is None:
        near: ColumnElement[bool] = user.c.member.is_(False)
    else:
        near = or_(false(), *(holds(each) for each in sorted(actor.sites)))
    rows = tx.execute(
        select(user.c.id, user.c.name, user.c.roles)
        .where(
            user.c.agency_id == actor.agency_id,
            near,
            user.c.disabled.is_(False),
            user.c.id != actor.user_id,
        )
        .order_by(user.c.name, user.c.id)
    )
    readers = [
        (row.id, row.name)
        for row in rows
        if Action.RECORD_READ in actions_of(frozenset(Role(role) for role in row.roles))
    ]
    return tuple(readers[:_MOST_COLLEAGUES])
