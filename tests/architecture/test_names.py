"""Names say what is in a file; work that is left stands nowhere in the code."""

import re

from tests.architecture.sources import ROOT, files

BANNED = re.compile(r"(^|/)(helpers?|utils?|common|misc|manager|base_service|handlers)(\.\w+|/)")
LEFT = re.compile("|".join(rf"\b{word}\b" for word in ("TO" + "DO", "FIX" + "ME", "XX" + "X")))


def banned_names(names):
    return [name for name in names if BANNED.search(name)]


def left_work(text):
    return [number for number, line in enumerate(text.splitlines(), 1) if LEFT.search(line)]


def test_no_file_has_a_name_that_says_nothing():
    assert banned_names([path.as_posix() for path in files("")]) == []


def test_banned_names_are_found():
    planted = ["sharing/helpers.py", "portal/utils/words.py", "auth/manager.py", "tests/common.js"]
    assert banned_names([*planted, "portal/web/records.py", "sharing/commonplace.py"]) == planted


def test_no_work_is_left_in_the_code():
    left = {
        path.as_posix(): lines
        for path in files(".py", ".html", ".js", ".md")
        if (lines := left_work((ROOT / path).read_text(encoding="utf-8")))
    }
    assert left == {}


def test_left_work_is_found():
    assert left_work("done\n# " + "TO" + "DO later") == [2]


def test_every_package_says_what_it_holds_and_what_not():
    short = [
        path.as_posix()
        for path in files("__init__.py")
        if path.parts[0] in {"portal", "sharing", "auth", "foundation"}
        and len((ROOT / path).read_text(encoding="utf-8").split()) < 8
    ]
    assert short == []
