"""Does a golden record really hold what was searched for? Checked on opened values, after the index narrowed. Pure."""

from collections.abc import Collection

from core.attributes import ValueKind, attribute
from merge.standardise.calling import as_dialled_at_home, figures_of
from merge.standardise.record import standardise_value
from merge.standardise.text import clean, fold
from merge.survivorship.values import GoldenValue, GoldenValues

_EXACT = frozenset({ValueKind.PHONE, ValueKind.EMAIL, ValueKind.IDENTIFIER, ValueKind.HANDLE})
_NAMES = frozenset({ValueKind.PERSON_NAME, ValueKind.ORGANIZATION_NAME})


def matches(text: str, values: GoldenValues, classes: Collection[str]) -> bool:
    """Whether one of the values in these data classes is, or for names contains, what was searched for."""
    return any(_fits(text, value) for value in values if attribute(value.attribute).data_class.value in classes)


def _fits(text: str, value: GoldenValue) -> bool:
    kind = attribute(value.attribute).kind
    if kind in _EXACT:
        asked = standardise_value(value.attribute, text).normal
        held = standardise_value(value.attribute, value.value).normal
        if kind is ValueKind.PHONE and figures_of(clean(text)) in as_dialled_at_home(held):
            return True
        return bool(asked) and asked == held
    if kind in _NAMES:
        return _name_fits(text, value)
    return False


def _name_fits(text: str, value: GoldenValue) -> bool:
    asked = fold(text).split()
    standard = standardise_value(value.attribute, value.value)
    pinyin = standard.part("family_pinyin") + standard.part("given_pinyin")
    forms = [fold(value.value), fold(standard.normal), pinyin]
    return bool(asked) and any(all(word in form for word in asked) for form in forms if form)
