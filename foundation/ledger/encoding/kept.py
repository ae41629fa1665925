"""What is kept of an entry that concerns several agencies, from which the view of each is made. Pure.

A view says what the entry's own text says, which the actor's agency reads, but of its agency's records alone:

    agencies  the actor's and the one that reads
    records   its own
    detail    the same; in `shown` its own records, and the forms that they name, numbered anew
    subjects  the references of this view, none if it has none

So only the entry's text is kept, under a line for the salt of the views (`foundation.ledger.encoding.views`),
one for the owners, for each record the number of an agency, and one for the references of each view that has
any. Whatever else a detail says, every owner reads.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from foundation.ledger.encoding.detail import canonical, parse
from foundation.ledger.encoding.views import SALT_SIZE, Views

#: References by agency, of those whose view has any.
Subjects = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Kept:
    """What was read back: the entry's text, what it tells, and in whose view each of its records stands."""

    salt: bytes
    text: str
    told: Mapping[str, Any]
    owners: Sequence[int]
    subjects: Subjects

    def texts(self, only: str | None = None) -> dict[str, str]:
        """What each agency reads, or only one besides the actor's own."""
        return view_texts(self.told, self.text, self.owners, self.subjects, only)

    def views(self, secret: bytes) -> Views:
        """The views of the entry, which `secret` seals."""
        return Views(secret, self.salt, self.texts())


def view_texts(
    told: Mapping[str, Any], text: str, owners: Sequence[int], subjects: Subjects, only: str | None = None
) -> dict[str, str]:
    """What each agency reads, the actor's own first; `text` is the canonical one of what is told.

    They are canonical as well, put together from parts that are: a page of fifty has thirty of them. `only`
    asks for that of one agency besides the actor's own.

    Raises:
        ValueError: if an agency has no record, or it cannot be told what was shown of which.
    """
    if not text.isascii():  # it may stand there in another composition
        told = json.loads(text)
    own, places = told["agency"], _places(told, owners)
    start, before_shown, before_records, end = _frame(told, text)
    names, records, shown = _each(told["agencies"]), _each(told["records"]), _Shown(told)
    actors = names[told["agencies"].index(own)]
    texts = {own: text}
    for agency, name in zip(told["agencies"], names, strict=True):
        if agency != own and only in (None, agency):
            both = f"{name},{actors}" if agency < own else f"{actors},{name}"
            of_them, its = shown.of(places[agency]), ",".join([records[place] for place in places[agency]])
            last = f'{end[:-1]},"subjects":{_json(subjects[agency])}}}' if agency in subjects else end
            texts[agency] = f"{start}[{both}]{before_shown}{of_them}{before_records}[{its}]{last}"
    return texts


def kept_text(salt: bytes, owners: Sequence[int], subjects: Subjects, text: str) -> str:
    """The one text that is sealed; it cannot be taken for a detail."""
    return f"{salt.hex()}\n{_json(owners)}\n{_json(subjects)}\n{text}"


def read_kept(kept: str) -> Kept | None:
    """What a sealed text holds, None if it is one detail for all.

    Raises:
        ValueError: if it is neither, or not in the form in which it was written.
    """
    if kept[:1] == "{":
        return None
    salt, owners, subjects, text = kept.split("\n")
    found = Kept(bytes.fromhex(salt), text, parse(text), orjson.loads(owners), orjson.loads(subjects))
    again = kept_text(found.salt, found.owners, found.subjects, text)
    if len(found.salt) != SALT_SIZE or again != kept:
        raise ValueError("the views are not in their form")
    return found


def taken_home(kept: str, secret: bytes, agency: str) -> tuple[bytes, str]:
    """What opens an entry for an agency, and what it then reads: the nonce, with the proof if it is a view.

    Raises:
        ValueError: if the text is in no form, or no view is the agency's.
    """
    found = read_kept(kept)
    if found is None:
        return secret, kept
    views = found.views(secret)
    if agency not in views.texts:
        raise ValueError("no view is of this agency")
    return views.nonce(agency) + views.proof(agency), views.texts[agency]


def seen_by(kept: str, agency: str | None) -> str | None:
    """What this agency reads of an entry, None if nothing; without one, what the actor's own reads."""
    found = read_kept(kept)
    if found is None:
        return kept
    return found.text if agency is None else found.texts(agency).get(agency)


class _Shown:
    """What an entry says was shown, by the place of each record; nothing if it does not say that."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        shown = told["detail"].get("shown")
        self._forms = () if shown is None else shown["forms"]
        words = [] if shown is None else [each.partition(" ") for each in shown["records"]]
        if shown is not None and len(words) != len(told["records"]):
            raise ValueError("it cannot be told what was shown of which record")
        #: Of each record the number of its form, and what follows it.
        self._words = [(form, f"{space}{agreement}") for form, space, agreement in words]
        self._texts: dict[tuple[str, ...], str] = {}

    def of(self, places: Sequence[int]) -> str:
        """The canonical text of what was shown of the records at these places, and of no others."""
        if not self._words:
            return ""
        numbers: dict[str, int] = {}
        words = [self._words[place] for place in places]
        records = [f"{numbers.setdefault(form, len(numbers))}{after}" for form, after in words]
        key = tuple(numbers)
        forms = self._texts.get(key)
        if forms is None:
            told = [canonical(self._forms[int(form)], held_elsewhere=True) for form in key]
            forms = self._texts[key] = ",".join(told)
        return f'{{"forms":[{forms}],"records":{_json(records)}}}'


def _places(told: Mapping[str, Any], owners: Sequence[int]) -> dict[str, list[int]]:
    """Where among the records those of each agency stand."""
    agencies = told["agencies"]
    if len(owners) != len(told["records"]) or not {*owners} <= {*range(len(agencies))}:
        raise ValueError("it cannot be told whose each record is")
    places: dict[str, list[int]] = {agency: [] for agency in agencies}
    for place, owner in enumerate(owners):
        places[agencies[owner]].append(place)
    if {agency for agency in agencies if not places[agency]} - {told["agency"]}:
        raise ValueError("an agency has no record of its own")
    return places


def _frame(told: Mapping[str, Any], text: str) -> tuple[str, str, str, str]:
    """The canonical text around the agencies, what was shown, and the records; without the subjects.

    `text` is that of the whole: what does not stand in it can stand for what is left out.
    """
    mark = "\0"
    while _json(mark) in text:
        mark += "\0"
    framed = {**told, "agencies": mark, "records": mark}
    framed.pop("subjects", None)
    if "shown" in told["detail"]:
        framed["detail"] = {**told["detail"], "shown": mark}
    start, *between, end = canonical(framed, held_elsewhere=True).split(_json(mark))
    before_shown, before_records = between if len(between) > 1 else (*between, "")
    return start, before_shown, before_records, end


def _each(values: Sequence[str]) -> list[str]:
    """The JSON of each text."""
    whole = _json(values)
    if "\\" in whole:  # then what looks like the end of one may be within it
        return [_json(value) for value in values]
    return [f'"{each}"' for each in whole[2:-2].split('","')]


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
