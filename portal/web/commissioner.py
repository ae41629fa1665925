"""Handing entries of the ledger to the Information Commissioner, as one file that checks out by itself."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from auth.roles import Action
from foundation.errors import Invalid
from portal.gate import context
from portal.gate.admission import allows
from portal.web.exports import attached
from portal.web.forms.commissioner import CommissionerForm
from portal.web.forms.fields import keep_problems
from sharing.commissioner import MOST, hand_to_commissioner

blueprint = Blueprint("commissioner", __name__)


@blueprint.get("/ledger/commissioner")
@allows(Action.LEDGER_REVIEW)
def show() -> str:
    """The form, filled with what the ledger's page was narrowed to."""
    return _page(CommissionerForm(request.args))


@blueprint.post("/ledger/commissioner")
@allows(Action.LEDGER_REVIEW)
def hand_over() -> ResponseReturnValue:
    """The file, or the form again with what to change."""
    form = CommissionerForm()
    if form.validate():
        try:
            file = hand_to_commissioner(
                context.database(),
                context.system_database(),
                context.actor(),
                context.witnesses(),
                form.asked(),
                form.reference.data or "",
            )
            return attached(file.content, "application/zip", file.name)
        except Invalid as invalid:
            keep_problems(form, invalid, fallback="since")
    return _page(form), 422


def _page(form: CommissionerForm) -> str:
    return render_template("pages/ledger/commissioner.html", form=form, most=MOST)
