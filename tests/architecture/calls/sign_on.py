"""Calls of signing in at an agency's own provider, which stands on a loopback port."""

from urllib.parse import parse_qs, urlsplit

from sqlalchemy import delete, update

from auth.sign_on import entering, providers, trip
from auth.sign_on.refusals import Refused
from auth.tables import identity_provider, session
from tests.architecture.calls.accounts import LIMITS, ORIGIN
from tests.architecture.calls.trial import Given, Scene
from tests.escalation.things import VICTIM, named, person
from tests.providers import CLIENT, SECRET, Provider


def provider_of(scene: Scene) -> Provider:
    """A provider that is the agency's from now on."""
    made = Provider()
    scene.at_end(made.close)
    with scene.database.transaction() as tx:
        tx.execute(delete(identity_provider).where(identity_provider.c.issuer == made.issuer))
    providers.remove_provider(scene.database, scene.by())
    new = providers.NewProvider(made.issuer, CLIENT, SECRET)
    scene.world.ids[VICTIM, "own provider"] = providers.set_provider(
        scene.database, scene.settings, scene.by(), new
    )
    return made


def sets(scene: Scene) -> Given:
    made = provider_of(scene)
    providers.remove_provider(scene.database, scene.by())
    new = providers.NewProvider(made.issuer, CLIENT, SECRET)
    return Given((scene.database, scene.settings, scene.by(), new))


def answer(scene: Scene, provider: Provider, subject: str, begun: trip.Begun) -> trip.Answer:
    """What the browser brings back."""
    back = provider.authorize(begun.address, subject)
    return trip.Answer(scene.id("own provider"), begun.token, back, ORIGIN)


def linked(scene: Scene, provider: Provider) -> None:
    begun = trip.begin_proof(scene.database, scene.settings, scene.by(), trip.Act.LINK, "/")
    given = answer(scene, provider, "s-1", begun)
    entering.enter(scene.database, scene.settings, given, LIMITS)


def arrives(scene: Scene) -> Given:
    provider = provider_of(scene)
    begun = trip.begin_sign_in(scene.database, scene.settings, scene.id("own provider"), "/")
    return Given((scene.database, scene.settings, answer(scene, provider, "s-1", begun)))


class Redeemable(dict[str, dict[str, str]]):
    """Codes that are good again and again, so that the same call can be made twice."""

    def pop(self, key: str, default: object = None) -> object:
        return self.get(key, default)


def comes_in(scene: Scene) -> Given:
    provider = provider_of(scene)
    linked(scene, provider)
    begun = trip.begin_sign_in(scene.database, scene.settings, scene.id("own provider"), "/")
    given = answer(scene, provider, "s-1", begun)
    provider.codes = Redeemable(provider.codes)
    return Given((scene.database, scene.settings, given, LIMITS))


def arrives_wrongly(scene: Scene) -> Given:
    """Whoever arrives as they should is let in by another use case, which leaves the entry."""
    provider = provider_of(scene)
    begun = trip.begin_sign_in(scene.database, scene.settings, scene.id("own provider"), "/")
    asked = parse_qs(urlsplit(begun.address).query)
    said = {"error": "access_denied", "state": asked["state"][0], "iss": provider.issuer}
    given = trip.Answer(scene.id("own provider"), begun.token, said, ORIGIN)
    return Given((scene.database, scene.settings, given), refused=Refused)


def signed_out(scene: Scene) -> Given:
    provider = provider_of(scene)
    linked(scene, provider)
    token = provider.logout_token()
    return Given((scene.database, scene.settings, scene.id("own provider"), token, ORIGIN))


def enforces(scene: Scene) -> Given:
    with scene.database.transaction() as tx:
        tx.execute(update(session).where(session.c.user_id == person(VICTIM)).values(way="agency"))
    return scene.asked(on=True)


CALLS = {
    entering.enter: comes_in,
    entering.sign_out_by_provider: signed_out,
    providers.enforce: enforces,
    providers.remove_provider: Scene.asked,
    providers.set_provider: sets,
    providers.unlink: lambda scene: scene.asked(named("second", VICTIM)),
    trip.arrive: arrives_wrongly,
    trip.keep_refusal: lambda scene: Given((scene.database, scene.id("provider"), VICTIM, Refused("state"))),
}

SILENT = {trip.arrive: arrives}
