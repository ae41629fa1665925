"""Fills the peer's database with the same rows: `seed.py RECORDS`, in the peer's environment."""

import sys
from itertools import islice

import django

django.setup()

from auditlog.context import disable_auditlog
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.db import transaction
from peer.models import Incident, IncidentGroupObjectPermission, Person
from rest_framework.authtoken.models import Token

from benchmarks import population

_BATCH = 2_000


def main(records: int) -> None:
    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)  # the peer itself, which has no migrations
    with transaction.atomic(), disable_auditlog():
        groups = _groups()
        view = Permission.objects.get(codename="view_incident")
        made = population.incidents(records)
        number = 0
        while batch := list(islice(made, _BATCH)):
            _fill(batch, number, groups, view)
            number += len(batch)


def _groups() -> dict[str, Group]:
    """One group for each agency and one for each agreement; one user for each agency, in its groups."""
    agencies, agreements = population.agencies(), population.agreements()
    names = [each.id for each in (*agencies, *agreements)]
    groups = {group.name: group for group in Group.objects.bulk_create(Group(name=name) for name in names)}
    for agency in agencies:
        reader = "business" if agency.business else "partner"
        user = User.objects.create(username=f"{reader}-{agency.id}")
        own = [groups[each.id] for each in agreements if agency.id in each.parties]
        user.groups.set([groups[agency.id], *own])
        Token.objects.create(key=f"token-of-{agency.id}", user=user)
    return groups


def _fill(batch: list[population.Incident], first: int, groups: dict[str, Group], view: Permission) -> None:
    # Numbers fall with age, so that the newest are the last, as they are in a table that grew.
    rows = Incident.objects.bulk_create(
        _incident(each, 10_000_000 - first - n, groups) for n, each in enumerate(batch)
    )
    pairs = list(zip(rows, batch, strict=True))
    Person.objects.bulk_create(_person(row, person) for row, each in pairs for person in each.persons)
    IncidentGroupObjectPermission.objects.bulk_create(
        IncidentGroupObjectPermission(content_object=row, permission=view, group=groups[group])
        for row, each in pairs
        for group in {agreement if recipient == "*" else recipient for agreement, recipient in each.releases}
        | {each.owner}
    )


def _incident(each: population.Incident, number: int, groups: dict[str, Group]) -> Incident:
    values = dict(each.values)
    latitude, longitude = values.pop("point")
    values.pop("statement_kind")
    reference = values.pop("owner_reference")
    return Incident(
        id=number,
        owner=groups[each.owner],
        reference=reference,
        latitude=latitude,
        longitude=longitude,
        **values,
    )


def _person(row: Incident, person: population.Person) -> Person:
    return Person(
        incident=row,
        category=person.category,
        given_name=person.given_name,
        family_name=person.family_name,
        date_of_birth=person.date_of_birth,
        clothing=list(person.clothing),
        phone=person.phone,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
