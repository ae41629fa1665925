"""What a view may ask of the running application and of the request: the only module that reads flask.g."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app, g
from werkzeug.routing import MapAdapter

from auth.actor import Actor
from auth.sessions import Standing
from auth.strength import Due, Strength, due
from foundation.database import Database
from foundation.errors import Unauthenticated
from foundation.files import Files
from foundation.ledger.encoding.policy import Policy
from foundation.settings import Settings
from foundation.stolen import StolenPasswords

_KEY = "concordat"
_WANTED = {"": Strength.FIRST_HALF, "two": Strength.TWO_FACTORS, "hardware": Strength.HARDWARE}


@dataclass(frozen=True)
class Services:
    """What the application opened at its start and keeps until the process ends.

    `database` is as requests see it, `system` as the server's own work does and `owner` as its commands do;
    on SQLite they are one.
    """

    settings: Settings
    database: Database
    files: Files
    system: Database
    owner: Database
    witnesses: Policy = field(default_factory=Policy)
    stolen: StolenPasswords = field(default_factory=StolenPasswords)

    def close(self) -> None:
        """Close every connection; the process ends, or does not start."""
        for database in {self.database, self.system, self.owner}:
            database.close()


def keep_services(app: Flask, services: Services) -> None:
    """Give the application what its views will ask for. Called once, by portal.app."""
    app.extensions[_KEY] = services


def services() -> Services:
    """All of them together, for what runs beside requests."""
    found: Services = current_app.extensions[_KEY]
    return found


def close_services() -> None:
    """Close what the application opened."""
    services().close()


def settings() -> Settings:
    """The settings of this process."""
    return services().settings


def database() -> Database:
    """The open database, for the one use case that the view calls."""
    return services().database


def system_database() -> Database:
    """The same database for what the server does of itself: signing in, sessions, keys, the ledger."""
    return services().system


def owner_database() -> Database:
    """The same database for a command of the server, such as a load."""
    return services().owner


def files() -> Files:
    """The store of pictures."""
    return services().files


def witnesses() -> Policy:
    """Who must have seen the ledger's checkpoints."""
    return services().witnesses


def stolen_passwords() -> StolenPasswords:
    """Where new passwords are looked up."""
    return services().stolen


def actor() -> Actor:
    """Who is asking.

    Raises:
        Unauthenticated: if nobody is signed in.
    """
    found = actor_if_any()
    if found is None:
        raise Unauthenticated("Sign in to go on.")
    return found


def actor_if_any() -> Actor | None:
    """Who is asking, or None on a public page that nobody signed in asks for."""
    standing: Standing | None = g.get("standing")
    return standing.actor if standing else None


def policy_epoch() -> int:
    """The policy epoch that was read together with the actor.

    Raises:
        Unauthenticated: if nobody is signed in.
    """
    actor()
    standing: Standing = g.standing
    return standing.policy_epoch


def factor_due() -> Due | None:
    """What whoever is asking has to prove or add before anything opens; None if they have, or are a program.

    The demonstration, whose people are invented, asks for nothing unless it was told to.
    """
    standing: Standing | None = g.get("standing")
    if standing is None or standing.strength is None:
        return None
    return due(standing.strength, standing.held, _WANTED[settings().factors])


def hardware_wanted() -> bool:
    """Whether nothing opens without a passkey that stays on its device."""
    return _WANTED[settings().factors] is Strength.HARDWARE


def hardware_due() -> bool:
    """Whether whoever is asking has such a passkey, and nothing else of theirs would do."""
    standing: Standing | None = g.get("standing")
    return standing is not None and hardware_wanted() and standing.held is Strength.HARDWARE


def nonce() -> str:
    """The word that this one response's scripts and styles must carry."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(18)
    word: str = g.nonce
    return word


def routes() -> MapAdapter:
    """The application's routes, to match a path against."""
    return current_app.url_map.bind("local")


def view_of(endpoint: str) -> Callable[..., Any] | None:
    """The view that answers an endpoint."""
    return current_app.view_functions.get(endpoint)


def keep_standing(standing: Standing | None) -> None:
    """Remember who is asking, for this request. Called once, by portal.gate.identity."""
    g.standing = standing
