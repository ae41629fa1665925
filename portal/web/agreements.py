"""Agreements as their parties read them: the register, one agreement, and its versions."""

from flask import Blueprint, Response, render_template, request

from auth.roles import Action
from foundation.errors import Missing
from portal.gate import context
from portal.gate.admission import allows
from portal.web.terms import may_try
from sharing.agreements.acts import Act
from sharing.agreements.stages import STAGE_LABELS
from sharing.register.agreement import read_agreement
from sharing.register.changes import read_changes
from sharing.register.lines import list_agreements
from sharing.register.matrix import read_matrix
from sharing.register.version import VersionPage, read_exact_text, read_version
from sharing.vocabulary.agreements import STATES

blueprint = Blueprint("agreements", __name__)

#: The register's parts: how agreements stand there, and what each part is called.
_PARTS = (
    ("Being agreed", ("signing", "review", "draft", "coming")),
    ("In force", ("active",)),
    ("Suspended", ("suspended", "changed")),
    ("Over", ("expired", "ended", "left")),
)


@blueprint.get("/agreements")
@allows(Action.AGREEMENT_READ)
def index() -> str:
    """The agreements that this person may know of, by how they stand."""
    lines = list_agreements(context.system_database(), context.actor())
    parts = [(title, [line for line in lines if line.state in states]) for title, states in _PARTS]
    return render_template(
        "pages/agreements/index.html", parts=parts, states=STATES, stages=STAGE_LABELS, may_draft=may_try()
    )


@blueprint.get("/agreements/<string:agreement_id>")
@allows(Action.AGREEMENT_READ)
def show(agreement_id: str) -> str:
    """One agreement: how it stands, its nine heads, its versions, and what this person may do."""
    page = read_agreement(context.system_database(), context.actor(), agreement_id[:40])
    return render_template(
        "pages/agreements/show.html", page=page, states=STATES, stages=STAGE_LABELS, act=Act
    )


@blueprint.get("/agreements/<string:agreement_id>/versions/<int:number>")
@allows(Action.AGREEMENT_READ)
def version(agreement_id: str, number: int) -> str:
    """Who sees what under a version, in the case that the address asks about."""
    page = _version(agreement_id, number)
    asked = request.args.to_dict()
    matrix = read_matrix(context.system_database(), context.actor(), agreement_id[:40], number, asked)
    return render_template("pages/agreements/version.html", page=page, matrix=matrix, **_words())


@blueprint.get("/agreements/<string:agreement_id>/versions/<int:number>/clauses")
@allows(Action.AGREEMENT_READ)
def clauses(agreement_id: str, number: int) -> str:
    """The heads and clauses of a version, with what was said of each."""
    page = _version(agreement_id, number)
    return render_template("pages/agreements/clauses.html", page=page, **_words())


@blueprint.get("/agreements/<string:agreement_id>/versions/<int:number>/changes")
@allows(Action.AGREEMENT_READ)
def changes(agreement_id: str, number: int) -> str:
    """What a version changes: against the one that the address names, else the one in force or before it."""
    page = _version(agreement_id, number)
    others = page.others
    if not others:
        raise Missing("There is nothing to compare it with.")
    before = [each for each in others if each < number] or others
    usual = page.in_force if page.in_force in others else max(before)
    against = request.args.get("against", usual, type=int)
    found = read_changes(context.system_database(), context.actor(), agreement_id[:40], number, against)
    return render_template(
        "pages/agreements/changes.html", page=page, changes=found, others=others, **_words()
    )


@blueprint.get("/agreements/<string:agreement_id>/versions/<int:number>/history")
@allows(Action.AGREEMENT_READ)
def history(agreement_id: str, number: int) -> str:
    """Who drafted, commented, sent on and signed a version, and with which digest."""
    page = _version(agreement_id, number)
    return render_template("pages/agreements/history.html", page=page, **_words())


@blueprint.get("/agreements/<string:agreement_id>/versions/<int:number>/exact-text")
@allows(Action.AGREEMENT_READ)
def exact_text(agreement_id: str, number: int) -> Response:
    """The canonical text of a version, as a file whose SHA-256 is what signatures bind."""
    text = read_exact_text(context.system_database(), context.actor(), agreement_id[:40], number)
    answer = Response(text, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="version-{number}.json"'
    return answer


def _version(agreement_id: str, number: int) -> VersionPage:
    return read_version(context.system_database(), context.actor(), agreement_id[:40], number)


def _words() -> dict[str, object]:
    return {"stages": STAGE_LABELS, "states": STATES, "act": Act}
