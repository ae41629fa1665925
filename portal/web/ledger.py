"""The ledger as an agency's data protection officer and auditor read it, and take it home to check."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from auth.purposes import PURPOSES
from auth.roles import Action
from foundation.errors import Conflict, Invalid
from portal.gate import context, ledger_asked, ledger_files
from portal.gate.admission import allows
from portal.gate.headers import unchanging
from sharing import publishing
from sharing.accounts import Showing
from sharing.consultations import Asked, EntryPage, read_entry, read_ledger
from sharing.events.entry import OPERATIONS

blueprint = Blueprint("ledger", __name__)


@blueprint.get("/ledger")
@allows(Action.LEDGER_READ)
def index() -> str:
    """The newest entries that concern the agency, how far the log reaches, and who has seen it."""
    standing = publishing.read_standing(context.database(), context.actor(), context.witnesses())
    problems: dict[str, str] = {}
    try:
        asked, before = ledger_asked.read(request.args)
        page = read_ledger(context.database(), context.actor(), asked, before=before)
    except Invalid as invalid:
        problems, asked, page = invalid.problems, Asked(), EntryPage((), None)
    kept = {name: value for name, value in vars(asked).items() if value}
    older = url_for("ledger.index", **kept, before=page.before) if page.before is not None else ""
    fingerprints = {name: ledger_files.fingerprint(name) for name in ledger_files.PROGRAMS}
    return render_template(
        "pages/ledger/index.html",
        page=page,
        asked=asked,
        kept=kept,
        may_review=context.actor().may(Action.LEDGER_REVIEW),
        problems=problems,
        older=older,
        operations=OPERATIONS,
        purposes=PURPOSES,
        standing=standing,
        fingerprints=fingerprints,
    )


@blueprint.get("/ledger/entries/<uuid:entry>")
@allows(Action.LEDGER_READ)
def show(entry: object) -> str:
    """One entry: who did what, and what they could see then."""
    found = read_entry(context.database(), context.actor(), str(entry))
    parts = [part for record, showing in found.shown for part in parts_of(record, showing)]
    return render_template("pages/ledger/show.html", entry=found, parts=parts)


def parts_of(record: str, showing: Showing) -> list[tuple[str, list[str], list[str], list[str]]]:
    """What was shown of a record and of each person with it: whose, in full, in another form, kept back."""
    parts: dict[str, tuple[list[str], list[str], list[str]]] = {"": ([], [], [])}
    told = [(name, "") for name in showing.full], showing.treated.items(), showing.withheld.items()
    for place, names in enumerate(told):
        for whole, why in sorted(names):
            link, _, name = whole.removeprefix("persons.").rpartition(".")
            words = name.replace("_", " ")
            parts.setdefault(link, ([], [], []))[place].append(f"{words} ({why})" if why else words)
    whose = [record, *(f"Person {number} of it" for number in range(1, len(parts)))]
    return [(each, *parts[link]) for each, link in zip(whose, parts, strict=True)]


@blueprint.get("/ledger/checkpoint")
@blueprint.get("/ledger/logs/<int:log>/checkpoint")
@allows(Action.LEDGER_READ)
def checkpoint(log: int | None = None) -> Response:
    """The newest signed checkpoint."""
    return ledger_files.plain(publishing.read_checkpoint(context.database(), context.actor(), log))


@blueprint.get("/ledger/tile/<int:level>/<path:piece>")
@blueprint.get("/ledger/logs/<int:log>/tile/<int:level>/<path:piece>")
@allows(Action.LEDGER_READ)
@unchanging
def tile(level: int, piece: str, log: int | None = None) -> Response:
    """A tile of the tree's hashes."""
    return ledger_files.pieces(publishing.read_tile(context.database(), context.actor(), level, piece, log))


@blueprint.get("/ledger/tile/entries/<path:piece>")
@blueprint.get("/ledger/logs/<int:log>/tile/entries/<path:piece>")
@allows(Action.LEDGER_READ)
@unchanging
def leaves(piece: str, log: int | None = None) -> Response:
    """A bundle of public leaves."""
    return ledger_files.pieces(publishing.read_leaves(context.database(), context.actor(), piece, log))


@blueprint.get("/ledger/policy.txt")
@allows(Action.LEDGER_READ)
def policy() -> Response:
    """Whose signatures count."""
    text = publishing.read_policy(context.database(), context.actor(), context.witnesses())
    return ledger_files.plain(text)


@blueprint.get("/ledger/keys.txt")
@allows(Action.LEDGER_READ)
def keys() -> Response:
    """How keys of the log followed one another."""
    return ledger_files.plain(publishing.read_successions(context.database(), context.actor()))


@blueprint.get("/ledger/own")
@allows(Action.LEDGER_READ)
def own() -> AnyResponse:
    """Lead on to the download of today, whose address stays good for going on with it."""
    standing = publishing.read_standing(context.database(), context.actor(), context.witnesses())
    if not standing.offered:
        raise Conflict("The ledger has signed nothing yet. Try again in a minute.")
    return redirect(url_for("ledger.download", after=0, size=standing.offered), 303)


@blueprint.get("/ledger/parts")
@allows(Action.LEDGER_READ)
def parts() -> ResponseReturnValue:
    """All that concerns the agency, or what came since an earlier bundle, in parts to take one by one."""
    problems: dict[str, str] = {}
    found: tuple[tuple[int, int], ...] = ()
    try:
        found = publishing.read_parts(
            context.database(), context.actor(), context.witnesses(), ledger_files.part_asked()
        )
    except Invalid as invalid:
        problems = invalid.problems
    page = render_template(
        "pages/ledger/parts.html",
        parts=found,
        after=request.args.get("after", ""),
        problems=problems,
        fingerprint=ledger_files.fingerprint("fetch.py"),
    )
    return page, 422 if problems else 200


@blueprint.get("/ledger/own/<int:after>/<int:size>")
@allows(Action.LEDGER_READ)
def download(after: int, size: int) -> Response:
    """All that concerns the agency between two checkpoints, with its proofs."""
    plan = publishing.plan_download(
        context.system_database(), context.actor(), context.witnesses(), size=size, after=after
    )
    return ledger_files.bundle(plan)


@blueprint.get("/ledger/entries/<uuid:entry>/receipt")
@allows(Action.LEDGER_READ)
def receipt(entry: object) -> Response:
    """One entry with its proof."""
    text = publishing.take_receipt(context.database(), context.actor(), context.witnesses(), str(entry))
    return ledger_files.receipt(str(entry), text)


@blueprint.get("/ledger/verify.py")
@allows(Action.LEDGER_READ)
def verifier() -> Response:
    """The program that checks downloads."""
    return ledger_files.program("verify.py")


@blueprint.get("/ledger/fetch.py")
@allows(Action.LEDGER_READ)
def fetcher() -> Response:
    """The program that fetches bundles and goes on where a download broke off."""
    return ledger_files.program("fetch.py")


@blueprint.get("/ledger/witness.py")
@allows(Action.LEDGER_READ)
def witness() -> Response:
    """The program that co-signs checkpoints."""
    return ledger_files.program("witness.py")
