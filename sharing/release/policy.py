"""The policy of one epoch: agencies, agreements, roles and approvers, and the matrix compiled from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sharing.release.clauses import Case, Verdict, judge, silence, stronger
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


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that decides besides record and reader; immutable, made once per policy epoch.

    `approvers` maps the users who may sign necessity notes to the kind of their agency. `own` and `of_person`
    are the fields by record type and of a person on a record, `measured` those of a type whose mask depends
    on the value's length, `pictured` the types with a picture of their own. `memo` and `sheets` are the
    matrix, compiled as it is asked; `parties` are the agreements by agency.
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

    def agreements_of(self, agency: str) -> tuple[Agreement, ...]:
        """The agreements of which some version names the agency, in the order of their ids."""
        if agency not in self.parties:
            self.parties[agency] = tuple(
                agreement
                for _, agreement in sorted(self.agreements.items())
                if any(agency in version.parties for version in agreement.versions)
            )
        return self.parties[agency]

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
        compiled = {}
        own = self.own.get(case.type, ())
        for each in own if case.categories is None else (*self.of_person, *own):
            if each.name in compiled:
                continue
            shape = each.name in short
            verdict = judge(agreement, now, case, each, short=shape, has_text=has_text)
            if then is not None:
                verdict = stronger(
                    verdict, _then(agreement, then, case, each, shape=shape, has_text=has_text)
                )
            compiled[each.name] = verdict
        if case.categories is None:
            verdict = judge(agreement, now, case, LINKS, short=False, has_text=has_text)
            if then is not None:
                verdict = stronger(
                    verdict, _then(agreement, then, case, LINKS, shape=False, has_text=has_text)
                )
            compiled[LINKS.name] = verdict
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
            name: tuple(each for each in fields if each.type in _MEASURED) for name, fields in own.items()
        },
        pictured=frozenset(
            name
            for name, schema in schemas.items()
            if any(each.field_class is FieldClass.IMAGE for each in schema.fields)
        ),
    )


def _then(agreement: str, then: Version, case: Case, each: Field, *, shape: bool, has_text: bool) -> Verdict:
    """What the version of the release says; where a side or the purpose is not in it, it is silent."""
    if {case.owner, case.agency} <= then.parties and case.purpose in then.purposes:
        return judge(agreement, then, case, each, short=shape, has_text=has_text)
    return silence(each, agreement)
