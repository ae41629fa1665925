"""What chance may choose: kinds, roles, clauses, persons, records, and which of the things that are there."""

from hypothesis import strategies as st

from auth.roles import Role
from sharing.release.schema import Category, FieldClass

PURPOSES = ("preventing-and-detecting-robbery", "safeguarding-children")
#: Of agencies that join after the first two, police and a council.
KINDS = ("bcrp", "youth_justice", "school", "other", "prosecution", "retailer")
ALL_KINDS = ("police", "council", *KINDS)
CATEGORIES = tuple(each.value for each in Category)
CLASSES = tuple(each.value for each in FieldClass)
SENT = ("incident", "sighting", "vehicle", "item", "subject", "intelligence", "premises")
TYPES = (*SENT, "media", "camera", "order", "alert")

#: The number of a thing among those that are there; shrinks to the first.
nth = st.integers(0, 11)
kind = st.sampled_from(KINDS)
roles = st.sampled_from(
    [
        ("officer",),
        ("officer", "signatory"),
        ("practitioner",),
        ("analyst",),
        ("intelligence",),
        ("coordinator",),
        ("duty_inspector",),
        ("dpo",),
    ]
).map(lambda names: frozenset(Role(name) for name in names))
#: Shops of an agency that has some, by their place.
shops = st.lists(st.integers(0, 2), max_size=3, unique=True)
purposes = st.sampled_from([PURPOSES, PURPOSES[:1], PURPOSES[1:]]).map(list)
some_days = st.sampled_from([400, 20, 5, 1])


def _several(things, least=1, most=6):
    return st.lists(st.sampled_from(things), min_size=least, max_size=most, unique=True)


_fields = st.one_of(
    st.just(list(CLASSES)),
    st.just(["admin", "event", "place", "description", "narrative", "link", "links"]),
    st.just(["identity", "contact", "image", "identifier", "description"]),
    _several([*CLASSES, "occurred", "family_name", "phone", "registration", "account", "subject", "links"]),
)
_treatment = st.sampled_from(
    ["disclose", "disclose", "disclose", "disclose", "generalise", "mask", "pseudonym", "withhold", "absent"]
)
_sides = st.one_of(st.just(list(ALL_KINDS)), _several([*ALL_KINDS, "agency-1", "agency-2", "agency-3"]))


_WHOLE = [[*ALL_KINDS, "members"], *map(list, (ALL_KINDS, TYPES, CLASSES, CATEGORIES, PURPOSES))]


class Clause(dict):
    """A clause whose long lists read as `all` in the report of a failing history."""

    def __repr__(self):
        told = ", ".join(f"{key}={'*' if value in _WHOLE else value}" for key, value in self.items())
        return f"Clause({told})"


@st.composite
def _clause(draw):
    clause = {
        "purposes": draw(purposes),
        "from": draw(_sides),
        "to": draw(st.one_of(st.just([*ALL_KINDS, "members"]), _sides)),
        "records": list(draw(st.sampled_from([TYPES, TYPES, ("incident", "subject"), ("incident",)]))),
        "fields": draw(_fields),
        "treatment": draw(_treatment),
    }
    if draw(st.booleans()):
        clause["categories"] = draw(st.one_of(st.just(list(CATEGORIES)), _several(CATEGORIES)))
    more = draw(st.sampled_from(["", "", "children", "children", "only", "roles", "never", "retention"]))
    if more in ("children", "only"):
        clause["children"] = "only" if more == "only" else "also"
    if more == "roles":
        clause["roles"] = draw(st.sampled_from([["officer"], ["practitioner", "analyst"]]))
    if more == "never":
        clause["never"] = True
    if more == "retention" and clause["treatment"] not in ("withhold", "absent"):
        clause["retention_days"] = draw(st.sampled_from([5, 20]))
    return Clause(clause)


#: Two clauses that open nearly everything, so that the others have something to take away.
WIDE = [
    Clause(
        {
            "purposes": list(PURPOSES),
            "from": list(ALL_KINDS),
            "to": [*ALL_KINDS, "members"],
            "records": list(TYPES),
            "fields": list(CLASSES),
            "treatment": "disclose",
            **more,
        }
    )
    for more in ({}, {"categories": list(CATEGORIES), "children": "also"})
]


@st.composite
def _clauses(draw):
    wide = WIDE if draw(st.integers(0, 2)) else []
    return [*wide, *draw(st.lists(_clause(), min_size=0 if wide else 1, max_size=5))]


clauses = _clauses()

_born = st.sampled_from(["1990-05-01"] * 4 + ["2008-02-17", "2008-02-18", "2008-02-29", "2012-05-01", None])
_person = st.fixed_dictionaries(
    {
        "categories": st.lists(st.sampled_from(CATEGORIES), max_size=2, unique=True),
        "family_name": st.sampled_from(["Al Bo", "Jo", "Maria Teresa", None]),
        "phone": st.sampled_from(["020 7946 0999", "12345", None]),
        "date_of_birth": _born,
        "apparent_age": st.sampled_from([None, None, (15, 20), (18, 25)]),
        "may_be_child": st.sampled_from([False, False, False, True]),
        "known": st.sampled_from([None, None, 0, 1]),
    }
)
persons = st.lists(_person, max_size=3)
crowd = st.lists(_person, min_size=2, max_size=3)
sent = st.sampled_from(SENT)
category = st.sampled_from(CATEGORIES)
text = st.sampled_from(["What may be said of it.", None])
conditions = st.fixed_dictionaries(
    {},
    optional={
        "named_recipients": st.just(["agency-1", "agency-2"]),
        "withhold_classes": st.sampled_from([["contact"], ["place", "narrative"], ["link"]]),
        "sanitised_only": st.just(value=True),
        "veto": st.just(value=True),
    },
)
treatment = st.sampled_from(["disclose", "generalise", "mask"])
