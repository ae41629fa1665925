"""Looks that stand out among an agency's own people, for its data protection officer, and their review."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from auth.roles import Action
from foundation.clock import LONDON
from foundation.errors import Invalid
from portal.gate import context
from portal.gate.admission import allows
from sharing.unusual import measures
from sharing.unusual.reviewing import OUTCOMES, PURPOSES, Line, read_unusual, settle

blueprint = Blueprint("unusual", __name__)

_KINDS = {
    measures.Kind.FIRST: "First look outside the area",
    measures.Kind.GLASS: "Broken glass",
    measures.Kind.NIGHT: "Night",
    measures.Kind.VOLUME: "Many looks",
}


@blueprint.get("/ledger/unusual")
@allows(Action.LEDGER_REVIEW)
def index() -> str:
    """What stands out, what waits for a review first; with the measures and what it may be used for."""
    return _page()


@blueprint.post("/ledger/unusual")
@allows(Action.LEDGER_REVIEW)
def keep() -> ResponseReturnValue:
    """Keep what the review of one line came to."""
    sent = {name: request.form.get(name, "") for name in ("kind", "person", "of", "outcome")}
    try:
        settle(context.system_database(), context.actor(), **sent)
    except Invalid as invalid:
        return _page(tuple(sent.values())[:3], invalid.problems["outcome"]), 422
    flash("The outcome is kept, and is an entry of the ledger.")
    return redirect(url_for("unusual.index"), 303)


def _page(wrong: tuple[str, ...] = (), problem: str = "") -> str:
    lines = read_unusual(context.system_database(), context.actor())
    return render_template(
        "pages/unusual/index.html",
        waiting=[each for each in lines if each.outcome is None],
        reviewed=[each for each in lines if each.outcome is not None],
        kinds=_KINDS,
        outcomes=OUTCOMES,
        purposes=PURPOSES,
        measures=measures,
        looks_of=_looks_of,
        wrong=wrong,
        problem=problem,
    )


def _looks_of(line: Line) -> str:
    """Where the looks themselves stand in the ledger."""
    if line.kind in {measures.Kind.FIRST, measures.Kind.GLASS}:
        return url_for("ledger.show", entry=line.of)
    day = line.at.astimezone(LONDON).date().isoformat()
    return url_for("ledger.index", person=line.who, since=day, until=day)
