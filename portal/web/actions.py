"""Actions of the partnership: by colour, one by one, answered by owners and closed by the chair."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from auth.roles import Action
from foundation.errors import Conflict, Invalid
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.places import actions_cursor, actions_place
from portal.web.forms.actions import AnswerForm
from portal.web.forms.fields import keep_problems
from sharing.partnerships.actions import list_actions, list_closed_actions, move_action, read_action
from sharing.partnerships.standing import MOVES, Colour

blueprint = Blueprint("actions", __name__)

#: What the colours mean, in the order in which they are shown.
COLOURS = (
    (Colour.RED, "Red", "overdue"),
    (Colour.AMBER, "Amber", "due within 7 days, or at risk"),
    (Colour.GREEN, "Green", "on track"),
    (Colour.BLUE, "Blue", "owner says done or not possible, meeting to close"),
)


@blueprint.get("/actions")
@allows(Action.MEETING_READ)
def index() -> str:
    """Every open action, the most urgent first."""
    actions = list_actions(context.database(), context.actor())
    groups = [
        (colour.value, name, meaning, [action for action in actions if action.colour is colour])
        for colour, name, meaning in COLOURS
    ]
    tiles = [
        (colour, len(inside), name, meaning, f"#{colour}" if inside else "")
        for colour, name, meaning, inside in groups
    ]
    return render_template(
        "pages/actions/index.html", groups=groups, tile_items=tiles, moves=MOVES, count=len(actions)
    )


@blueprint.get("/actions/closed")
@allows(Action.MEETING_READ)
def closed() -> str:
    """What meetings have closed, the last first."""
    actor = context.actor()
    page = list_closed_actions(context.database(), actor, actions_place(request.args.get("cursor"), actor))
    cursor = actions_cursor(page.next, actor)
    older = url_for("actions.closed", cursor=cursor) if cursor else ""
    return render_template("pages/actions/closed.html", actions=page.actions, moves=MOVES, older=older)


@blueprint.route("/actions/<uuid:action_id>", methods=["GET", "POST"])
@allows(Action.ACTION_MOVE)
def show(action_id: object) -> str | tuple[str, int] | Response:
    """One action; a good answer is taken and the page shown again."""
    reference = str(action_id)
    form = AnswerForm()
    page = read_action(context.database(), context.actor(), reference)
    form.offer(page.action.moves)
    status = 200
    if form.is_submitted():
        status = 422
        if form.version.data != page.action.version:
            # Whoever answers too late reads what came first, and not that their choice is gone.
            form.offer(tuple(MOVES))
        if form.validate():
            try:
                move_action(context.database(), context.actor(), reference, form.answer())
            except (Invalid, Conflict) as problem:
                keep_problems(form, problem, fallback="text")
                status = 409 if isinstance(problem, Conflict) else 422
                page = read_action(context.database(), context.actor(), reference)
            else:
                flash("Your answer is kept.")
                return redirect(url_for("actions.show", action_id=reference), 303)
        form.offer(page.action.moves)
    # What came in counts before `data` when the field is printed, and would lose the next race as well.
    form.version.raw_data = None
    form.version.data = page.action.version
    meaning = {colour: words for colour, _, words in COLOURS}.get(page.action.colour, "")
    rendered = render_template("pages/actions/show.html", page=page, form=form, moves=MOVES, meaning=meaning)
    return rendered if status == 200 else (rendered, status)
