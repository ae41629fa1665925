"""One request of an observer, and the ids that nobody has."""

from dataclasses import dataclass

#: Ids that nobody has: what does not exist for an observer answers like them.
UNKNOWN = ("7d9f2a10-55aa-4c1b-8d3e-0a1b2c3d4e5f", "0b8e6c52-1f4d-4a7e-9b60-c2d3e4f5a6b7")


@dataclass(frozen=True)
class Ask:
    """One request. `door` is web or api; `walk` follows the cursor of each answer to the last page."""

    door: str
    path: str
    method: str = "GET"
    body: dict[str, object] | None = None
    walk: bool = False
    title: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """How the request is named in a report; what is drawn while it is answered hangs on it."""
        return self.title or f"{self.door} {self.method} {self.path}"
