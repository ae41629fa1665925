import subprocess
import sys
import time

import pytest

from foundation import pictures
from foundation.errors import Invalid, Unavailable
from foundation.picture_shape import Fault, FaultyPictureError
from tests.unit.foundation import picture_corpus as corpus


def run_isolated(code: str, given: bytes = b"") -> str:
    """What a fresh interpreter prints after this code, with nothing of this process."""
    done = subprocess.run([sys.executable, "-c", code], input=given, capture_output=True, check=True)
    return done.stdout.decode().strip()


CHILD = pictures._CHILD[-1]

MEASURE = """
import resource, sys, time
from foundation.errors import Invalid
from foundation.pictures import reencode
data, began = sys.stdin.buffer.read(), time.monotonic()
try:
    print(len(reencode(data).bytes) > 0)
except Invalid as refused:
    print(refused)
print(time.monotonic() - began)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


@pytest.mark.parametrize(
    ("width", "height", "megabytes"), [(8_000, 5_000, 600), (20_000, 20_000, 60), (100_000, 100_000, 60)]
)
def test_memory_and_time_stay_bounded_however_large_the_picture_says_it_is(width, height, megabytes):
    rows = min(height, 20_000) if width < 100_000 else 1
    bomb = corpus.grey_png(width, height, (bytes((width + 7) // 8) for _ in range(rows)))
    answer, seconds, resident = run_isolated(MEASURE, bomb).splitlines()
    assert (answer == "True") == (width == 8_000)
    assert float(seconds) < 10
    assert int(resident) < megabytes


def test_child_refuses_a_bomb_by_its_header_even_if_the_walk_had_let_it_pass():
    with pytest.raises(FaultyPictureError) as refused:
        pictures._child({"task": "reencode", "format": "png"}, corpus.solid_png(20_000, 20_000))
    assert refused.value.fault is Fault.TOO_MANY_PIXELS


def test_both_processes_hold_to_the_same_number_of_pixels():
    told = run_isolated(f"import runpy; print(runpy.run_path({CHILD!r})['PIXELS_MOST'])")
    assert int(told) == pictures.PIXELS_MOST


def test_child_that_takes_too_long_is_killed(monkeypatch):
    monkeypatch.setattr(pictures, "SECONDS_MOST", 0.2)
    monkeypatch.setattr(pictures, "_CHILD", (sys.executable, "-I", "-c", "import time; time.sleep(60)"))
    began = time.monotonic()
    with pytest.raises(Invalid, match="too much work"):
        pictures.reencode(corpus.jpeg())
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "code", ["import os; os.abort()", "raise SystemExit(1)", "import os; os.kill(os.getpid(), 9)"]
)
def test_child_that_dies_takes_only_the_picture_with_it(monkeypatch, code):
    monkeypatch.setattr(pictures, "_CHILD", (sys.executable, "-I", "-c", code))
    with pytest.raises(Invalid, match="too much work"):
        pictures.reencode(corpus.jpeg())


def test_what_the_child_answers_must_be_pixels_alone(monkeypatch):
    echo = "import sys; sys.stdout.buffer.write(b'{}\\n' + sys.stdin.buffer.read().partition(b'\\n')[2])"
    monkeypatch.setattr(pictures, "_CHILD", (sys.executable, "-I", "-c", echo))
    sent = corpus.written(corpus.scene(), "JPEG", comment=corpus.CANARY)
    with pytest.raises(Invalid, match="damaged"):
        pictures.reencode(sent)


LIMITED = f"""
import os, runpy, socket
names = runpy.run_path({CHILD!r})
names["_limit"]()
def tried(what):
    try:
        what()
    except (OSError, MemoryError) as error:
        return type(error).__name__
    return "done"
print(tried(lambda: open("/etc/hostname")))
print(tried(lambda: socket.socket()))
print(tried(lambda: bytearray(2 << 30)))
print(tried(lambda: os.pipe()))
"""


def test_child_can_open_no_file_and_no_socket_and_has_bounded_memory():
    assert run_isolated(LIMITED).splitlines() == ["OSError", "OSError", "MemoryError", "OSError"]


ENDLESS = f"""
import runpy, sys
runpy.run_path({CHILD!r})["_limit"]()
for _ in range(100):
    sys.stdout.buffer.write(bytes(1 << 20))
"""


def test_child_that_writes_without_end_is_stopped(monkeypatch):
    monkeypatch.setattr(pictures, "_CHILD", (sys.executable, "-I", "-c", ENDLESS))
    with pytest.raises(Invalid, match="too much work"):
        pictures.reencode(corpus.jpeg())


TELLING = """
import json, os, sys
handles = [f"/proc/self/fd/{handle}" for handle in os.listdir("/proc/self/fd") if int(handle) > 2]
opened = [os.readlink(path) for path in handles if os.path.exists(path)]
facts = {"environment": sorted(os.environ), "open": opened}
sys.stdout.write(json.dumps(facts) + "\\n")
sys.stdout.flush()
sys.stdout.buffer.write(sys.stdin.buffer.read().partition(b"\\n")[2])
"""


def test_child_inherits_no_environment_and_no_open_file(monkeypatch, tmp_path):
    plain = pictures.reencode(corpus.jpeg()).bytes
    monkeypatch.setenv("CONCORDAT_SECRET_KEY", "must-not-be-inherited")
    monkeypatch.setattr(pictures, "_CHILD", (sys.executable, "-I", "-c", TELLING))
    with (tmp_path / "left-open").open("w"):
        facts, _ = pictures._child({}, plain)
    assert set(facts["environment"]) <= {"LC_CTYPE"}
    assert facts["open"] == []


def test_portal_itself_loads_no_decoder():
    loaded = run_isolated(
        "import sys, foundation.pictures; print([name for name in sys.modules if 'PIL' in name])"
    )
    assert loaded == "[]"


def test_no_more_pictures_than_places_are_read_at_once(monkeypatch):
    monkeypatch.setattr(pictures, "_PATIENCE_SECONDS", 0.01)
    with pictures._place(), pictures._place(), pytest.raises(Unavailable, match="Too many pictures"):
        pictures.reencode(corpus.jpeg())
    assert pictures.reencode(corpus.jpeg()).width == 160
