"""Refusing passwords that were stolen elsewhere, by a file of their digests or a service of ranges.

The file is what Have I Been Pwned's downloader writes: SHA-1 digests in hexadecimal, sorted, a line each. The
service gets the first five of forty characters, which hundreds of passwords share, and answers with the rest
of each digest that begins so. Sources: NIST SP 800-63B-4 section 3.1.1.2, OWASP ASVS 5.0 V6.2.12.
"""

import hashlib
import string
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from foundation.crypto.passwords import normal
from foundation.errors import Invalid, Misconfigured, Unavailable
from foundation.outbound import Target, Unsendable, ask, checked_range_service
from foundation.settings import Settings

_DIGEST, _PREFIX = 40, 5
_MOST = 1_000_000  # bytes of an answer; with its padding a real one has about 50,000
_STOLEN = {
    "password": "This password is among those that were stolen from other services, so it is tried first. "
    "Take another, and change it wherever else you use it."
}
_LATER = "New passwords cannot be checked now. Nothing was changed. Try again in a few minutes."


@dataclass(frozen=True)
class StolenPasswords:
    """Where stolen passwords are looked up: at most one of the two."""

    file: Path | None = None
    service: Target | None = None

    def refuse(self, password: str) -> None:
        """Refuse a password that was stolen, as it would be kept.

        Raises:
            Invalid: if it was.
            Unavailable: if that cannot be told now; a password that was not looked up is not taken.
        """
        digest = hashlib.sha1(normal(password).encode(), usedforsecurity=False).hexdigest().upper()
        try:
            found = self._is_in_file(digest) or self._is_in_range(digest)
        except (OSError, Unsendable, ValueError) as error:
            raise Unavailable(_LATER) from error
        if found:
            raise Invalid(_STOLEN)

    def _is_in_file(self, digest: str) -> bool:
        if self.file is None:
            return False
        wanted = digest.encode()
        with self.file.open("rb") as lines:
            low, high = 0, lines.seek(0, 2)
            while low < high:  # of the lines that begin in [low, high) one may be it
                middle = (low + high) // 2
                lines.seek(max(middle - 1, 0))
                if middle:
                    lines.readline()  # to the first line that begins at the middle or after it
                start, line = lines.tell(), lines.readline()
                if start >= high:
                    high = middle
                elif (found := line[:_DIGEST].upper()) == wanted:
                    return True
                elif found < wanted:
                    low = start + len(line)
                else:
                    high = middle
        return False

    def _is_in_range(self, digest: str) -> bool:
        if self.service is None:
            return False
        path = f"{self.service.path.rstrip('/')}/{digest[:_PREFIX]}"
        target = Target(self.service.secure, self.service.host, self.service.port, path)
        answer = ask(target, None, {"Add-Padding": "true", "User-Agent": "Concordat"}, _MOST)
        if answer.status != 200:
            raise Unsendable
        rest = digest[_PREFIX:]
        lines = (line.partition(":") for line in answer.body.decode("ascii").split())
        return any(each.upper() == rest and count != "0" for each, _, count in lines)


def stolen_passwords(settings: Settings) -> StolenPasswords:
    """Where the settings say that stolen passwords are looked up.

    Raises:
        Misconfigured: if there is no such file, it is of another kind, or the address may not be asked.
    """
    place = settings.stolen_passwords
    if not place:
        return StolenPasswords()
    if urlsplit(place).scheme in {"http", "https"}:
        try:
            return StolenPasswords(service=checked_range_service(settings, place))
        except Invalid:
            raise Misconfigured("CONCORDAT_STOLEN_PASSWORDS must be a path or an https address.") from None
    file = Path(place).absolute()
    if not _holds_digests(file):
        raise Misconfigured(f"CONCORDAT_STOLEN_PASSWORDS: {file} holds no SHA-1 digests, a line each.")
    return StolenPasswords(file=file)


def _holds_digests(file: Path) -> bool:
    try:
        with file.open("rb") as lines:
            digest, _, _ = lines.readline().strip().decode("ascii").partition(":")
    except (OSError, UnicodeDecodeError):
        return False
    return len(digest) == _DIGEST and set(digest) <= set(string.hexdigits)
