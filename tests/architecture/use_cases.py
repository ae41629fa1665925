"""The use cases of the product, read from its source: what opens a transaction, and what leads to the ledger.

A use case is a public function of `sharing` or `auth` that opens a transaction, itself, through functions of
its own module, or by a frame: a context manager around several of them. New ones are found by themselves.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.architecture.sources import ROOT, files

#: Where entries are written: one, or several at once.
APPENDS = frozenset({"foundation.ledger.append.append"})

#: Use cases that leave no entry, each with its reason. A line more here is a decision for the reviewer.
EXEMPT = {
    "auth.account.agency_sign_in": "how one's own account stands with one's agency's provider",
    "auth.account.read_account": "one's own account and sessions",
    "auth.accounts.demonstration_people": "the sign-in page of the demonstration lists invented people",
    "auth.accounts.holds_demonstration": "asked at the start of the process, by nobody",
    "auth.agencies.list_agencies": "names of agencies, which every partner knows",
    "auth.sign_on.discovery.find_provider": "what a provider says of itself to everybody",
    "auth.sign_on.discovery.keys_for": "public keys of a provider",
    "auth.sign_on.providers.offered": "which agencies have a provider, as the sign-in page tells everybody",
    "auth.sign_on.providers.read_sign_on": "one's own agency's provider and its links; each left one",
    "auth.sign_on.trip.begin_proof": "setting out; coming back leaves one, whatever comes of it",
    "auth.sign_on.trip.begin_sign_in": "setting out; anybody may, and the ledger would grow by it",
    "auth.sessions.find_session": "who is asking: every request would leave two entries",
    "auth.keys.find_key": "who is asking; a key's first use leaves one",
    "auth.sessions.sweep": "rows of sessions, attempts and answers that have ended by themselves",
    "auth.codes.begin_authenticator": "a secret that counts for nothing until it is proved, which leaves one",
    "auth.letters.post_letter": "sends what an act with its own entry asked for",
    "auth.notices.read_notices": "what happened to one's own account; each left one when it did",
    "auth.passkeys.begin_enrolment": "a question that counts for nothing until its answer leaves one",
    "auth.passkeys.begin_use": "a question that counts for nothing until its answer leaves one",
    "auth.passkeys.made_passkey": "takes the question; whoever keeps the passkey leaves one",
    "sharing.audiences.list_audiences": "names of one's own agreements and their parties",
    "sharing.drafts.keeping.sweep_drafts": "rows of drafts that have ended by themselves",
    "sharing.exports.asking.list_exports": "one's own exports by kind and moment; fetching one leaves one",
    "sharing.exports.asking.read_export": "one's own export by kind and moment; fetching it leaves one",
    "sharing.handling.conditions.list_recipients": "names of agencies and roles, which every partner knows",
    "sharing.insight.recorded.choices_of": "published figures; nothing of anybody",
    "sharing.insight.recorded.overview": "published figures; nothing of anybody",
    "sharing.insight.recorded.recorded": "published figures; nothing of anybody",
    "sharing.insight.recorded.same_months_a_year_before": "published figures; nothing of anybody",
    "sharing.insight.recorded.twelve_months_to": "published figures; nothing of anybody",
    "sharing.people.inviting.post_invitation": "sends what an act with its own entry asked for",
    "sharing.people.joining.join_options": "a question that counts for nothing until it is answered",
    "sharing.people.joining.read_invitation": "somebody's own invitation, by its link; nobody has signed in",
    "sharing.people.keys.list_service_accounts": "one's own programs and keys; nothing of a record",
    "sharing.people.keys.offer_key": "one's own program, and what its key may be bound to, to choose from",
    "sharing.people.listing.list_colleagues": "names of one's own colleagues, to choose from",
    "sharing.people.listing.list_giveable": "roles in partnerships that one's agency leads, to choose from",
    "sharing.people.listing.list_sites": "names of one's own sites, to choose from",
    "sharing.people.regaining.read_regaining": "somebody's own account, by its link; nobody has signed in",
    "sharing.people.regaining.regain_options": "a question that counts for nothing until it is answered",
    "sharing.people.own.read_own_access": "one's own roles and the agreements of one's own agency",
    "sharing.people.rules.read_rules": "the rules of one's own scheme, the same for all its members",
    "sharing.people.rules.rules_due": "whether one has to accept rules, asked for every page",
    "sharing.people.sheet.read_sheet": "checks what was typed; inviting leaves one for each",
    "sharing.people.vetting.read_own_vetting": "one's own checks and the rules of one's own agency",
    "sharing.people.vetting.remind": "sends letters about what was recorded with its own entry",
    "sharing.people.vouching.post_regaining": "sends what an act with its own entry asked for",
    "sharing.people.vouching.read_lost": "what a colleague has said, whose saying left one",
    "sharing.publishing.read_checkpoint": "the same for everybody; the log would grow by being read",
    "sharing.publishing.read_leaves": "the same for everybody; the log would grow by being read",
    "sharing.publishing.read_parts": "sizes of the log, the same for everybody",
    "sharing.publishing.read_policy": "keys and names of witnesses, the same for everybody",
    "sharing.publishing.read_standing": "a size, a hash and times, the same for everybody",
    "sharing.publishing.read_successions": "public keys, the same for everybody",
    "sharing.publishing.read_tile": "the same for everybody; the log would grow by being read",
    "sharing.requests.notes.note_choices": "names of fields and of roles, to choose from",
    "sharing.schemes.reports.reporting_terms": "the names of one's own scheme and its clauses",
    "sharing.waiting.count_waiting": "a number of things of one's own that wait, on every page",
    "sharing.waiting.list_waiting": "titles of one's own work; opening one leaves an entry",
    "sharing.webhooks.registering.list_accounts": "one's own programs by name, to choose from",
    "sharing.webhooks.registering.list_webhooks": "one's own registrations; nothing of a record",
    "sharing.webhooks.registering.read_webhook": "one's own registration; nothing of a record",
    "sharing.webhooks.telling.tell_programs": "puts deliveries down; each leaves one when it is sent",
}

#: Use cases that leave several entries, each with its reason.
SEVERAL = {
    "auth.confirming.confirm_with_code": "a recovery code that is used up, and what was proved",
    "auth.passkeys.confirm_with_passkey": "what was proved, and that the passkey's counter went back",
    "auth.passkeys.sign_in_with_passkey": "a session, and that the passkey's counter went back",
    "auth.sign_in.finish_sign_in": "a recovery code that is used up, and the session that it opened",
    "sharing.agreements.ending.agree_to_end": "the last party's word, and that the agreement has ended",
    "sharing.agreements.signing.sign": "the last signature, and that the version is concluded",
    "sharing.agreements.withdrawing.withdraw": "if all others want an end: a party left, the agreement ended",
    "sharing.camera_store.keep_cameras": "one for each camera of the register",
    "sharing.demonstration.asking.ask_for_files": "one for each file of the demonstration",
    "sharing.demonstration.loading.load": "a load of many agencies leaves one for each of them and batch",
    "sharing.demonstration.looking.look_around": "one for each look of the demonstration",
    "sharing.exports.making.make_export": "a stopped file leaves one for each owner, and that it is refused",
    "sharing.handling.grading.submit_handled": "what was collected, and the handling that was set on it",
    "sharing.handling.orders.end_order": "the order's end, and one for each owner of what it covered",
    "sharing.handling.orders.record_order": "the order, and one for each other owner of what it covers",
    "sharing.people.inviting.invite": "one for each person invited",
    "sharing.people.joining.join_with_passkey": "somebody joined, and a session of theirs began",
    "sharing.people.joining.join_with_password": "somebody joined, and a session of theirs began",
    "sharing.people.regaining.regain_with_passkey": "a factor was regained, and a session began",
    "sharing.people.regaining.regain_with_password": "a factor was regained, and a session began",
    "sharing.recalls.recalling.amend_seen": "as of a recall, if others were shown what changed",
    "sharing.recalls.recalling.recall": "the record's change, the recall, and one for each agency told of it",
    "sharing.recalls.recalling.revoke_release": "the release's end, and the recall as above",
    "sharing.requests.approving.approve": "an approval, which is an alteration, and the disclosure by grants",
    "sharing.requests.reading.list_requests": "a look at requests, and one at the records that they name",
    "sharing.requests.reading.read_request": "a look at a request, and one at the record that it names",
    "sharing.forgetting.keep_schedule": "one for each agency and each person left, and one for the run",
    "sharing.retention.retaining.retain_records": "one for each record and export, and one for the run",
    "sharing.insight.imports.import_counts": "one for each batch of published figures",
    "sharing.insight.imports.import_streets": "one for each batch of published figures",
}

#: What use cases may come to that leaves no entry, each with its reason.
SILENT = {
    "auth.sign_in.check_password": "a right one; what it was needed for leaves one",
    "auth.sign_in.sign_in": "a right password that opens nothing without a code, which leaves one",
    "auth.sign_on.trip.arrive": "somebody whom the provider knows; what they came for leaves one",
    "sharing.contribution.submit": "the same again by the same key, which gives the same id",
    "sharing.insight.imports.import_counts": "no figure that was not there",
    "sharing.partnerships.actions.set_action": "the same again by the same key, which gives the same id",
    "sharing.requests.asking.ask": "the same again by the same key, which gives the same id",
    "sharing.requests.notices.mark_seen": "seen before; nothing changes",
    "sharing.webhooks.registering.end_webhook": "ended before; nothing changes",
    "sharing.webhooks.telling.deliver": "a message that says nothing, or nothing again",
}

_FRAME = "contextmanager"
_OPENS = {"transaction", "reading"}


@dataclass
class Function:
    """One function as its source says."""

    name: str  # with its module
    public: bool
    frame: bool
    opens: bool
    calls: set[str] = field(default_factory=set)


def use_cases(functions: dict[str, Function]) -> set[str]:
    """The names of the use cases among these functions."""
    frames = {name: each for name, each in functions.items() if each.frame}
    found = set()
    for function in functions.values():
        module = function.name.rpartition(".")[0]
        near = {name: each for name, each in functions.items() if name.rpartition(".")[0] == module} | frames
        opens = any(near[name].opens for name in reached(function.name, near) - APPENDS)
        if function.public and not function.frame and opens:
            found.add(function.name)
    return found


def without_entry(functions: dict[str, Function]) -> set[str]:
    """Use cases from which no call leads to the ledger."""
    return {name for name in use_cases(functions) if not APPENDS & reached(name, functions)}


def reached(name: str, functions: dict[str, Function]) -> set[str]:
    """The function and all that its calls lead to."""
    found, left = set(), [name]
    while left:
        now = left.pop()
        if now not in found and (now in functions or now in APPENDS):
            found.add(now)
            left += functions[now].calls if now in functions else ()
    return found


@cache
def product() -> dict[str, Function]:
    """Every function of sharing and auth."""
    found: dict[str, Function] = {}
    for path in files(".py"):
        if path.parts[0] in {"sharing", "auth"}:
            name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
            found |= functions_of(name, (ROOT / path).read_text(encoding="utf-8"))
    return found


def functions_of(module: str, source: str) -> dict[str, Function]:
    """The functions of a module, those of its classes too."""
    tree = ast.parse(source)
    names = dict(_imported(tree))
    names |= {
        node.name: f"{module}.{node.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    found: dict[str, Function] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            frame = any(isinstance(each, ast.Name) and each.id == _FRAME for each in node.decorator_list)
            function = Function(f"{module}.{node.name}", not node.name.startswith("_"), frame, opens=False)
            for call in (each for each in ast.walk(node) if isinstance(each, ast.Call)):
                function.opens |= _opens(call)
                function.calls |= set(_called(call, names, module))
            found[function.name] = function
    return found


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                yield each.asname or each.name, f"{node.module}.{each.name}"


def _opens(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in _OPENS and not call.args


def _called(call: ast.Call, names: dict[str, str], module: str) -> Iterator[str]:
    """What is called, and functions that are handed over to be called."""
    for node in (call.func, *call.args, *(each.value for each in call.keywords)):
        if isinstance(node, ast.Name) and node.id in names:
            yield names[node.id]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id in names:
                yield f"{names[node.value.id]}.{node.attr}"
            elif node.value.id == "self":
                yield f"{module}.{node.attr}"


def path_of(name: str) -> Path:
    """The file of a use case."""
    return ROOT / Path(*name.split(".")[:-1]).with_suffix(".py")
