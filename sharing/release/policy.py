"""The policy of one epoch: agencies, agreements, roles and approvers, and the matrix compiled from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, is_dataclass, replace
from dataclasses import fields as fields_of
from datetime import datetime
from hashlib import sha256
from typing import Any

from sharing.release.clauses import Case, Nearby, Verdict, judge_near, nearby, stronger
from sharing.release.facts import Agency, Agreement, RoleGrant, Version
from sharing.release.schema import Field, FieldClass, FieldType, Schema

#: The type of a person's own record, which has every field of a person besides its own.
PAGE = "subject"
#: How clauses speak of links between records.
LINKS = Field("links", FieldClass.LINK, FieldType.ID)
#: Types whose mask depends on the value's length.
_MEASURED = frozenset({FieldType.NAME, FieldType.PHONE, FieldType.IMEI, FieldType.VRM})
#: A matrix this large is thrown away and compiled anew as it is asked.
_LARGEST = 50_000
#: So many narrowed policies are kept, one for each set of agreements to which keys are bound.
_MOST_NARROW = 50


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that decides besides record and reader; immutable, made once per policy epoch.

    `approvers` maps the users who may sign necessity notes to the kind of their agency. `own` and `of_person`
    are the fields by record type and of a person on a record, `measured` those of a type whose mask depends
    on the value's length, `pictured` the types with a picture of their own. `memo` and `sheets` are the
    matrix, compiled as it is asked; `parties` are the agreements by agency, `words` when releases
    were confirmed, by agreement and version, `marks` the digest once it was asked for.
    """

    agencies: Mapping[str, Agency]
    agreements: Mapping[str, Agreement]
    roles: Mapping[str, RoleGrant]
    approvers: Mapping[str, str]
    own: Mapping[str, tuple[Field, ...]]
    of_person: tuple[Field, ...]
    measured: Mapping[str, tuple[Field, ...]]
    pictured: frozenset[str]
    memo: dict[tuple[Any, ...], Mapping[str, Verdict]] = field(
        default_factory=dict, repr=False, compare=False
    )
    sheets: dict[tuple[Any, ...], dict[tuple[object, ...], Any]] = field(
        default_factory=dict, repr=False, compare=False
    )
    parties: dict[str, tuple[Agreement, ...]] = field(default_factory=dict, repr=False, compare=False)
    words: dict[tuple[str, int], dict[str, datetime]] = field(default_factory=dict, repr=False, compare=False)
    marks: list[str] = field(default_factory=list, repr=False, compare=False)
    narrow: dict[frozenset[str], "Policy"] = field(default_factory=dict, repr=False, compare=False)

    def within(self, agreements: frozenset[str] | None) -> "Policy":
        """The same policy as if there were these agreements only; None leaves it as it is.

        It keeps the digest, by which an entry names the policy that was in force.
        """
        if agreements is None:
            return self
        if agreements not in self.narrow:
            if len(self.narrow) >= _MOST_NARROW:
                self.narrow.clear()
            held = {name: each for name, each in self.agreements.items() if name in agreements}
            apart: dict[str, Any] = {"memo": {}, "sheets": {}, "parties": {}, "words": {}, "narrow": {}}
            self.narrow[agreements] = replace(self, agreements=held, marks=[self.digest], **apart)
        return self.narrow[agreements]

    @property
    def digest(self) -> str:
        """SHA-256 of everything here that decides: by it an entry of the ledger names its policy."""
        if not self.marks:
            parts = (self.agencies, self.agreements, self.roles, self.approvers, self.own, self.of_person)
            self.marks.append(sha256(repr(_plain(parts)).encode()).hexdigest())
        return self.marks[0]

    def agreements_of(self, agency: str) -> tuple[Agreement, ...]:
        """The agreements of which some version names the agency, in the order of their ids."""
        if agency not in self.parties:
            self.parties[agency] = tuple(
                agreement
                for _, agreement in sorted(self.agreements.items())
                if any(agency in version.parties for version in agreement.versions)
            )
        return self.parties[agency]

    def confirmed(self, agreement: Agreement, version: int) -> Mapping[str, datetime]:
        """When owners confirmed what the version loosens, by release: there may be very many of them."""
        key = (agreement.id, version)
        if key not in self.words:
            given: dict[str, datetime] = {}
            for word in agreement.confirmations:
                if word.version == version:
                    given[word.release] = min(word.at, given.get(word.release, word.at))
            self.words[key] = given
        return self.words[key]

    def verdicts(
        self,
        versions: tuple[str, Version, Version | None],
        case: Case,
        *,
        short: frozenset[str],
        has_text: bool,
    ) -> Mapping[str, Verdict]:
        """What an agreement says of every field in a case, by the field's name, before floors.

        `versions` are the agreement's id, the version in force, and the one under which the release was made,
        None if it has no say. A case with categories speaks of a person's fields and of what a person keeps.
        """
        agreement, now, then = versions
        key = (agreement, now.number, then and then.number, case, short, has_text)
        found = self.memo.get(key)
        if found is None:
            if len(self.memo) >= _LARGEST:
                self.memo.clear()
            found = self.memo[key] = self._compile(versions, case, short, has_text=has_text)
        return found

    def _compile(
        self,
        versions: tuple[str, Version, Version | None],
        case: Case,
        short: frozenset[str],
        *,
        has_text: bool,
    ) -> Mapping[str, Verdict]:
        agreement, now, then = versions
        near, earlier = nearby(now, case), None if then is None else _then(then, case)
        own = self.own.get(case.type, ())
        fields = (*own, LINKS) if case.categories is None else (*self.of_person, *own)
        compiled: dict[str, Verdict] = {}
        for each in fields:
            if each.name in compiled:
                continue
            shape = each.name in short
            verdict = judge_near(agreement, near, case, each, short=shape, has_text=has_text)
            if earlier is not None:
                before = judge_near(agreement, earlier, case, each, short=shape, has_text=has_text)
                verdict = stronger(verdict, before)
            compiled[each.name] = verdict
        return compiled


def make_policy(
    agencies: Iterable[Agency],
    agreements: Iterable[Agreement],
    roles: Mapping[str, RoleGrant],
    approvers: Mapping[str, str],
    schemas: Mapping[str, Schema],
    persons: tuple[Schema, Schema],
) -> Policy:
    """The policy of an epoch. `persons` are the schemas of a person's link and of a person, in this order."""
    link, person = persons
    own = {
        name: (*schema.fields, *person.fields) if name == PAGE else schema.fields
        for name, schema in schemas.items()
    }
    return Policy(
        agencies={agency.id: agency for agency in agencies},
        agreements={agreement.id: agreement for agreement in agreements},
        roles=dict(roles),
        approvers=dict(approvers),
        own=own,
        of_person=(*link.fields, *person.fields),
        measured={
            name: tuple(each for each in fields if each.type in _MEASURED)
            for name, fields in own.items()
            if any(each.type in _MEASURED for each in fields)
        },
        pictured=frozenset(
            name
            for name, schema in schemas.items()
            if any(each.field_class is FieldClass.IMAGE for each in schema.fields)
        ),
    )


def _plain(value: Any) -> Any:
    """A value without the order of sets and mappings, which is another in every process."""
    if is_dataclass(value):
        return (type(value).__name__, *(_plain(getattr(value, each.name)) for each in fields_of(value)))
    if isinstance(value, Mapping):
        return sorted((str(key), _plain(each)) for key, each in value.items())
    if isinstance(value, frozenset):
        return sorted(str(each) for each in value)
    if isinstance(value, tuple):
        return tuple(_plain(each) for each in value)
    return str(value)


def _then(then: Version, case: Case) -> Nearby:
    """What the version of the release says; where a side or the purpose is not in it, it is silent."""
    spoke = {case.owner, case.agency} <= then.parties and case.purpose in then.purposes
    return nearby(then, case) if spoke else ()
