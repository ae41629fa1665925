"""Where two answers to the same questions differ, and what is set aside while the page is being settled."""

from copy import deepcopy
from datetime import timedelta

from tests.second.ages import moment
from tests.second.implementation import answer


def answers(document):
    """The second implementation's answers, in the form that the product gives."""
    return [answer(document["world"], question) for question in document["questions"]]


def differences(document, theirs, mine=None):
    """Every cell in which two lists of answers differ: the question's number, the key, both cells."""
    found = []
    for number, (second, product) in enumerate(zip(mine or answers(document), theirs, strict=True)):
        if isinstance(second, str) or isinstance(product, str):
            if second != product:
                found.append((number, "existence", second, product))
            continue
        keys = sorted(set(second) | set(product))
        found += [(number, k, second.get(k), product.get(k)) for k in keys if second.get(k) != product.get(k)]
    return found


def every_role_releases_every_type(world):
    """Whether a role may release only the types that it reads is read in two ways."""
    for role in world["roles"].values():
        if role.get("release"):
            role["types"] = "all"


def conditions_always_name_recipients(world):
    """Whether conditions that name nobody forbid another agency to release its copy is read in two ways."""
    for record in world["records"]:
        if record["conditions"]:
            everybody = [agency["id"] for agency in world["agencies"]]
            record["conditions"].setdefault("named_recipients", everybody)


def no_condition_is_a_veto(world):
    """Which reason a field reads that only a veto keeps from a broken glass is read in two ways."""
    for record in world["records"]:
        if record["conditions"]:
            record["conditions"].pop("veto", None)


def no_child_is_on_a_picture(world):
    """Whether the picture of a record is the picture of the children linked to it is read in two ways."""
    for record in world["records"]:
        if record["type"] in {"media", "alert"}:
            record["persons"] = [p for p in record["persons"] if _grown(world, p["subject"])]
    links = {person["link"] for record in world["records"] for person in record["persons"]}
    for record in world["records"]:
        if record.get("keeper") not in links:
            record.pop("keeper", None)
    for grant in world["grants"]:
        _without_the_unlinked(links, grant)


def _grown(world, name):
    subject = next(s for s in world["subjects"] if s["id"] == name)
    return bool(subject["dob"]) and subject["dob_verified"] and subject["dob"] < "2000"


def _without_the_unlinked(links, grant):
    grant["passes"] = [p for p in grant["passes"] if p["link"] in links]
    grant["fields"] = [k for k in grant["fields"] if not k.startswith("persons.") or k.split(".")[1] in links]
    grant["fields"] = grant["fields"] or ["status"]


def no_member_belongs_to_a_holder(world):
    """Whether members of an order's holder, or of prosecution, may see past it is read in two ways."""
    with_members = {user["agency"] for user in world["users"] if user["site"] is not None}
    for subject in world["subjects"]:
        if subject["anonymity_order"] in with_members:
            subject["anonymity_order"] = None
    for agency in world["agencies"]:
        if agency["id"] in with_members and agency["kind"] == "prosecution":
            agency["kind"] = "council"


def no_note_stands_beside_a_grant(world):
    """Whether a necessity note carries a grant past the child floor is read in two ways."""
    granted = {grant["record"] for grant in world["grants"]}
    for record in world["records"]:
        if record["id"] in granted:
            record["necessity_notes"] = []


def no_agreement_changes_under_broken_glass(world):
    """Whether a shared agreement has to be active already when the glass is broken is read in two ways."""
    bounds = [v[bound] for a in world["agreements"] for v in a["versions"] for bound in ("from", "until")]
    bounds += [
        p[bound] or "" for a in world["agreements"] for p in a["suspended"] for bound in ("from", "until")
    ]
    bounds += [w.get("rejoined", "") for a in world["agreements"] for w in a["withdrawals"]]
    moments = [moment(bound) for bound in bounds if bound]
    for entry in world["break_glass"]:
        broken = moment(entry["at"])
        if any(broken < bound <= broken + timedelta(minutes=30) for bound in moments):
            entry["reason"] = ""


#: Readings on which the page is not clear: worlds are compared without them, and each has its own test.
OPEN_READINGS = [
    every_role_releases_every_type,
    conditions_always_name_recipients,
    no_condition_is_a_veto,
    no_child_is_on_a_picture,
    no_member_belongs_to_a_holder,
    no_note_stands_beside_a_grant,
    no_agreement_changes_under_broken_glass,
]


def settled(document):
    """The same document without what is open, so that every other difference is somebody's mistake."""
    document = deepcopy(document)
    for leave_out in OPEN_READINGS:
        leave_out(document["world"])
    return document


#: What an entry of a world says when it leaves a key out, by the list that it stands in.
LEFT_OUT = {
    "users": {"roles": [], "site": None},
    "agreements": {"suspended": [], "ended": None, "withdrawals": [], "confirmed": []},
    "subjects": {
        "dob": None,
        "dob_verified": False,
        "apparent_age": None,
        "believed_child": False,
        "anonymity_order": None,
    },
    "records": {
        "site": None,
        "subject": None,
        "happened": None,
        "fields": {},
        "conditions": None,
        "persons": [],
        "links": [],
        "necessity_notes": [],
    },
    "releases": {"text": None, "expires": None, "revoked": None},
    "grants": {"to_users": None, "passes": []},
    "break_glass": {"reviewed": None, "second_person": None},
}


def written_out(world):
    """The same world with every key written that a reader of files may find left out."""
    world = {"approvers": [], **deepcopy(world)}
    for kind, defaults in LEFT_OUT.items():
        world[kind] = [{**deepcopy(defaults), **entry} for entry in world.get(kind, [])]
    for record in world["records"]:
        record["persons"] = [{"categories": [], "fields": {}, **person} for person in record["persons"]]
    for agreement in world["agreements"]:
        for pause in agreement["suspended"]:
            pause.setdefault("until", None)
    return world
