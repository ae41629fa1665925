"""What every form of the pages says where its author wrote no sentence: what to do, in our words."""

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm

_CHOOSE = "Choose from the list."
_NUMBER = "Give a number, like 12.50."

#: The library's sentence, in the singular where it has two -> ours, with the same words to be filled in.
SENTENCES: Mapping[str, str] = {
    "Not a valid choice.": _CHOOSE,
    "'%(value)s' is not a valid choice for this field.": _CHOOSE,
    "Invalid Choice: could not coerce.": _CHOOSE,
    "Invalid choice(s): one or more data inputs could not be coerced.": _CHOOSE,
    "Invalid value, must be one of: %(values)s.": _CHOOSE,
    "Not a valid date value.": "Give the date, like 2026-02-17.",
    "Not a valid datetime value.": "Give the date and the time, like 2026-02-17 17:36.",
    "Not a valid time value.": "Give the time, like 17:36.",
    "Not a valid integer value.": "Give a whole number, like 12.",
    "Not a valid decimal value.": _NUMBER,
    "Not a valid float value.": _NUMBER,
    "Number must be at least %(min)s.": "Give a number that is %(min)s or more.",
    "Number must be at most %(max)s.": "Give a number that is %(max)s or less.",
    "Number must be between %(min)s and %(max)s.": "Give a number from %(min)s to %(max)s.",
    "Field must be at least %(min)d character long.": "Write more: at least %(min)d characters.",
    "Field cannot be longer than %(max)d character.": "Write less: at most %(max)d characters.",
    "Field must be exactly %(max)d character long.": "Write exactly %(max)d characters.",
    "Field must be between %(min)d and %(max)d characters long.": "Write %(min)d to %(max)d characters.",
    "This field is required.": "This is needed. Fill it in.",
}
#: For whatever else the library may come to say.
OTHERWISE = "This cannot be taken as it is. Look at it again."


class _Sentences:
    """Stands where the library asks for its sentences in another language."""

    def gettext(self, said: str) -> str:
        return SENTENCES.get(said, OTHERWISE)

    def ngettext(self, said: str, _several: str, _count: int) -> str:
        return SENTENCES.get(said, OTHERWISE)


_OURS = _Sentences()


class PortalForm(FlaskForm):
    """A form that speaks in these sentences; every form of the pages is one."""

    class Meta(FlaskForm.Meta):
        """As of every form here, in our sentences."""

        def get_translations(self, _form: Any) -> _Sentences:
            """The sentences, whatever the language of the browser."""
            return _OURS
