"""Calls of what people do with their own accounts, and of signing in."""

from collections.abc import Callable
from datetime import timedelta

import pyotp
from sqlalchemy import delete, update

from auth import codes, passkeys, sessions, sign_in
from auth.account import change_password
from auth.accounts import NewAgency, create_accounts
from auth.confirming import confirm_for_demonstration, confirm_with_code, confirm_with_password
from auth.keys import issue_key, tell_exposed
from auth.pacing import raise_pace_alarm
from auth.tables import passkey, session, user
from foundation import clock
from foundation.crypto.passwords import hash_password
from foundation.errors import Invalid, Unauthenticated
from foundation.stolen import StolenPasswords
from tests.architecture.calls.passkey import PARTY, SoftKey
from tests.architecture.calls.trial import Call, Given, Scene, Several
from tests.escalation.things import VICTIM, person
from tests.partnership import ROBBERY

PASSWORD, ANOTHER = "three-herons-on-a-weir", "six-badgers-behind-a-mill"
LIMITS = sessions.Limits(timedelta(minutes=30), timedelta(hours=12), 5)
SECRET = "s" * 43
ORIGIN, BROWSER = "192.0.2.1", "0" * 64
EMAIL = f"all@{VICTIM}.x"


def keeps(scene: Scene, **values: object) -> None:
    """Change the account of whoever asks."""
    with scene.database.transaction() as tx:
        tx.execute(update(user).where(user.c.id == person(VICTIM)).values(**values))


def with_password(scene: Scene, *arguments: object, **named: object) -> Given:
    """By somebody who has no passkey: beside one a password is not enough."""
    keeps(scene, password_hash=hash_password(PASSWORD), password_alone=True)
    with scene.database.transaction() as tx:
        tx.execute(delete(passkey).where(passkey.c.user_id == person(VICTIM)))
    return Given((scene.database, *arguments), named)


def a_wrong_password(scene: Scene) -> Given:
    """A right one is a step of something else, which leaves the entry."""
    return Given((scene.database, EMAIL, "wrong", ORIGIN), refused=Unauthenticated)


def confirms(scene: Scene) -> Given:
    return with_password(scene, scene.by(), PASSWORD, ORIGIN, code="", secret_key=SECRET)


def confirms_with_wrong_code(scene: Scene) -> Given:
    app_of(scene, counts=True)
    given = confirms(scene)
    return Given(given.arguments, {**given.named, "code": "wrong"}, refused=Invalid)


def app_of(scene: Scene, *, counts: bool) -> pyotp.TOTP:
    """The authenticator app of whoever asks."""
    with clock.stopped(clock.now() - timedelta(minutes=2)):
        made = pyotp.parse_uri(codes.begin_authenticator(scene.database, scene.by(), SECRET))
        assert isinstance(made, pyotp.TOTP)
        if counts:
            codes.finish_authenticator(scene.database, scene.by(), SECRET, made.at(clock.now()))
    return made


def gives_code(scene: Scene) -> Given:
    """After a first half that the agency has vouched for."""
    app = app_of(scene, counts=True)
    with scene.database.transaction() as tx:
        tx.execute(update(session).where(session.c.user_id == person(VICTIM)).values(strength=1))
    return Given((scene.database, scene.by(), app.at(clock.now()), ORIGIN), {"secret_key": SECRET})


def gives_code_wrongly(scene: Scene) -> Given:
    database, who, _, origin = gives_code(scene).arguments
    return Given((database, who, "wrong", origin), {"secret_key": SECRET}, refused=Invalid)


def gives_recovery_code(scene: Scene) -> Given:
    database, who, _, origin = gives_code(scene).arguments
    return Given((database, who, codes.make_recovery_codes(database, who)[0], origin), {"secret_key": SECRET})


def finishes_authenticator(scene: Scene) -> Given:
    return scene.asked(SECRET, app_of(scene, counts=False).at(clock.now()))


def removes_authenticator(scene: Scene) -> Given:
    app_of(scene, counts=True)
    return scene.asked()


def finishes_sign_in(scene: Scene) -> Given:
    app = app_of(scene, counts=True)
    given = with_password(scene, EMAIL, PASSWORD, ORIGIN, LIMITS)
    step = sign_in.sign_in(*given.arguments).step
    return Given((scene.database, step, app.at(clock.now()), SECRET, LIMITS))


def codes_wrongly(scene: Scene) -> Given:
    database, step, _, *more = finishes_sign_in(scene).arguments
    return Given((database, step, "wrong", *more), refused=Invalid)


def recovers(scene: Scene) -> Given:
    database, step, _, *more = finishes_sign_in(scene).arguments
    return Given((database, step, codes.make_recovery_codes(database, scene.by())[0], *more))


def signs_in_wrongly(scene: Scene) -> Given:
    return Given((scene.database, EMAIL, "wrong", ORIGIN, LIMITS), refused=Unauthenticated)


def signs_in_to_give_a_code(scene: Scene) -> Given:
    app_of(scene, counts=True)
    return with_password(scene, EMAIL, PASSWORD, ORIGIN, LIMITS)


def enrols(scene: Scene) -> Given:
    options = passkeys.begin_enrolment(scene.database, scene.by(), PARTY)
    return scene.asked(PARTY, SoftKey().made(options), "Phone")


def enrolled(scene: Scene) -> SoftKey:
    """A passkey of whoever asks."""
    key, who = SoftKey(), scene.by()
    options = passkeys.begin_enrolment(scene.database, who, PARTY)
    passkeys.finish_enrolment(scene.database, who, PARTY, key.made(options), "Phone")
    return key


def signs_in_with_passkey(scene: Scene) -> Given:
    key = enrolled(scene)
    options = passkeys.begin_use(scene.database, BROWSER, PARTY, "sign-in")
    return Given((scene.database, BROWSER, PARTY, key.used(options), LIMITS), {"device": ""})


def uses_unknown_passkey(scene: Scene) -> Given:
    options = passkeys.begin_use(scene.database, BROWSER, PARTY, "sign-in")
    given = (scene.database, BROWSER, PARTY, SoftKey().used(options), LIMITS)
    return Given(given, {"device": ""}, refused=Unauthenticated)


def confirms_with_passkey(scene: Scene) -> Given:
    key = enrolled(scene)
    options = passkeys.begin_use(scene.database, scene.by().session, PARTY, "confirm")
    return scene.asked(PARTY, key.used(options))


def after(call: Call, change: Callable[[Scene], None]) -> Call:
    """The call, once something else has changed."""

    def given(scene: Scene) -> Given:
        made = call(scene)
        change(scene)
        return made

    return given


def went_back(scene: Scene) -> None:
    """Somebody may have a copy of the passkey."""
    with scene.database.transaction() as tx:
        tx.execute(update(passkey).values(sign_count=9))


def invented(scene: Scene) -> None:
    keeps(scene, demonstration="Tries it out")


def confirms_invented(scene: Scene) -> Given:
    invented(scene)
    return scene.asked()


def signs_in_invented(scene: Scene) -> Given:
    invented(scene)
    return Given((scene.database, person(VICTIM), LIMITS))


def a_new_agency(scene: Scene) -> Given:
    return Given((scene.database, [NewAgency("barking", "Barking and Dagenham", "Barking", "council")]))


def a_key_in_the_clear(scene: Scene) -> Given:
    until = clock.now() + timedelta(days=1)
    return Given((scene.database, issue_key(scene.database, person(VICTIM), (ROBBERY,), until)))


def a_key(scene: Scene) -> Given:
    return Given((scene.database, person(VICTIM), [ROBBERY], clock.now() + timedelta(days=1)))


CALLS = {
    change_password: lambda scene: scene.asked(ANOTHER, StolenPasswords()),
    create_accounts: a_new_agency,
    codes.finish_authenticator: finishes_authenticator,
    codes.make_recovery_codes: Scene.asked,
    codes.remove_authenticator: removes_authenticator,
    confirm_for_demonstration: confirms_invented,
    confirm_with_code: gives_code,
    confirm_with_password: confirms,
    issue_key: a_key,
    tell_exposed: a_key_in_the_clear,
    passkeys.confirm_with_passkey: confirms_with_passkey,
    passkeys.finish_enrolment: enrols,
    passkeys.remove_passkey: lambda scene: scene.asked(scene.id("passkey")),
    passkeys.sign_in_with_passkey: signs_in_with_passkey,
    sessions.choose_purpose: lambda scene: scene.asked(ROBBERY),
    sessions.end_other_sessions: Scene.asked,
    sessions.end_own_session: lambda scene: scene.asked(scene.id("session_id")),
    sessions.end_session: Scene.asked,
    sessions.rotate: Scene.asked,
    raise_pace_alarm: lambda scene: scene.asked("records"),
    sign_in.check_password: a_wrong_password,
    sign_in.finish_sign_in: finishes_sign_in,
    sign_in.sign_in: lambda scene: with_password(scene, EMAIL, PASSWORD, ORIGIN, LIMITS),
    sign_in.sign_in_for_demonstration: signs_in_invented,
}

ALSO = {
    "a password that is wrong": (sign_in.sign_in, signs_in_wrongly),
    "a code that is wrong": (sign_in.finish_sign_in, codes_wrongly),
    "a passkey whose counter went back": (
        passkeys.sign_in_with_passkey,
        Several(after(signs_in_with_passkey, went_back)),
    ),
    "a proof by one": (passkeys.confirm_with_passkey, Several(after(confirms_with_passkey, went_back))),
    "a code beside a password that is wrong": (confirm_with_password, confirms_with_wrong_code),
    "a code after the agency's half that is wrong": (confirm_with_code, gives_code_wrongly),
    "a recovery code after the agency's half": (confirm_with_code, Several(gives_recovery_code)),
    "a recovery code": (sign_in.finish_sign_in, Several(recovers)),
    "a passkey that nobody has": (passkeys.sign_in_with_passkey, uses_unknown_passkey),
}

SILENT = {
    sign_in.check_password: lambda scene: with_password(scene, EMAIL, PASSWORD, ORIGIN),
    sign_in.sign_in: signs_in_to_give_a_code,
}
