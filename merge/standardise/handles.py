"""Names on social networks, web addresses, sex, codes and plain text."""

import re

from merge.standardise.text import fold, has_han, is_missing, words
from merge.standardise.values import StandardValue, Validity, sorted_parts

_SCHEME = re.compile(r"^(?:https?:)?//")
# Shops show the first and the last character of an account (t***7), which many have in common.
_MASKED = re.compile(r"[*\u00d7\u25cf\u2022]")
_LEAST_OF_ACCOUNT = 5
_SEX = {
    "m": "M", "male": "M", "man": "M", "男": "M", "男性": "M", "先生": "M", "mr": "M", "männlich": "M",
    "mannlich": "M", "masculin": "M", "homme": "M", "herr": "M", "h": "M", "1": "M",
    "f": "F", "female": "F", "woman": "F", "女": "F", "女性": "F", "女士": "F", "小姐": "F", "ms": "F", "mrs": "F",
    "sir": "M", "monsieur": "M", "mister": "M", "sig": "M", "signor": "M", "sr": "M", "senor": "M", "señor": "M",
    "dhr": "M", "pan": "M", "bay": "M", "shri": "M", "master": "M", "herrn": "M", "erkek": "M", "남": "M", "남자": "M",
    "miss": "F", "mme": "F", "mlle": "F", "madame": "F", "madam": "F", "sig.ra": "F", "signora": "F", "sra": "F",
    "srta": "F", "senora": "F", "señora": "F", "mevr": "F", "mw": "F", "pani": "F", "bayan": "F", "smt": "F",
    "太太": "F", "夫人": "F", "femenino": "F", "femminile": "F", "mujer": "F", "kadin": "F", "여": "F",
    "여자": "F", "masculino": "M", "maschile": "M", "hombre": "M", "mannelijk": "M", "vrouw": "F", "vrouwelijk": "F",
    "hr": "M", "de heer": "M", "heer": "M", "herra": "M", "mand": "M", "mann": "M", "mies": "M", "muz": "M",
    "ferfi": "M", "mezczyzna": "M", "мужской": "M", "м": "M", "мужчина": "M", "господин": "M", "masc": "M",
    "mevrouw": "F", "mej": "F", "mejuffrouw": "F", "v": "F", "fru": "F", "frk": "F", "froken": "F", "rouva": "F",
    "k": "F", "kvinde": "F", "kvinne": "F", "kvinna": "F", "nainen": "F", "zena": "F", "kobieta": "F",
    "женский": "F", "ж": "F", "женщина": "F", "госпожа": "F", "fem": "F", "donna": "F", "uomo": "M",
    "weiblich": "F", "w": "F", "feminin": "F", "femme": "F", "frau": "F", "2": "F",
}  # fmt: skip


def standardise_handle(attribute: str, raw: str) -> StandardValue:
    """A handle without ``@`` and without the network's address before it."""
    text = _SCHEME.sub("", fold(raw)).rstrip("/")
    text = text.rsplit("/", 1)[-1].removeprefix("@").replace(" ", "")
    return StandardValue(attribute, raw, text, Validity.UNKNOWN)


def is_account(handle: str) -> bool:
    """Whether a handle (normal form) is one that a network gives once: whole, and no nickname (小太阳, Lisa)."""
    if _MASKED.search(handle) or len(handle) < _LEAST_OF_ACCOUNT:
        return False
    return any(map(str.isdigit, handle)) or not has_han(handle)


def shown_characters(handle: str) -> int:
    """How many characters of a handle are not masked."""
    return len(_MASKED.sub("", handle))


def standardise_website(attribute: str, raw: str) -> StandardValue:
    """A web address without scheme, ``www.`` and trailing slash, with the part ``host``."""
    text = _SCHEME.sub("", fold(raw)).removeprefix("www.").split("?", 1)[0].rstrip("/")
    host = text.split("/", 1)[0].split(":", 1)[0]
    valid = "." in host
    return StandardValue(
        attribute,
        raw,
        text,
        Validity.VALID if valid else Validity.INVALID,
        None if valid else "url.form",
        sorted_parts({"host": host}),
    )


def standardise_sex(attribute: str, raw: str) -> StandardValue:
    """``M`` or ``F``; anything else says nothing and is not compared."""
    normal = _SEX.get(fold(raw).strip(". "), "")
    return StandardValue(attribute, raw, normal, Validity.VALID if normal else Validity.UNKNOWN)


def standardise_text(attribute: str, raw: str) -> StandardValue:
    """Any other value: its folded words."""
    return StandardValue(attribute, raw, "" if is_missing(raw) else " ".join(words(raw)), Validity.UNKNOWN)
