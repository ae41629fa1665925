"""What a file about an agreement says, before it has a form."""

from collections.abc import Mapping
from dataclasses import dataclass

from sharing.agreements.versions import ReadVersion


@dataclass(frozen=True)
class Signed:
    """One party's signature: who signed in which role, when in London, and the digest that it binds."""

    agency: str
    person: str
    role: str
    at: str
    digest: str


@dataclass(frozen=True)
class Terms:
    """A version with the full names and kinds of agencies, and the signatures."""

    version: ReadVersion
    names: Mapping[str, str]
    kinds: Mapping[str, str]
    signatures: tuple[Signed, ...]

    @property
    def reference(self) -> str:
        """Such as HAV-CSP-01, version 4."""
        return f"{self.version.agreement}, version {self.version.number}"
