"""The order in which fields leave is the schema's, whatever a record holds."""

from types import MappingProxyType

from sharing.release.sheet import Sheet, filled
from sharing.release.treatments import Setting

NONE = MappingProxyType({})


def sheet(keys: tuple[str, ...], hidden: tuple[str, ...]) -> Sheet:
    return Sheet(
        keys,
        (),
        (),
        hidden,
        banded=False,
        dated=False,
        disclosed=NONE,
        treated=NONE,
        withheld=NONE,
        classes={},
    )


def test_order_does_not_tell_whether_a_hidden_field_holds_a_value():
    a_sheet = sheet(("seen_as", "height"), ("name",))
    full = filled(a_sheet, {"name": "Jo", "height": "tall", "seen_as": "male"}, Setting(None, None, {}))[0]
    without = filled(a_sheet, {"height": "tall", "seen_as": "male"}, Setting(None, None, {}))[0]
    assert list(full.items()) == list(without.items()) == [("seen_as", "male"), ("height", "tall")]
