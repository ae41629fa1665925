"""A version's terms as a file, for whoever may read them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from auth.actor import Actor
from auth.roles import ROLE_LABELS, Action, Role
from auth.tables import agency, user
from foundation.clock import LONDON
from foundation.database import Database, Tx
from sharing.agreements.draft_rows import Place
from sharing.agreements.tables import signature
from sharing.agreements.versions import ReadVersion, find_version
from sharing.agreements.writing import plain_agreement, written_agreement
from sharing.documents.odrl import odrl_of
from sharing.documents.pdf import agreement_pdf
from sharing.documents.terms import Signed, Terms
from sharing.events import drafting as events


class Form(StrEnum):
    """In which form terms are taken away."""

    YAML = "yaml"
    JSON = "json"
    ODRL = "odrl"
    PDF = "pdf"


@dataclass(frozen=True)
class Document:
    """A file: its name, its media type and its bytes."""

    name: str
    media_type: str
    data: bytes


def export_terms(database: Database, actor: Actor, place: Place, form: Form) -> Document:
    """The terms of a version that the actor may read, as a file; made only after the entry is in the ledger.

    Raises:
        Missing: if there is no such version.
    """
    actor.require(Action.AGREEMENT_READ)
    with database.transaction() as tx:
        found = find_version(tx, actor, *place)
        terms = _terms(tx, found)
        events.terms_exported(tx, actor, agreement=found.agreement, number=found.number, form=form.value)
    ending, media_type, write = _FORMS[form]
    return Document(f"{found.agreement}-{found.number}.{ending}", media_type, write(terms))


def _terms(tx: Tx, found: ReadVersion) -> Terms:
    rows = tx.execute(select(agency.c.id, agency.c.name, agency.c.kind)).all()
    names = {row.id: row.name for row in rows}
    signed = (
        select(signature, user.c.name.label("person"))
        .join(user, user.c.id == signature.c.user_id)
        .where(signature.c.agreement_id == found.agreement, signature.c.number == found.number)
        .order_by(signature.c.at, signature.c.id)
    )
    return Terms(
        version=found,
        names=names,
        kinds={row.id: row.kind for row in rows},
        signatures=tuple(
            Signed(
                agency=names[row["agency_id"]],
                person=row["person"],
                role=ROLE_LABELS[Role(row["role"])],
                at=f"{row['at'].astimezone(LONDON):%-d %B %Y, %H:%M}",
                digest=row["digest"],
            )
            for row in tx.execute(signed).mappings()
            if row.get("voided") is None
        ),
    )


def _yaml(terms: Terms) -> bytes:
    found = terms.version
    return written_agreement(found.agreement, found.title, [found.terms]).encode()


def _json(terms: Terms) -> bytes:
    """In the form that can be read in again, with what is not for reading in under `about`."""
    found = terms.version
    about = {
        "stage": found.stage.value,
        "digest": found.digest,
        "parties": {
            party: {"name": terms.names[party], "kind": terms.kinds[party]} for party in found.terms.parties
        },
        "signatures": [
            {"agency": each.agency, "person": each.person, "role": each.role, "digest": each.digest}
            for each in terms.signatures
        ],
    }
    return _written({**plain_agreement(found.agreement, found.title, [found.terms]), "about": about})


def _odrl(terms: Terms) -> bytes:
    return _written(odrl_of(terms))


def _written(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, indent=2).encode()


_FORMS: Mapping[Form, tuple[str, str, Callable[[Terms], bytes]]] = {
    Form.YAML: ("yaml", "application/yaml", _yaml),
    Form.JSON: ("json", "application/json", _json),
    Form.ODRL: ("jsonld", "application/ld+json", _odrl),
    Form.PDF: ("pdf", "application/pdf", agreement_pdf),
}
