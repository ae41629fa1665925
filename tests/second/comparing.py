"""Where two answers to the same questions differ, and what is set aside while the page is being settled."""

from copy import deepcopy

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


#: Readings on which the page is not clear: worlds are compared without them, and each has its own test.
OPEN_READINGS = []


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
