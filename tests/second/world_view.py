"""A world and one question about it, with the small questions that every rule asks again."""

from tests.second.ages import moment

ALWAYS_BUSINESS = {"bcrp", "bid", "retailer"}
BUSINESS_UNTIL_DECIDED = {"other", "transport_operator"}
UNKNOWN = {"dob": None, "dob_verified": False, "apparent_age": None, "believed_child": False}
UNKNOWN["anonymity_order"] = None  # of a person of whom the world says nothing
PROTECTED = {"victim", "witness", "other"}


class Question:
    """One reader, purpose and moment, looking at a world through one exit."""

    def __init__(self, world, question):
        self.world = world
        self._by_id = {
            kind: {thing["id"]: thing for thing in reversed(world[kind])}
            for kind in ("users", "agencies", "records", "subjects", "agreements")
        }
        self.reader = self.user(question["reader"])
        self.purpose = question["purpose"]
        self.now = moment(question["now"])
        self.exit = question["exit"]
        self.met = {}
        self.reached = {}

    def through(self, door):
        """The same question asked through another exit."""
        twin = object.__new__(Question)
        twin.__dict__.update(self.__dict__, exit=door)
        return twin

    def _named(self, kind, name):
        return self._by_id[kind].get(name)

    def user(self, name):
        return self._named("users", name)

    def agency(self, name):
        return self._named("agencies", name)

    def record(self, name):
        return self._named("records", name)

    def subject(self, name):
        return self._named("subjects", name) or UNKNOWN

    def agreement(self, name):
        return self._named("agreements", name)

    def roles_of(self, user):
        return [self.world["roles"][role] for role in user["roles"] if role in self.world["roles"]]

    def staff_of(self, user, record):
        """Whether a user is staff of a record's owner; a member only for its own sites' records."""
        if user["agency"] != record["owner"]:
            return False
        shops = shops_of(user)
        return shops is None or record["site"] in shops

    def reads_as_staff(self, record):
        return self.staff_of(self.reader, record)

    def business(self):
        """Whether the reader is a business recipient, wherever it is not staff."""
        agency = self.agency(self.reader["agency"])
        if shops_of(self.reader) is not None or agency["kind"] in ALWAYS_BUSINESS:
            return True
        return agency.get("business", agency["kind"] in BUSINESS_UNTIL_DECIDED)

    def may_state_purpose(self):
        """A purpose outside those that the reader's roles were given is nobody's purpose."""
        given = [role["purposes"] for role in self.roles_of(self.reader) if "purposes" in role]
        return not given or any(self.purpose in purposes for purposes in given)

    def ancestry(self, record):
        """The record and everything it was derived from, nearest first."""
        line = []
        while record is not None and record not in line:
            line.append(record)
            record = self.record(record.get("derived_from"))
        return line

    def standing_on(self, record):
        """The record, what it was derived from, and the same of the parents of a media record."""
        line = []
        while record is not None and record not in line:
            line.extend(self.ancestry(record))
            record = self.record(record.get("parent"))
        return line

    def link(self, name):
        """A person link by its id, and the record that it is on."""
        for record in self.world["records"]:
            for person in record["persons"]:
                if person["link"] == name:
                    return person, record
        return None, None

    def keepers(self, record):
        """The links of those who keep the thing: its own keeper first, then those of its origins."""
        return [origin["keeper"] for origin in self.ancestry(record) if origin.get("keeper")]


def shops_of(user):
    """The sites of a member, of whom a file says one or lists them; None for a user who is none."""
    if user.get("sites") is not None:
        return list(user["sites"])
    return None if user.get("site") is None else [user["site"]]


def is_member(user):
    """Whether the user is a member, with whatever sites."""
    return shops_of(user) is not None


def categories_of(person):
    """The categories of a link; an empty list is `other`."""
    return frozenset(person["categories"]) or frozenset({"other"})
