"""The quick ways to a standard form over whole columns of distinct values, by Arrow: no string of Python is made.

Each function gives for the values in a plain form what the full standardiser gives, and tells which those are; a test
holds them together. What is not plain is standardised one by one.
"""

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import compute as pc

from merge.standardise.addresses import LONG_ZIP, word_of
from merge.standardise.arrow_text import TEXT, Flags, Plain, constant, flags, matches
from merge.standardise.birth_surnames import BORN_WORDS
from merge.standardise.emails import PLACEHOLDER
from merge.standardise.names import GAELIC, LEFT_OUT, PARTICLES, SUFFIXES, TITLES_LATIN
from merge.standardise.nobody import is_nobody_word
from merge.standardise.phone_columns import quick_phones
from merge.standardise.phones import DEFAULT_REGION
from merge.standardise.surnames import PINYIN, is_pinyin
from merge.standardise.text import MISSING, fold

_EMAIL = r"^[A-Za-z0-9._%+\-]+@(?:[A-Za-z0-9\-]+\.)+[A-Za-z0-9\-]{2,}$"
_POSTCODE = r"^[A-Za-z0-9]+(?:[ -][A-Za-z0-9]+)*$"
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_PLAIN_NAME = r"^[A-Za-z]+(?: [A-Za-z]+)*$"
_PART_OF_NAME = r"^[A-Za-z][A-Za-z '.\-]*$"
_NOT_PLAIN = TITLES_LATIN | SUFFIXES | LEFT_OUT | BORN_WORDS
_LOUD = r"\p{Lu}{2}"
_PRINTABLE = r"^[ -~]+$"
_WITH_LETTERS = "^[ -~\u00c0-\u024f\u1e00-\u1eff]+$"


def _missing(lowered: pa.Array) -> Flags:
    return flags(pc.is_in(lowered, pa.array(sorted(MISSING), TEXT)))


@lru_cache(maxsize=1)
def _folds() -> dict[int, str]:
    """The Latin letters with marks that are read as plain ones whatever stands beside them."""
    letters = (chr(point) for first, last in ((0xC0, 0x24F), (0x1E00, 0x1EFF)) for point in range(first, last + 1))
    plain = (letter for letter in letters if unicodedata.normalize("NFKC", letter) == letter and letter.isalpha())
    return {ord(letter): told for letter in plain if (told := fold(letter)).isascii() and told.isalpha()}


def _folded(values: pa.Array) -> pa.Array:
    """The values with Latin letters folded to ASCII; those that hold anything else as they are."""
    rows = np.flatnonzero(~flags(pc.string_is_ascii(values)))
    rows = rows[matches(values.take(pa.array(rows)), _WITH_LETTERS)]
    if not len(rows):
        return values
    told = "\n".join(values.take(pa.array(rows)).to_pylist()).translate(_folds()).split("\n")
    mask = np.zeros(len(values), dtype=np.bool_)
    mask[rows] = True
    return pc.replace_with_mask(values, pa.array(mask), pa.array(told, TEXT))


class _Words:
    """Values in lower case, as lists of words that one blank stands between."""

    def __init__(self, lowered: pa.Array) -> None:
        lists = pc.split_pattern(lowered, " ")
        self._lists = lists
        self.lengths = np.asarray(pc.list_value_length(lists).to_numpy(zero_copy_only=False), dtype=np.int64)
        encoded = lists.flatten().dictionary_encode()
        self.codes: npt.NDArray[np.int64] = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        self.distinct: list[str] = encoded.dictionary.to_pylist()
        self.starts = np.cumsum(self.lengths) - self.lengths

    def having(self, test: Callable[[str], bool]) -> Flags:
        """Which words a test is true of."""
        return np.fromiter(map(test, self.distinct), np.bool_, len(self.distinct))[self.codes]

    def any(self, of_words: Flags) -> Flags:
        """Which values have such a word; a value has at least one word."""
        return np.logical_or.reduceat(of_words, self.starts) if len(self.starts) else np.zeros(0, np.bool_)


def _email(values: pa.Array) -> Plain:
    rows = np.flatnonzero(matches(values, _EMAIL))
    normal = pc.ascii_lower(values.take(pa.array(rows)))
    kept = np.flatnonzero(~flags(pc.starts_with(normal, "mailto")) & ~matches(normal, f"^(?:{PLACEHOLDER})$"))
    rows, normal = rows[kept], normal.take(pa.array(kept))
    return Plain(rows, (normal, pc.list_element(pc.split_pattern(normal, "@"), 0)))


def _postcode(values: pa.Array) -> Plain:
    rows = np.flatnonzero(matches(values, _POSTCODE) & ~_missing(pc.ascii_lower(values)))
    text = _joined_figures(pc.ascii_upper(values.take(pa.array(rows))))
    return Plain(rows, (pc.replace_substring_regex(text, LONG_ZIP, r"\1"),))


def _joined_figures(values: pa.Array) -> pa.Array:
    return pc.replace_substring(pc.replace_substring(values, " ", ""), "-", "")


def _birth(values: pa.Array) -> Plain:
    rows = np.flatnonzero(matches(values, _DATE) & ~flags(pc.starts_with(values, "0000")))
    text = values.take(pa.array(rows))
    parts = [pc.utf8_slice_codeunits(text, start, end) for start, end in ((0, 4), (5, 7), (8, 10))]
    for place, last in ((1, 12), (2, 31)):
        possible = pa.array([f"{number:02d}" for number in range(1, last + 1)], TEXT)
        parts[place] = pc.if_else(pc.is_in(parts[place], possible), parts[place], "")
    return Plain(rows, tuple(parts))


def _untitled(words: _Words) -> Flags:
    return ~words.any(words.having(lambda word: word in _NOT_PLAIN or is_nobody_word(word) or _may_be_gaelic(word)))


def _may_be_gaelic(word: str) -> bool:
    return GAELIC.match(f"{word} ") is not None


def _part_of_name(values: pa.Array, *, family: bool) -> Plain:
    folded = _folded(values)
    rows = np.flatnonzero(matches(folded, _PART_OF_NAME))
    lowered = pc.replace_substring(pc.ascii_lower(folded.take(pa.array(rows))), "'", "")
    normal = pc.ascii_trim_whitespace(pc.replace_substring_regex(lowered, "[ .-]+", " "))
    kept = np.flatnonzero(_untitled(_Words(normal)) & ~_missing(normal) & flags(pc.not_equal(normal, "")))
    rows, normal = rows[kept], normal.take(pa.array(kept))
    nothing = constant("", len(rows))
    both = (normal, nothing) if family else (nothing, normal)
    return Plain(rows, (normal, *both, constant("latin", len(rows)), nothing, nothing))


def _chosen_name(words: _Words) -> Flags:
    """Which values end with a Chinese surname and what may be a given name of one (Alex Guo Shaofeng)."""
    if not len(words.starts):
        return np.zeros(0, np.bool_)
    last = words.starts + words.lengths - 1
    surname, spoken = words.having(PINYIN.__contains__), words.having(is_pinyin)
    return np.asarray(surname[np.maximum(last - 1, 0)] & spoken[last])


def _full_name(values: pa.Array) -> Plain:
    folded = _folded(values)
    plain = matches(folded, _PLAIN_NAME) & ~matches(values, _LOUD)
    rows = np.flatnonzero(plain)
    normal = pc.ascii_lower(folded.take(pa.array(rows)))
    words = _Words(normal)
    pinyin = ~words.any(~words.having(is_pinyin))
    several = words.lengths > 1
    beside = (
        words.having(PARTICLES.__contains__)[words.starts + np.maximum(words.lengths - 2, 0)] if len(rows) else pinyin
    )
    pinyin &= several
    beside = (beside | _chosen_name(words)) & (words.lengths > 2)
    kept = np.flatnonzero(_untitled(words) & ~_missing(normal) & ~pinyin & ~beside)
    rows, normal, several = rows[kept], normal.take(pa.array(kept)), several[kept]
    last = pc.if_else(pa.array(several), pc.replace_substring_regex(normal, "^.* ", ""), "")
    given = pc.replace_substring_regex(normal, " [a-z]+$", "")
    nothing = constant("", len(rows))
    return Plain(rows, (normal, last, given, constant("latin", len(rows)), nothing, nothing))


def _words_of(values: pa.Array) -> tuple[npt.NDArray[np.int64], pa.Array]:
    """Values in Latin letters that say something: their places, and their words as ``text.words`` gives them."""
    folded = _folded(values)
    rows = np.flatnonzero(matches(folded, _PRINTABLE))
    lowered = pc.ascii_lower(folded.take(pa.array(rows)))
    words = pc.replace_substring_regex(pc.replace_substring(lowered, "'", ""), "[^a-z0-9_]+", " ")
    words = pc.ascii_trim_whitespace(words)
    said = ~_missing(pc.ascii_trim_whitespace(lowered)) & ~_missing(words)
    kept = np.flatnonzero(said)
    return rows[kept], words.take(pa.array(kept))


def _address(values: pa.Array) -> Plain:
    rows, text = _words_of(values)
    words = _Words(text)
    written = [word_of(word) for word in words.distinct]
    joined = pa.array([" ".join(filter(None, one)) for one in written], TEXT)
    numbered = words.having(_has_figure)
    # What is taken apart beside a figure is a number and a street.
    glued = np.array([len(one) > 1 for one in written], np.bool_)[words.codes] & numbered
    silent = np.array([not any(one) for one in written], np.bool_)[words.codes]
    normal = _chosen(words, joined, ~silent)
    numbers = _chosen(words, joined, numbered & ~silent)
    street = _chosen(words, joined, ~numbered & ~silent)
    kept = np.flatnonzero(flags(pc.not_equal(normal, "")) & ~words.any(glued))
    nothing = constant("", len(kept))
    normal, street, numbers = (one.take(pa.array(kept)) for one in (normal, street, numbers))
    return Plain(rows[kept], (normal, street, numbers, nothing, nothing, nothing, nothing))


def _has_figure(word: str) -> bool:
    return any(map(str.isdigit, word))


def _chosen(words: _Words, written: pa.Array, chosen: Flags) -> pa.Array:
    """Some of the words of each value, as they are written."""
    ends = np.cumsum(chosen)
    counts = np.concatenate([[0], ends[words.starts + words.lengths - 1]]) if len(words.starts) else np.zeros(1)
    texts = written.take(pa.array(words.codes[chosen]))
    return pc.binary_join(pa.LargeListArray.from_arrays(pa.array(counts.astype(np.int64)), texts), pa.scalar(" ", TEXT))


def _region(values: pa.Array) -> Plain:
    rows, text = _words_of(values)
    return Plain(rows, (text,))


_WAYS: dict[str, Callable[[pa.Array], Plain]] = {
    "email": _email,
    "address.postcode": _postcode,
    "person.birth_date": _birth,
    "person.full_name": _full_name,
    "person.family_name": lambda values: _part_of_name(values, family=True),
    "person.given_name": lambda values: _part_of_name(values, family=False),
    "person.middle_name": lambda values: _part_of_name(values, family=False),
    "address.full": _address,
    "address.street": _address,
    **dict.fromkeys(("address.city", "address.district", "address.province"), _region),
}


def quick_column(attribute: str, values: Any, region: str = DEFAULT_REGION) -> Plain:
    """The plain ones of distinct values, given as an Arrow array of large strings without nulls.

    ``region`` is the country of telephones without its code (ISO 3166-1).
    """
    if attribute == "phone":
        return quick_phones(values, region)
    way = _WAYS.get(attribute)
    return Plain(np.zeros(0, dtype=np.int64), ()) if way is None else way(values)
