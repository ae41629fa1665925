"""A small application around the real templates, which shows every component with sample values."""

from pathlib import Path
from types import SimpleNamespace as Item

from flask import Flask, Response, render_template, render_template_string
from flask_wtf import CSRFProtect

from auth.actor import Actor
from portal.gate import context
from portal.web import rendering
from tests.pages.sheet_forms import PurposeForm, SignInForm
from tests.pages.sheet_values import ACTOR, GROUPS, values

NONCE = "sheet-nonce"
POLICY = (
    f"default-src 'none'; script-src 'nonce-{NONCE}'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SHEET = Path(__file__).with_name("sheet.html").read_text()
ERRORS = tuple(sorted(path.stem for path in (rendering.TEMPLATES / "errors").glob("*.html")))


def make_app() -> Flask:
    """The sheet at /, the real pages under their names, every error page under /error/<name>."""
    app = Flask("portal", static_folder="static", root_path=str(rendering.TEMPLATES.parent / "portal"))
    app.config.update(SECRET_KEY="only for this sheet", TESTING=True)
    CSRFProtect(app)
    context.keep_services(app, Item(settings=Item(is_demonstration=True)))
    rendering.install(app)
    app.context_processor(lambda: _frame(ACTOR))
    app.add_url_rule("/", "home.show", lambda: render_template_string(SHEET, **values()))
    app.add_url_rule("/search", "search.show", lambda: "")
    app.add_url_rule("/sign-out", "sign_in.sign_out", lambda: "", methods=["POST"])
    app.add_url_rule("/sign-in", "sign_in.show", _sign_in)
    app.add_url_rule("/sign-in", "sign_in.sign_in_with_password", lambda: "", methods=["POST"])
    app.add_url_rule("/p", "sign_in.sign_in_by_passkey", lambda: "", methods=["POST"])
    app.add_url_rule("/p/options", "sign_in.passkey_options", lambda: "", methods=["POST"])
    app.add_url_rule("/try", "sign_in.sign_in_as_invented_person", lambda: "", methods=["POST"])
    app.add_url_rule("/purpose", "sign_in.show_purposes", _purpose)
    app.add_url_rule("/purpose", "sign_in.state_purpose", lambda: "", methods=["POST"])
    for endpoint in ("sightings.index", "gallery.index", "requests.index", "footage.index"):
        app.add_url_rule(f"/{endpoint}", endpoint, lambda: "")
    app.add_url_rule("/error/<name>", "error", lambda name: render_template(f"errors/{name}.html"))
    app.after_request(_with_policy)
    return app


def _frame(actor: Actor | None) -> dict[str, object]:
    return {
        "actor": actor,
        "marking": "OFFICIAL-SENSITIVE" if actor else "OFFICIAL",
        "marking_note": "Members only. Do not copy or forward" if actor else "",
        "purpose_label": "Preventing and detecting robbery",
        "needs_you": 4,
        "demonstration": True,
        "nonce": NONCE,
    }


def _sign_in() -> str:
    frame = _frame(None)
    shown = {"form": SignInForm(), "groups": GROUPS, "more": [], "next": None, "offered": []}
    return render_template("pages/sign_in/show.html", **shown, **frame)


def _purpose() -> str:
    return render_template("pages/sign_in/purpose.html", form=PurposeForm(), next="/home")


def _with_policy(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response
