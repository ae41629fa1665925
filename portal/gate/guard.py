"""Hangs the gate before and behind every view of the application, in its one fixed order."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from portal.gate.admission import admit, is_for_programs
from portal.gate.headers import set_headers
from portal.gate.identity import at_json_door, forget, identify, login_manager
from portal.gate.limits import limit_body
from portal.gate.origin import check_origin


def stand_guard(app: Flask) -> None:
    """Register the checks. Called once, before any blueprint, so that nothing runs before them."""
    login_manager().init_app(app)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # check_origin calls it, after admission
    forms = CSRFProtect(app)

    @app.before_request
    def _gate() -> None:
        limit_body(app)
        identify()
        admit(app)
        if not at_json_door() and not is_for_programs(app):
            check_origin(forms)

    app.after_request(set_headers)
    app.teardown_request(lambda _error: forget())
