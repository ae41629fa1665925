"""The ledger at the JSON door, as an agency's data protection officer and auditor read it."""

from dataclasses import asdict, replace

from flask import Response, request
from flask.views import MethodView

from auth.roles import Action
from portal.api.answers import json_response
from portal.api.description import query
from portal.api.reading import Noun
from portal.gate import context, ledger_asked, ledger_files
from portal.gate.admission import allows
from portal.gate.headers import unchanging
from sharing import publishing
from sharing.consultations import read_entry, read_ledger

ledger = Noun("api_ledger", __name__, url_prefix="/api/v1/ledger", description="The ledger")


@ledger.route("/entries")
class Entries(MethodView):
    """Entries that concern the key's agency."""

    @allows(Action.LEDGER_READ)
    def get(self) -> Response:
        """The newest of them that fit; `index` is null until an entry has its place in the log.

        To go on, give `before` as the page before said it.
        """
        asked, before = ledger_asked.read(request.args)
        found = read_ledger(context.database(), context.actor(), asked, before=before)
        return json_response(asdict(found))


@ledger.route("/entries/<uuid:entry>")
class Entry(MethodView):
    """One entry that concerns the key's agency."""

    @allows(Action.LEDGER_READ)
    def get(self, entry: object) -> Response:
        """The entry, and what could be seen then: fields by name, never a value."""
        found = read_entry(context.database(), context.actor(), str(entry))
        shown = [
            {
                "record": record,
                "full": sorted(each.full),
                "treated": dict(each.treated),
                "withheld": dict(each.withheld),
            }
            for record, each in found.shown
        ]
        return json_response({**asdict(replace(found, shown=())), "shown": shown})


@ledger.route("/standing")
class Standing(MethodView):
    """How far the log reaches."""

    @allows(Action.LEDGER_READ)
    def get(self) -> Response:
        """The newest signed checkpoint in figures, and what each witness saw last."""
        found = publishing.read_standing(context.database(), context.actor(), context.witnesses())
        return json_response({**asdict(found), "root": found.root.hex()})


@ledger.route("/checkpoint")
@ledger.route("/logs/<int:log>/checkpoint")
class Checkpoint(MethodView):
    """The signed checkpoint, as C2SP tlog-checkpoint has it."""

    @allows(Action.LEDGER_READ)
    def get(self, log: int | None = None) -> Response:
        """The newest one of the log that grows, or of an earlier log."""
        return ledger_files.plain(publishing.read_checkpoint(context.database(), context.actor(), log))


@ledger.route("/tile/<int:level>/<path:piece>")
@ledger.route("/logs/<int:log>/tile/<int:level>/<path:piece>")
@unchanging
class Tile(MethodView):
    """Hashes of the tree, as C2SP tlog-tiles has them."""

    @allows(Action.LEDGER_READ)
    def get(self, level: int, piece: str, log: int | None = None) -> Response:
        """Up to 256 hashes of 32 bytes, which never change."""
        database, actor = context.database(), context.actor()
        return ledger_files.pieces(publishing.read_tile(database, actor, level, piece, log))


@ledger.route("/tile/entries/<path:piece>")
@ledger.route("/logs/<int:log>/tile/entries/<path:piece>")
@unchanging
class Leaves(MethodView):
    """Public leaves, as C2SP tlog-tiles has them."""

    @allows(Action.LEDGER_READ)
    def get(self, piece: str, log: int | None = None) -> Response:
        """Up to 256 leaves, each after its length in two bytes, which never change."""
        return ledger_files.pieces(publishing.read_leaves(context.database(), context.actor(), piece, log))


@ledger.route("/policy")
class Policy(MethodView):
    """Whose signatures count, as C2SP tlog-policy has it."""

    @allows(Action.LEDGER_READ)
    def get(self) -> Response:
        """The keys of the log and its witnesses."""
        text = publishing.read_policy(context.database(), context.actor(), context.witnesses())
        return ledger_files.plain(text)


@ledger.route("/keys")
class Keys(MethodView):
    """How keys of the log followed one another."""

    @allows(Action.LEDGER_READ)
    def get(self) -> Response:
        """A signed note for each change, parted by empty lines."""
        return ledger_files.plain(publishing.read_successions(context.database(), context.actor()))


@ledger.route("/parts")
class Parts(MethodView):
    """What can be downloaded one after the other instead of all at once."""

    @allows(Action.LEDGER_READ)
    @ledger.doc(parameters=[query("after", "The number in the name of the newest bundle that is there.")])
    def get(self) -> Response:
        """For each part the two numbers of its address under `own`; with `after` what came since."""
        after = ledger_files.part_asked()
        found = publishing.read_parts(context.database(), context.actor(), context.witnesses(), after)
        return json_response({"parts": [{"after": begin, "size": end} for begin, end in found]})


@ledger.route("/own/<int:after>/<int:size>")
class Own(MethodView):
    """All that concerns the key's agency, to check elsewhere."""

    @allows(Action.LEDGER_READ)
    def get(self, after: int, size: int) -> Response:
        """A bundle between two signed checkpoints; 0 is the beginning, and as size the newest checkpoint."""
        plan = publishing.plan_download(
            context.system_database(), context.actor(), context.witnesses(), size=size, after=after
        )
        return ledger_files.bundle(plan)


@ledger.route("/entries/<uuid:entry>/receipt")
class Receipt(MethodView):
    """One entry with its proof, as C2SP tlog-proof has it."""

    @allows(Action.LEDGER_READ)
    def get(self, entry: object) -> Response:
        """The entry, if it names the key's agency."""
        text = publishing.take_receipt(context.database(), context.actor(), context.witnesses(), str(entry))
        return ledger_files.receipt(str(entry), text)
