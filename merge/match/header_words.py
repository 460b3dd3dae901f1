"""What a header says: its words in full, the attribute that they name, and whose it is. Pure."""

import re

from merge.match.headers import (
    EXACT,
    NAME_WORDS,
    OF_OTHERS,
    PURPOSES,
    QUALIFIERS,
    SHORT,
    WHOSE,
    WORDS,
)
from merge.match.name_headers import AMBIGUOUS_NAME
from merge.standardise.text import clean, fold, has_han

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Two characters with a blank between them, to be as wide as others: 姓 名.
_SPREAD_OUT = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_NOT_NAME = re.compile(r"[\W_]+")
# "First name(s)" is of first names; other brackets hold remarks: "DOB (dd/mm/yyyy)".
_PLURAL = re.compile(r"\(e?s\)", re.IGNORECASE)
_REMARK = re.compile(r"[(\[【].*?[)\]】]")
# "Sur Name" and "WeChat ID" are known words, apart and together otherwise than usual. Short ones would meet by chance.
_LEAST_WHOLE = 5
_WHOLE = {
    whole: phrase
    for phrase in EXACT
    if len(whole := phrase.replace(" ", "")) >= (_LEAST_WHOLE if whole.isascii() else len("国家"))
}
# "fname_c1" is the first component of a first name.
_NUMBERED = re.compile(r"\s*c?\d+$")
_OF_PLACES = {word for word, attribute in WORDS if attribute.startswith("address.") and word not in {"address", "addr"}}
_SAYS_NOTHING = re.compile(
    r"(?:c|col|column|f|field|fld|v|var|x|attr|attribute|unnamed|字段|列|栏|属性|未命名)?\s*[a-z]?\s*\d*"
)
_KEY_NAME = re.compile(
    r"\b(?:id|key|no|nr|num|nbr|number|code|seq|sequence|uuid|guid|index|idx|rownum|row)$|(?:编号|序号|编码|代码|流水号|主键|卡号|账号)$"
)


def header_words(column_name: str) -> str:
    """A header folded to words with single spaces: ``CustomerPhone_No`` is ``customer phone no``."""
    spaced = _CAMEL.sub(" ", _PLURAL.sub("s", _SPREAD_OUT.sub("", clean(column_name))))
    return " ".join(_NOT_NAME.sub(" ", fold(spaced)).split())


def without_remarks(column_name: str) -> str:
    """The words of a header without what stands in brackets."""
    return header_words(_REMARK.sub("", clean(column_name)))


def without_number(header: str) -> str:
    """The words of a header without the number behind them: which one of several it is."""
    return _NUMBERED.sub("", header)


def says_nothing(column_name: str) -> bool:
    """Whether a header is none (``col7``)."""
    return _SAYS_NOTHING.fullmatch(header_words(column_name)) is not None


def by_name(header: str, bare: str) -> tuple[str | None, float]:
    """What the name of a column says, and how sure that is."""
    known = EXACT.get(header) or EXACT.get(bare)
    if known == "person.given_name" and header not in EXACT and header[len(bare) :].strip(" c") not in {"", "1"}:
        known = "person.middle_name"
    if known is not None:
        return known, 0.95
    written = written_out(bare)
    if written in AMBIGUOUS_NAME:
        return None, 0.0
    return EXACT.get(written) or _of_one_address(header) or _of_one_address(written) or _by_end(written) or _by_word(
        written
    ), 0.75


def _of_one_address(header: str) -> str | None:
    """``legal address region`` is a region: words at the head say which of several addresses a part is of."""
    rest = header.split()
    while len(rest) > 1 and rest[0] in PURPOSES:
        rest = rest[1:]
        found = EXACT.get(" ".join(rest), "")
        # The home number is a telephone.
        if found.startswith("address.") and found != "address.number":
            return found
    return None


def _by_end(header: str) -> str | None:
    """``holder postal code`` is a postal code: two words that are known together say what they say behind others too.

    A name is not: the contact name of a row may be anybody's.
    """
    words = header.split()
    for start in range(1, len(words) - 1):
        found = EXACT.get(" ".join(words[start:]), "")
        if found and not found.startswith(("person.", "record.", "organization.", "transaction.")):
            return found
    return None


def written_out(header: str) -> str:
    """``cust dist nm`` is ``district``: short words in full, without whose it is and that it is its name."""
    words = [SHORT.get(word, word) for word in header.split()]
    full = " ".join(words)
    if full in EXACT or full in AMBIGUOUS_NAME:
        return full
    kept = words[1:] if len(words) > 1 and words[0] in WHOSE else words
    if len(kept) > 1 and kept[-1] == "name" and EXACT.get(" ".join(kept[:-1]), "").startswith("address."):
        kept = kept[:-1]
    if kept == ["number"]:  # of the customer, not of the house
        return full
    own = " ".join(kept)
    return own if own in EXACT or own in AMBIGUOUS_NAME else _WHOLE.get("".join(kept), full)


def of_others(header: str) -> bool:
    """Whether a column is of somebody beside the customer: who to call, who sold, who typed."""
    padded = f" {header} "
    return any(one in header if has_han(one) else f" {one} " in padded for one in OF_OTHERS)


def is_key_name(column_name: str) -> bool:
    """Whether a name speaks of the number or code of something (``cust_id``, 客户编号), or of nothing."""
    header = header_words(column_name)
    return _KEY_NAME.search(header) is not None or _SAYS_NOTHING.fullmatch(header) is not None


def _by_word(header: str) -> str | None:
    words = header.split()
    if words and (words[-1] in QUALIFIERS or words[-1] in {"id", "key"}):
        return None
    if has_han(header):
        return _by_chinese_word(header)
    present = set(words)
    if "birth" in present and not {"date", "day", "year"} & present:  # where somebody was born
        return None
    if not present.isdisjoint(_OF_PLACES):  # where letters go to: mail_city
        present.discard("mail")
    for word, attribute in WORDS:
        if word in present and (word not in NAME_WORDS or words[-1] in NAME_WORDS[word]):
            return attribute
    if {"date", "birth"} <= present:
        return "person.birth_date"
    return "person.full_name" if {"name", "full"} <= present else None


def _by_chinese_word(header: str) -> str | None:
    """What a Chinese name ends with is what it speaks of: 公司住所 is an address, 公司法人 nothing of ours."""
    if any(qualifier in header for qualifier in QUALIFIERS if has_han(qualifier)):
        return None
    latin = set(re.findall(r"[a-z]+", header))
    found = [
        (header.rfind(word) + len(word), len(word), word, attribute)
        for word, attribute in WORDS
        if (word in header if has_han(word) else word in latin)
    ]
    for end, _, word, attribute in sorted(found, reverse=True):
        behind = header[end:].strip()
        if word not in NAME_WORDS or not behind or behind in NAME_WORDS[word]:
            return attribute
    return None
