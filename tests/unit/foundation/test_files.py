import os
import re
import stat
from datetime import datetime, timedelta
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from foundation import clock
from foundation.errors import Misconfigured, Missing, Unavailable
from foundation.files import Files

SECRETS = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "eu-west-2"}


@pytest.fixture(scope="module")
def bucket():
    """The address of a real S3 server on loopback, with one bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client("s3", endpoint_url=address, **SECRETS)
    client.create_bucket(Bucket="stills", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    client.close()
    yield address
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def files(request, tmp_path, monkeypatch):
    if request.param == "folder":
        return Files((tmp_path / "a folder").as_uri())
    for name, value in SECRETS.items():
        monkeypatch.setenv(name.upper().replace("REGION_NAME", "AWS_REGION"), value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", request.getfixturevalue("bucket"))
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    return Files(f"s3://stills/{tmp_path.name}")


def hence(**period) -> datetime:
    return clock.now() + timedelta(**period)


def folder_of(files: Files) -> Path:
    return files._folder


def test_what_was_put_is_got_back(files):
    large = os.urandom(12_000_000)
    keys = [files.put(data) for data in (b"", b"one", large)]
    assert [files.get(key) for key in keys] == [b"", b"one", large]


def test_key_tells_nothing_of_the_content(files):
    first, second = files.put(b"same"), files.put(b"same")
    assert first != second
    assert re.fullmatch(r"([0-9a-f]{2})/\1[0-9a-f]{30}", first)


def test_key_is_written_once(files, monkeypatch):
    monkeypatch.setattr("foundation.files.secrets.token_hex", lambda _: "ab" * 16)
    key = files.put(b"first")
    with pytest.raises(Unavailable):
        files.put(b"second")
    assert files.get(key) == b"first"


def test_deleted_is_missing_and_deleting_again_is_no_error(files):
    key = files.put(b"gone soon")
    files.delete(key)
    files.delete(key)
    with pytest.raises(Missing):
        files.get(key)


@pytest.mark.parametrize(
    "key", ["", "../../etc/passwd", "ab/../cd", "/etc/passwd", "ab/ab#1", "AB/" + "AB" * 16]
)
def test_what_is_no_key_is_missing(files, key):
    with pytest.raises(Missing):
        files.get(key)
    with pytest.raises(Missing):
        files.delete(key)


def test_orphans_go_and_named_and_young_files_stay(files):
    named, orphan = files.put(b"named"), files.put(b"orphan")
    assert files.remove_orphans(frozenset({named}), hence(days=-1)) == ()
    assert files.remove_orphans(frozenset({named}), hence(seconds=5)) == (orphan,)
    assert files.get(named) == b"named"
    with pytest.raises(Missing):
        files.get(orphan)


def test_leavings_of_a_killed_writer_go_when_they_are_old(tmp_path):
    files = Files(tmp_path.as_uri())
    key = files.put(b"whole")
    leaving = tmp_path / f"{key}#1"
    leaving.write_bytes(b"hal")
    files.remove_orphans(frozenset({key}), hence(days=-1))
    assert leaving.exists()
    files.remove_orphans(frozenset({key}), hence(seconds=5))
    assert not leaving.exists()
    assert files.get(key) == b"whole"


def test_local_files_are_for_the_server_alone(tmp_path):
    files = Files((tmp_path / "media").as_uri())
    key = files.put(b"private")
    assert stat.S_IMODE(folder_of(files).stat().st_mode) == 0o700
    assert stat.S_IMODE((folder_of(files) / key).stat().st_mode) == 0o400


def test_local_file_and_its_names_are_on_disk_before_put_returns(tmp_path, monkeypatch):
    synced = []
    real = os.fsync

    def watched(handle):
        synced.append(Path(f"/proc/self/fd/{handle}").readlink())
        real(handle)

    monkeypatch.setattr(os, "fsync", watched)
    key = Files(tmp_path.as_uri()).put(b"kept")
    assert synced == [tmp_path / key, (tmp_path / key).parent, tmp_path]


def test_file_that_cannot_be_synced_is_not_acknowledged(tmp_path, monkeypatch):
    def fails(_handle):
        raise OSError(5, "Input/output error")

    files = Files(tmp_path.as_uri())
    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(Unavailable):
        files.put(b"not kept")


def test_server_that_does_not_answer_is_said_plainly(monkeypatch, bucket):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name.upper().replace("REGION_NAME", "AWS_REGION"), value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", bucket)
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    with pytest.raises(Unavailable):
        Files("s3://there-is-no-such-bucket/x").put(b"lost")


@pytest.mark.parametrize(
    "url", ["", "media", "file:relative", "http://host/path", "s3:///no-bucket", "memory:///"]
)
def test_unknown_address_keeps_the_server_from_starting(url):
    with pytest.raises(Misconfigured):
        Files(url)
