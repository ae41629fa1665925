"""Where the bytes of pictures and other evidence lie: a local folder or an S3 bucket, by one address.

Names are random, so that a name tells nothing of the content and nobody can guess it; a name is written once
and never again. What a file is and who may have it stands in the database, never here.
"""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from foundation.errors import Misconfigured, Missing, Unavailable

_KEY = re.compile(r"([0-9a-f]{2})/\1[0-9a-f]{30}")


class Files:
    """The open file store of one process. `file:///folder`, or `s3://bucket/prefix` and AWS_* settings."""

    def __init__(self, url: str) -> None:
        """Open the store; a local folder is made if it is not there, readable by its owner only.

        Raises:
            Misconfigured: if the address is of no kind that is known.
        """
        parts = urlsplit(url)
        self._folder = Path(unquote(parts.path)) if parts.scheme == "file" else None
        self._store: LocalStore | S3Store
        if self._folder is not None and self._folder.is_absolute():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._store = LocalStore(prefix=self._folder)
        elif parts.scheme == "s3" and parts.netloc:
            self._store = _s3(url)
        else:
            raise Misconfigured("The file store is file:///folder or s3://bucket/prefix.")

    def put(self, data: bytes) -> str:
        """Keep these bytes and give the key under which they lie: on disk, or accepted by S3, on return.

        Raises:
            Unavailable: if they could not be kept; nothing whole is left behind under any key that was given.
        """
        name = secrets.token_hex(16)
        key = f"{name[:2]}/{name}"
        with _said_plainly():
            obstore.put(self._store, key, data, mode="create", use_multipart=False)
            if self._folder is not None:
                _to_disk(self._folder, key)
        return key

    def get(self, key: str) -> bytes:
        """The bytes under this key.

        Raises:
            Missing: if there are none.
            Unavailable: if the store cannot be reached.
        """
        with _said_plainly():
            try:
                return bytes(obstore.get(self._store, _checked(key)).bytes())
            except FileNotFoundError:
                raise Missing from None

    def delete(self, key: str) -> None:
        """Remove what lies under this key; it is no error if nothing does."""
        with _said_plainly():
            try:
                obstore.delete(self._store, _checked(key))
            except FileNotFoundError:
                return

    def remove_orphans(self, known: frozenset[str], before: datetime) -> tuple[str, ...]:
        """Remove files that no row names and the leavings of interrupted writes; the keys removed, in order.

        A file is written before the row that names it is committed: `before` lies further back than any
        transaction lasts, and `known` is read now.
        """
        with _said_plainly():
            lost = sorted(key for key in self._keys(before) if key not in known)
        for key in lost:
            self.delete(key)
        if self._folder is not None:
            _remove_leavings(self._folder, before)
        return tuple(lost)

    def _keys(self, before: datetime) -> Iterator[str]:
        for page in obstore.list(self._store):
            for entry in page:
                if entry["last_modified"] < before and _KEY.fullmatch(entry["path"]):
                    yield entry["path"]


def _s3(url: str) -> S3Store:
    """The bucket, by the AWS_* settings; client options given here would put those of the settings aside."""
    return S3Store.from_url(url, retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=15)})


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise Missing
    return key


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        raise Unavailable("The file store cannot be reached. Nothing is lost. Try again.") from error


def _to_disk(folder: Path, key: str) -> None:
    """Bring a local file and its names to disk, which obstore (0.12) does not.

    It writes `key#1` and links it to `key`, so that no half file is ever seen; syncing is left to the system.
    """
    path = folder / key
    path.chmod(0o400)
    for place in (path, path.parent, folder):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove_leavings(folder: Path, before: datetime) -> None:
    """Remove `key#1` files whose writer was killed; obstore does not list them."""
    for path in folder.glob("??/*#*"):
        if path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
