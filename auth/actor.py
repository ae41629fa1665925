"""The actor: all that a rule may know of who is asking, frozen and detached from the database."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from auth.roles import Action, PartnershipRole, Role, actions_in, actions_of
from foundation.errors import Denied, FactorRequired

#: A factor proven longer ago is asked for again before what binds the agency or cannot be undone.
FRESH = timedelta(minutes=5)
#: So many of a member's sites are named where there is little room.
_NAMED = 2


@dataclass(frozen=True)
class Actor:
    """Who is asking, for which agency, in which roles and for which purpose.

    `sites` are those that a member holds, by id; None for whoever is no member, so that a member without
    a site stays one. `site_names` are their names, in order. `session` is the hash of the session or key
    that let the actor in. `factor_at` is when the person last proved who they are; None for a key, which
    has no factor. `within` are the actions, and `agreements` the agreements, to which a key is bound;
    None leaves both to the roles. `lapsed` are roles that they hold and that are closed, because their
    vetting has run out; `roles` are the others. `let_in` is the policy epoch at which all this was found;
    None where no session or key was looked up.
    """

    user_id: str
    name: str
    agency_id: str
    agency_name: str
    agency_kind: str
    business: bool
    roles: frozenset[Role]
    purpose: str | None
    session: str
    sites: frozenset[str] | None = None
    site_names: tuple[str, ...] = ()
    job_title: str = ""
    factor_at: datetime | None = None
    within: frozenset[Action] | None = None
    agreements: frozenset[str] | None = None
    let_in: int | None = field(default=None, compare=False)
    partnership_roles: frozenset[PartnershipRole] = frozenset()
    lapsed: frozenset[Role] = frozenset()

    @property
    def member(self) -> bool:
        """Whether they are a member, who is staff for the records of their sites and of no others."""
        return self.sites is not None

    @property
    def at(self) -> str:
        """At which sites a member is, in a few words; empty for whoever is no member."""
        if self.sites is None:
            return ""
        several = f"{len(self.sites)} sites" if self.sites else "No site"
        return ", ".join(self.site_names) if 1 <= len(self.site_names) <= _NAMED else several

    @cached_property
    def actions(self) -> frozenset[Action]:
        """What the actor's roles allow somewhere, and their key, if they came with one."""
        return self._allowed(actions_in(self.partnership_roles))

    def _allowed(self, in_partnership: frozenset[Action]) -> frozenset[Action]:
        # Whoever holds a role that is closed still signs in, to read why.
        allowed = actions_of(self.roles) | in_partnership | ({Action.SESSION_USE} if self.lapsed else set())
        return allowed if self.within is None else allowed & self.within

    def may_in(self, partnership: str, action: Action) -> bool:
        """Whether the actor's roles allow the action in this partnership, in which their agency must sit."""
        return action in self._allowed(actions_in(self.partnership_roles, partnership))

    def require_in(self, partnership: str, action: Action) -> None:
        """Refuse unless the actor's roles allow the action in this partnership.

        Raises:
            Denied: if they do not, whatever they allow in others.
        """
        if not self.may_in(partnership, action):
            raise Denied("Your role in this partnership does not allow this. Ask the agency that leads it.")

    def under(self, agreement: str) -> bool:
        """Whether the actor's key lets them share under the agreement; without a key, always."""
        return self.agreements is None or agreement in self.agreements

    def may(self, action: Action) -> bool:
        """Whether the actor's roles allow the action."""
        return action in self.actions

    def require(self, action: Action) -> None:
        """Refuse unless the actor's roles allow the action.

        Raises:
            Denied: if they do not.
        """
        if not self.may(action):
            raise Denied("Your role does not allow this. Ask your agency's administrator.")

    def require_fresh_factor(self, now: datetime) -> datetime:
        """Refuse unless the person has just proved who they are; gives when they did.

        Raises:
            FactorRequired: if that was more than five minutes ago.
            Denied: if a key is asking, which can prove nothing.
        """
        if self.factor_at is None:
            raise Denied("A key cannot do this: a person has to, after proving who they are.")
        if now - self.factor_at >= FRESH:
            raise FactorRequired("Prove first that it is you. Nothing was done yet.")
        return self.factor_at
