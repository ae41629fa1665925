"""What a person does to an agreement or a version, each on a page that says what happens then."""

from collections.abc import Callable, Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from auth.roles import Action
from foundation.errors import Conflict, Denied, Invalid
from portal.gate import context
from portal.gate.admission import allows
from portal.web.filters import long_time
from portal.web.forms.agreements import (
    AgreedForm,
    CommentForm,
    ConfirmationForm,
    ReasonForm,
    ReviewForm,
    SignForm,
    ToReviewForm,
)
from portal.web.forms.fields import keep_problems
from portal.web.forms.sentences import PortalForm
from sharing.agreements import confirming, ending, lifecycle, reviewing, signing, suspending, withdrawing
from sharing.agreements.acts import Act
from sharing.register.agreement import read_agreement
from sharing.register.changes import read_changes
from sharing.register.difference import read_difference
from sharing.register.version import VersionPage, read_version

blueprint = Blueprint("agreement_acts", __name__)

#: What a page says once the act is done.
DONE: Mapping[str, str] = {
    Act.SUSPEND: "Suspended. Nobody reads anything under this agreement until your agency resumes it.",
    Act.RESUME: "Your agency’s suspension is over.",
    Act.WITHDRAW: "Your agency has withdrawn. It neither reads nor is read under this agreement.",
    Act.REJOIN: "Your agency is a party again.",
    Act.END: "Your agency has agreed that this agreement ends.",
    Act.KEEP: "Taken back. The agreement goes on.",
    Act.RECORD_REVIEW: "The review is kept.",
    Act.TO_REVIEW: "Sent. Every party can read it now and comment.",
    Act.TO_SIGNING: "Frozen. Every party can sign it now.",
    Act.BACK: "Sent back to the agency that drafted it.",
    Act.COMMENT: "Your comment is there for every party to read.",
}


@blueprint.route(
    "/agreements/<string:agreement_id>/<any(suspend, resume, withdraw, rejoin, end, keep):act>",
    methods=["GET", "POST"],
)
@allows(Action.AGREEMENT_SIGN)
def standing(agreement_id: str, act: str) -> ResponseReturnValue:
    """Suspend or resume, withdraw or come back, end or keep: for the person's own agency."""
    form = ReasonForm() if act in (Act.SUSPEND, Act.WITHDRAW, Act.END) else AgreedForm()
    database, actor = context.system_database(), context.actor()

    def do() -> str:
        reason = form.reason.data or "" if isinstance(form, ReasonForm) else ""
        if act == Act.SUSPEND:
            suspending.suspend(database, actor, agreement_id, reason=reason)
        elif act == Act.RESUME:
            suspending.resume(database, actor, agreement_id)
        elif act == Act.WITHDRAW:
            withdrawing.withdraw(database, actor, agreement_id, reason=reason)
        elif act == Act.REJOIN:
            withdrawing.rejoin(database, actor, agreement_id)
        elif act == Act.END:
            if ending.agree_to_end(database, actor, agreement_id, reason=reason):
                return "Every party has agreed: the agreement has ended."
        else:
            ending.take_back_end(database, actor, agreement_id)
        return DONE[act]

    return _act_on_agreement(agreement_id, act, form, do)


@blueprint.route("/agreements/<string:agreement_id>/record-review", methods=["GET", "POST"])
@allows(Action.AGREEMENT_DRAFT)
def review(agreement_id: str) -> ResponseReturnValue:
    """Keep that the agreement was reviewed."""
    form = ReviewForm()

    def do() -> str:
        reviewing.record_review(
            context.system_database(),
            context.actor(),
            agreement_id,
            findings=form.findings.data or "",
            next_due=form.next_due.data,
        )
        return DONE[Act.RECORD_REVIEW]

    return _act_on_agreement(agreement_id, Act.RECORD_REVIEW, form, do)


@blueprint.route("/agreements/<string:agreement_id>/confirmation", methods=["GET", "POST"])
@allows(Action.RECORD_RELEASE)
def confirmation(agreement_id: str) -> ResponseReturnValue:
    """See what the version in force would open of one's own older releases, and let it."""
    form, database, actor = ConfirmationForm(), context.system_database(), context.actor()

    def do() -> str:
        number = int(form.version.data)
        confirming.confirm(database, actor, agreement_id, version=number)
        return f"Confirmed. What your agency released before is read by version {number} now."

    def page() -> str:
        found = read_difference(database, actor, agreement_id)
        form.version.raw_data, form.version.data = None, found.version
        return render_template("pages/agreements/confirmation.html", page=found, form=form)

    return _answered(form, do, page, url_for("agreements.show", agreement_id=agreement_id))


@blueprint.route(
    "/agreements/<string:agreement_id>/versions/<int:number>/<any(review, signing, back, comment):act>",
    methods=["GET", "POST"],
)
@allows(Action.AGREEMENT_DRAFT)
def negotiate(agreement_id: str, number: int, act: str) -> ResponseReturnValue:
    """Send a version on or back, or say something of it."""
    version = _version(agreement_id, number)
    form = _form_for(act, version)

    def page() -> str:
        found = _version(agreement_id, number) if form.is_submitted() else version
        if not form.is_submitted():
            _require(act, found.acts)
        if isinstance(form, ToReviewForm):
            form.edition.raw_data, form.edition.data = None, found.edition
        return render_template("pages/agreements/negotiate.html", page=found, form=form, act=act)

    endpoint = "agreements.clauses" if act == Act.COMMENT else "agreements.version"
    then = url_for(endpoint, agreement_id=agreement_id, number=number)
    if act == Act.BACK and not version.own:
        then = url_for("agreements.index")  # the draft is another agency's alone from now on
    return _answered(form, lambda: _negotiated(form, agreement_id, number), page, then)


def _form_for(act: str, version: VersionPage) -> PortalForm:
    if act == Act.TO_REVIEW:
        return ToReviewForm()
    if act == Act.BACK:
        return ReasonForm()
    if act == Act.TO_SIGNING:
        return AgreedForm()
    form = CommentForm()
    form.offer([(clause.id, clause.title) for clause in version.clauses])
    if not form.is_submitted():
        form.clause.data = request.args.get("clause", "")
    return form


def _negotiated(form: PortalForm, agreement_id: str, number: int) -> str:
    database, actor = context.system_database(), context.actor()
    if isinstance(form, ToReviewForm):
        lifecycle.send_to_review(database, actor, agreement_id, number, edition=int(form.edition.data))
        return DONE[Act.TO_REVIEW]
    if isinstance(form, ReasonForm):
        lifecycle.send_back(database, actor, agreement_id, number, reason=form.reason.data or "")
        return DONE[Act.BACK]
    if isinstance(form, CommentForm):
        clause = form.clause.data or None
        lifecycle.comment(database, actor, agreement_id, number, text=form.text.data or "", clause=clause)
        return DONE[Act.COMMENT]
    lifecycle.send_to_signing(database, actor, agreement_id, number)
    return DONE[Act.TO_SIGNING]


@blueprint.route("/agreements/<string:agreement_id>/versions/<int:number>/sign", methods=["GET", "POST"])
@allows(Action.AGREEMENT_SIGN)
def sign(agreement_id: str, number: int) -> ResponseReturnValue:
    """Read the whole version and sign it; the form carries the digest of the text that the page showed."""
    form, database, actor = SignForm(), context.system_database(), context.actor()

    def do() -> str:
        begins = signing.sign(database, actor, agreement_id, number, digest=form.digest.data)
        if begins is None:
            return f"Signed for {actor.agency_name}. The version is in force once every party has signed."
        return f"Signed. Every party has signed: version {number} is in force from {long_time(begins)}."

    def page() -> str:
        found = _version(agreement_id, number)
        if not form.is_submitted():
            _require(Act.SIGN, found.acts)
        form.digest.data, form.read.data = found.digest, False
        changes = None
        if found.in_force not in (0, number):
            changes = read_changes(database, actor, agreement_id, number, found.in_force)
        return render_template("pages/agreements/sign.html", page=found, form=form, changes=changes)

    then = url_for("agreements.version", agreement_id=agreement_id, number=number)
    return _answered(form, do, page, then)


def _act_on_agreement(
    agreement_id: str, act: str, form: PortalForm, do: Callable[[], str]
) -> ResponseReturnValue:
    def page() -> str:
        found = read_agreement(context.system_database(), context.actor(), agreement_id)
        if not form.is_submitted():
            _require(act, found.acts)
        return render_template("pages/agreements/act.html", page=found, form=form, act=act)

    return _answered(form, do, page, url_for("agreements.show", agreement_id=agreement_id))


def _answered(
    form: PortalForm, do: Callable[[], str], page: Callable[[], str], then: str
) -> ResponseReturnValue:
    """The page; or, once its form was sent well, the way on with a word of what was done."""
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                said = do()
            except (Invalid, Conflict) as problem:
                keep_problems(form, problem)
                status = 409 if isinstance(problem, Conflict) else 422
            else:
                flash(said)
                return redirect(then, 303)
    shown = page()
    return shown if status == 200 else (shown, status)


def _version(agreement_id: str, number: int) -> VersionPage:
    return read_version(context.system_database(), context.actor(), agreement_id, number)


def _require(act: str, acts: tuple[Act, ...]) -> None:
    if act not in acts:
        raise Denied("This is not yours to do now. Somebody may have moved it on: look at it again.")
