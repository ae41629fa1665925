"""Tying a world's records to each other: keepers, parents, origins, events of a person, ends of links."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sharing.release.facts import Keeper, Record
from sharing.release.policy import PAGE
from sharing.worlds.file import refuse
from sharing.worlds.records import Pending


def tied(found: Mapping[str, Pending]) -> dict[str, Record]:
    """Every record with the facts of those it refers to.

    Raises:
        Invalid: for a keeper, parent, origin or end that is not in the file, or that leads back to itself.
    """
    keepers = {
        link.id: Keeper(link, entry.record.happened)
        for entry in found.values()
        for link in entry.record.persons
    }
    cores = {name: _core(name, found, keepers, ()) for name in found}
    return {name: _ended(cores[name], found[name], cores) for name in found}


def _core(
    name: str, found: Mapping[str, Pending], keepers: Mapping[str, Keeper], trail: tuple[str, ...]
) -> Record:
    """A record with its keeper, parent, origin and events, without links to other records."""
    if name not in found:
        raise refuse(f"world.records[{trail[-1]}]", f"unknown record {name}")
    if name in trail:
        raise refuse(f"world.records[{name}]", "this record leads back to itself")
    entry, trail = found[name], (*trail, name)
    own = {link.id: Keeper(link, entry.record.happened) for link in entry.record.persons}
    keepers_here = {**keepers, **own}
    if entry.keeper is not None and entry.keeper not in keepers_here:
        raise refuse(f"world.records[{name}]", f"unknown keeper {entry.keeper}")
    record = replace(
        entry.record,
        keeper=keepers_here[entry.keeper] if entry.keeper is not None else None,
        parent=_core(entry.parent, found, keepers, trail) if entry.parent is not None else None,
        derived_from=_core(entry.derived_from, found, keepers, trail)
        if entry.derived_from is not None
        else None,
    )
    if record.type != PAGE or record.subject is None:
        return record
    return replace(record, events=tuple(_core(event, found, keepers, ()) for event in _events(record, found)))


def _events(page: Record, found: Mapping[str, Pending]) -> Iterator[str]:
    """The owner's other records with the page's person on them; not what exists by a page itself."""
    for name, entry in found.items():
        event = entry.record
        if event.type == PAGE or event.owner != page.owner or _under_page(entry, found):
            continue
        if page.subject is not None and any(link.person.id == page.subject.id for link in event.persons):
            yield name


def _under_page(entry: Pending, found: Mapping[str, Pending]) -> bool:
    """Whether a page is among what the record belongs to or was copied from."""
    seen: set[str] = set()
    ahead = [entry.parent, entry.derived_from]
    while ahead:
        name = ahead.pop()
        if name is None or name in seen or name not in found:
            continue
        seen.add(name)
        if found[name].record.type == PAGE:
            return True
        ahead += [found[name].parent, found[name].derived_from]
    return False


def _ended(core: Record, entry: Pending, cores: Mapping[str, Record]) -> Record:
    """The record with its links to other records, each with the facts of its other end."""
    for link in entry.links:
        if link.to not in cores:
            raise refuse(f"world.records[{core.id}].links[{link.id}]", f"unknown record {link.to}")
    return replace(core, links=tuple(replace(link, end=cores[link.to]) for link in entry.links))
