"""The branch in a company's name in Latin letters: Store #128, Filiale 12, Sucursal Sevilla, (London Branch).

Registers of China write a branch as a part of its name; elsewhere it is a note behind the name that many leave away.
"""

import re

from merge.standardise.text import clean, fold, words

LOOSE_MARK = "#"
"""What a branch that a name may leave away begins with."""
# These are no part of a company's own name; the others are only behind a comma, a dash, a bracket or a legal form.
_PLAIN = (
    r"filialen?|fil\.|zweigniederlassung|niederlassung|zweigstelle|geschaftsstelle|succursale|sucursal|oddzial(?:\s+w)?|"
    r"branch\s+office"
)
_BRANCH = (
    rf"{_PLAIN}|branch|fil|store|shop|outlet|agence|agencia|filial|filiaal|vestiging|pobocka|standort|site|location"
)
_NUMBER = re.compile(rf"^(\W*\w.*?)[\s\-,/|(:]+(?:{_BRANCH})\s*(?:number|no|nr)?[.:]?\s*#?\s*(\d+[a-z]?)\)?$")
_SIGN = re.compile(r"^(\W*\w.*?)[\s\-,/|(]+#\s*(\d+)\)?$")
_APART = r"(?:\s+-+\s*|\s*[,/|(:]\s*|\s+)"
_FORM = (
    r"ltd|limited|inc|incorporated|corp|corporation|co|company|llc|llp|plc|gmbh|mbh|ag|kg|sa|sarl|sas|srl|spa|sl|bv|nv|"
    r"oy|ab"
)
_LONGEST = 200
"""Characters of a name that is looked at: a longer one is a text."""
_PLACE = rf"(?!(?:{_FORM})\b)[^\W\d]+(?:[\s\-'.]+[^\W\d]+){{0,2}}"
_BEHIND = re.compile(rf"^(\W*\w.*?)({_APART})({_BRANCH})\s+(?:of\s+|in\s+|de\s+|di\s+)?({_PLACE})\)?$")
_BEFORE = re.compile(rf"^(\W*\w.*?)(\s+-+\s*|\s*[,/|(]\s*)({_PLACE})\s+(?:{_BRANCH})\)?$")
_BEHIND_FORM = re.compile(rf"^(.*\b(?:{_FORM})\b\.?)\s+({_PLACE})\s+(?:{_BRANCH})\)?$")
_HEAD = re.compile(
    rf"^(\W*\w.*?){_APART}(?:head\s+office|headquarters|main\s+office|hauptverwaltung|hauptsitz|zentrale|siege(?:\s+social)?|"
    r"sede(?:\s+(?:central|legale|social))?|hq)\)?$"
)
_HEAD_PLAIN = re.compile(r"(?:office|headquarters|hauptverwaltung|hauptsitz|social|central|legale)\)?$")
_MARKED = re.compile(
    r"#|\d\)?$|\b(?:branch|fil|stor|shop|outlet|zweig|niederl|gesch|succ|suc|oddz|agen|vest|pob|stand|site|loc|head|main|haupt|"
    r"zentr|sede|hq)"
)


def branch_apart(raw: str, forms: frozenset[str]) -> tuple[str, str] | None:
    """A name without its branch, folded, and the branch ("" for the head office); None where it names neither.

    ``forms`` are the legal forms, behind which a plain word is a branch too (Acme Ltd Store Arlington).
    """
    text = fold(clean(raw))
    if len(text) > _LONGEST or not _MARKED.search(text):
        return None
    found = _NUMBER.match(text) or _SIGN.match(text)
    if found:
        return found.group(1), LOOSE_MARK + found.group(2).lstrip("0")
    found = _BEHIND_FORM.match(text) or _BEFORE.match(text)
    if found:
        return found.group(1), LOOSE_MARK + " ".join(words(found.groups()[-1]))
    found = _BEHIND.match(text)
    if found and (_parted(found.group(2)) or re.fullmatch(_PLAIN, found.group(3)) or _ends_in(found.group(1), forms)):
        return found.group(1), LOOSE_MARK + " ".join(words(found.group(4)))
    found = _HEAD.match(text)
    if found and (_HEAD_PLAIN.search(text) or _parted(text[len(found.group(1)) :]) or _ends_in(found.group(1), forms)):
        return found.group(1), ""
    return None


def _parted(between: str) -> bool:
    return not between.lstrip().startswith(tuple("abcdefghijklmnopqrstuvwxyz")) and bool(between.strip())


def _ends_in(name: str, forms: frozenset[str]) -> bool:
    last = name.rsplit(maxsplit=1)[-1].replace(".", "")
    return last in forms


def branches_differ(one: str, other: str) -> bool:
    """Whether two branches, "" for none, are two places; nothing said of one that may be left away says nothing."""
    if one == other:
        return False
    return bool(one and other) or not (one or other).startswith(LOOSE_MARK)
