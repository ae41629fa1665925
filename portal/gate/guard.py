"""Hangs the gate before and behind every view of the application, in its one fixed order."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from foundation.settings import Settings
from portal.gate.admission import admit, is_for_programs
from portal.gate.headers import set_headers
from portal.gate.identity import at_json_door, forget, identify, login_manager
from portal.gate.limits import limit_body
from portal.gate.origin import check_origin
from portal.gate.pace import count_done, hold_pace, pace_of
from portal.gate.scheme import require_https
from portal.gate.typed import remember_who


def stand_guard(app: Flask, settings: Settings) -> None:
    """Register the checks. Called once, before any blueprint, so that nothing runs before them."""
    login_manager().init_app(app)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # check_origin calls it, after admission
    forms = CSRFProtect(app)
    pace = pace_of(settings)

    @app.before_request
    def _gate() -> Response | None:
        led_on = require_https(settings)
        if led_on is not None:
            return led_on
        limit_body(app)
        identify()
        remember_who()
        hold_pace(pace)
        admit(app)
        if not at_json_door() and not is_for_programs(app):
            check_origin(forms)
        return None

    app.after_request(set_headers)
    app.after_request(lambda response: count_done(pace, response))
    app.teardown_request(lambda _error: forget())
