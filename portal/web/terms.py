"""The terms of a version: what they say, what is doubtful, who sees what; tried out, and taken as a file."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from auth.roles import Action
from foundation.errors import Invalid
from portal.gate import context
from portal.gate.admission import allows
from portal.web.matrices import by_severity, clause_views, matrix_view
from portal.web.trials import trial_view
from sharing.agreements.drafting import read_version
from sharing.agreements.showing import show_terms
from sharing.agreements.stages import STAGE_LABELS
from sharing.documents.agreements import Form, export_terms
from sharing.simulation.simulate import Ask, simulate

blueprint = Blueprint("terms", __name__, url_prefix="/agreements/<string:agreement_id>/versions/<int:number>")


def place_of(agreement_id: str, number: int) -> tuple[str, int]:
    """The version that an address names."""
    return agreement_id[:40], number


def may_try() -> bool:
    """Whether this person may try versions out."""
    actor = context.actor()
    return actor.may(Action.AGREEMENT_DRAFT) and not actor.member


@blueprint.get("/terms")
@allows(Action.AGREEMENT_READ)
def show(agreement_id: str, number: int) -> str:
    """The clauses with their doubts, and who sees what in the case that the address asks about."""
    place = place_of(agreement_id, number)
    shown = show_terms(context.system_database(), context.actor(), place, request.args.to_dict())
    errors, warnings = by_severity(shown.lints)
    return render_template(
        "pages/terms/show.html",
        version=shown.version,
        stages=STAGE_LABELS,
        names=shown.names,
        errors=errors,
        warnings=warnings,
        clauses=clause_views(shown.version.terms.clauses, shown.lints, shown.names),
        matrix=matrix_view(shown),
        may_try=may_try(),
    )


@blueprint.get("/simulation")
@allows(Action.AGREEMENT_DRAFT)
def simulation(agreement_id: str, number: int) -> ResponseReturnValue:
    """What the version would change, for invented samples or for own records."""
    place = place_of(agreement_id, number)
    database, actor = context.system_database(), context.actor()
    try:
        found = simulate(database, actor, place, _asked())
    except Invalid as invalid:
        version = read_version(database, actor, place)
        page = render_template(
            "pages/terms/simulation.html",
            version=version,
            stages=STAGE_LABELS,
            found=None,
            view=None,
            problems=list(invalid.problems.values()),
            may_try=True,
        )
        return page, 422
    return render_template(
        "pages/terms/simulation.html",
        version=found.version,
        stages=STAGE_LABELS,
        found=found,
        view=trial_view(found),
        problems=[],
        may_try=True,
    )


def _asked() -> Ask:
    args = request.args
    picked = [tuple(each.split(":", 1)) for each in args.getlist("record") if ":" in each]
    return Ask(
        records=tuple((type_, id_[:36]) for type_, id_ in picked),
        owner=args.get("owner", "")[:60],
        audiences=tuple(dict.fromkeys(each[:100] for each in args.getlist("audience"))),
        shared=args.get("basis") == "shared",
        focus=(args.get("sample", "")[:60], args.get("eyes", "")[:100], args.get("purpose", "")[:60]),
    )


@blueprint.get("/exports/<any(yaml,json,odrl,pdf):form>")
@allows(Action.AGREEMENT_READ)
def export(agreement_id: str, number: int, form: str) -> Response:
    """The terms as a file."""
    place = place_of(agreement_id, number)
    document = export_terms(context.system_database(), context.actor(), place, Form(form))
    answer = Response(document.data, mimetype=document.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{document.name}"'
    return answer
