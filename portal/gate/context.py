"""What a view may ask of the running application and of the request: the only module that reads flask.g."""

import secrets
from dataclasses import dataclass

from flask import Flask, current_app, g
from werkzeug.routing import MapAdapter

from auth.actor import Actor
from auth.sessions import Standing
from foundation.database import Database
from foundation.errors import Unauthenticated
from foundation.files import Files
from foundation.settings import Settings

_KEY = "concordat"


@dataclass(frozen=True)
class Services:
    """What the application opened at its start and keeps until the process ends."""

    settings: Settings
    database: Database
    files: Files


def keep_services(app: Flask, services: Services) -> None:
    """Give the application what its views will ask for. Called once, by portal.app."""
    app.extensions[_KEY] = services


def _services() -> Services:
    services: Services = current_app.extensions[_KEY]
    return services


def settings() -> Settings:
    """The settings of this process."""
    return _services().settings


def database() -> Database:
    """The open database, for the one use case that the view calls."""
    return _services().database


def files() -> Files:
    """The store of pictures."""
    return _services().files


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


def nonce() -> str:
    """The word that this one response's scripts and styles must carry."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(18)
    word: str = g.nonce
    return word


def routes() -> MapAdapter:
    """The application's routes, to match a path against."""
    return current_app.url_map.bind("local")


def keep_standing(standing: Standing | None) -> None:
    """Remember who is asking, for this request. Called once, by portal.gate.identity."""
    g.standing = standing
