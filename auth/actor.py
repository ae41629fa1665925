"""The actor: all that a rule may know of who is asking, frozen and detached from the database."""

from dataclasses import dataclass
from functools import cached_property

from auth.roles import Action, Role, actions_of
from foundation.errors import Denied


@dataclass(frozen=True)
class Actor:
    """Who is asking, for which agency, in which roles and for which purpose.

    A `member` is a user with a site. `session` is the hash of the session or key that let the actor in.
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
    site_id: str | None = None
    site_name: str | None = None
    job_title: str = ""

    @cached_property
    def actions(self) -> frozenset[Action]:
        """What the actor's roles allow."""
        return actions_of(self.roles)

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
