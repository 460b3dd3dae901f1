"""Several values that people wrote into one cell: telephones, mailboxes, and a company's name in two languages."""

import re

from merge.standardise.text import clean, has_han, simplify, vocabulary

_MAILBOX = re.compile(r"[^@\s<>()\[\],;:|/\"、]+@[^@\s<>()\[\],;:|/\"、]+")
# Two telephones need this many figures.
LEAST_FIGURES = 14
_LEAST_OF_ONE = 7
_APART = re.compile(r"\s*(?:[;、|]|\s/\s)\s*")
_MAYBE_APART = re.compile(r"\s*[/,]\s*")
# Also read by RE2.
SPACE_APART = re.compile(r"(?:(?:\+?86|0086)?1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?:\s+(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8}))+")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_SIDE_BY_SIDE = (
    re.compile(rf"(?P<han>.*[{_HAN}][)\]]?)\s*[(\[](?P<latin>[^{_HAN}]+)[)\]]"),
    re.compile(rf"(?P<han>.*[{_HAN}][)\]]?)\s*[/|,;]?\s*(?P<latin>[^{_HAN}]+?)"),
    re.compile(rf"(?P<latin>[^{_HAN}]+?)\s*[(\[](?P<han>[{_HAN}].*)[)\]]"),
    re.compile(rf"(?P<latin>[^{_HAN}]+?)\s*[/|,;]?\s*(?P<han>[{_HAN}].*)"),
)
"""A name in Han characters and one in Latin letters, either of them first, the second in brackets or not."""
_LATIN_WORD = re.compile(r"[^\W\d_]{2,}")
_LATIN_FORMS = vocabulary(
    "co ltd limited inc incorporated corp corporation company llc plc gmbh ag sa bv group university institute "
    "hospital bank school"
)
# Neither a town nor a branch: beside a Latin name those are a part of it, and many companies'.
_HAN_NAME = re.compile(
    r".{2,}(?:(?<!分)公司|集团|企业|厂|银行|大学|学院|医院|研究院|研究所|事务所|协会|基金会)(?:\([^)]*\))?"
)

SOMETIMES = frozenset({"phone", "email", "organization.name"})
"""Attributes of which a cell may hold several values."""


def _figures(text: str) -> int:
    return sum(map(str.isdigit, text))


def _telephones(raw: str) -> list[str]:
    text = clean(raw)
    if SPACE_APART.fullmatch(text):
        return text.split()
    found = [one for piece in _APART.split(text) for one in _maybe_apart(piece)]
    # What is too short to be a telephone is a note.
    whole = [one for one in found if _figures(one) >= _LEAST_OF_ONE]
    return whole if len(found) > 1 and whole else [raw]


def _maybe_apart(text: str) -> list[str]:
    """A slash and a comma also stand before an extension and behind an area code."""
    pieces = [piece for piece in _MAYBE_APART.split(text) if piece]
    apart = len(pieces) > 1 and all(_figures(piece) >= _LEAST_OF_ONE for piece in pieces)
    return pieces if apart else [text]


def _in_two_languages(raw: str) -> list[str]:
    """A company's Chinese name and its Latin one beside each other; a town or a brand beside a name is a part of it."""
    text = clean(raw)
    for form in _SIDE_BY_SIDE:
        found = form.fullmatch(text)
        if found is None:
            continue
        words = {word.lower() for word in _LATIN_WORD.findall(found["latin"])}
        named = words - _LATIN_FORMS and not words.isdisjoint(_LATIN_FORMS)
        if named and _HAN_NAME.fullmatch(simplify(found["han"])):
            return [found["han"].strip(), found["latin"].strip()]
    return [raw]


def several(attribute: str, raw: str) -> list[str]:
    """The values that a cell holds: itself, or telephones, mailboxes or names that stand side by side in it."""
    if attribute == "phone" and len(raw) > LEAST_FIGURES and _figures(raw) >= LEAST_FIGURES:
        return list(dict.fromkeys(_telephones(raw)))
    if attribute == "email" and raw.count("@") + raw.count("\uff20") > 1:
        found = _MAILBOX.findall(clean(raw))
        return list(dict.fromkeys(found)) if len(found) > 1 else [raw]
    if attribute == "organization.name" and has_han(raw):
        return _in_two_languages(raw)
    return [raw]
