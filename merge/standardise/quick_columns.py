"""The quick ways to a standard form over whole columns of distinct values, by Arrow: no string of Python is made.

Each function gives for the values in a plain form what the full standardiser gives, and tells which those are; a test
holds them together. What is not plain is standardised one by one.
"""

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import compute as pc

from merge.standardise.addresses import LONG_ZIP, word_of
from merge.standardise.calling import calls_abroad, possible_in
from merge.standardise.names import GAELIC, LEFT_OUT, PARTICLES, SUFFIXES, TITLES_LATIN
from merge.standardise.numbering import LONGEST
from merge.standardise.numbering_columns import SHORTEST, Answers, by_prefixes
from merge.standardise.phones import DEFAULT_REGION
from merge.standardise.several import LEAST_FIGURES, SPACE_APART
from merge.standardise.surnames import is_pinyin
from merge.standardise.text import MISSING, fold

Flags = npt.NDArray[np.bool_]
_TEXT = pa.large_string()
_EMAIL = r"^[A-Za-z0-9._%+\-]+@(?:[A-Za-z0-9\-]+\.)+[A-Za-z0-9\-]{2,}$"
_POSTCODE = r"^[A-Za-z0-9]+(?:[ -][A-Za-z0-9]+)*$"
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_MOBILE_CN = r"^(?:\+?86[ -]?|0086[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}$"
_NUMBER = r"^(?:\+|00)?[0-9]+(?:[ \-][0-9]+)*$"
_BARE = r"^[0-9]+(?:[ \-][0-9]+)*$"
_CODED = r"^(?:\+|00)[0-9]+(?:[ \-][0-9]+)*$"
_EXTENDED = r"^(?:\+?86[- ]?)?0[0-9]{2,3}[- ]?[0-9]{7,8}-[0-9]{1,6}$"
_PLAIN_NAME = r"^[A-Za-z]+(?: [A-Za-z]+)*$"
_PART_OF_NAME = r"^[A-Za-z][A-Za-z '.\-]*$"
_NOT_PLAIN = TITLES_LATIN | SUFFIXES | LEFT_OUT
_LOUD = r"\p{Lu}{2}"
# ``phones.is_placeholder``.
_ONE_FIGURE = "^[+]?(?:" + "|".join(f"(?:{figure}[ -]?){{5,}}" for figure in range(10)) + ")$"
_PRINTABLE = r"^[ -~]+$"
_WITH_LETTERS = "^[ -~\u00c0-\u024f\u1e00-\u1eff]+$"


class Plain(NamedTuple):
    """Which values are plain (their places, ascending), and the strings of their standard forms, part by part."""

    rows: npt.NDArray[np.int64]
    parts: tuple[pa.Array, ...]


def _flags(found: pa.Array) -> Flags:
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)


def _matches(values: pa.Array, pattern: str) -> Flags:
    return _flags(pc.match_substring_regex(values, pattern))


def _missing(lowered: pa.Array) -> Flags:
    return _flags(pc.is_in(lowered, pa.array(sorted(MISSING), _TEXT)))


def _constant(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, _TEXT), count)


@lru_cache(maxsize=1)
def _folds() -> dict[int, str]:
    """The Latin letters with marks that are read as plain ones whatever stands beside them."""
    letters = (chr(point) for first, last in ((0xC0, 0x24F), (0x1E00, 0x1EFF)) for point in range(first, last + 1))
    plain = (letter for letter in letters if unicodedata.normalize("NFKC", letter) == letter and letter.isalpha())
    return {ord(letter): told for letter in plain if (told := fold(letter)).isascii() and told.isalpha()}


def _folded(values: pa.Array) -> pa.Array:
    """The values with Latin letters folded to ASCII; those that hold anything else as they are."""
    rows = np.flatnonzero(~_flags(pc.string_is_ascii(values)))
    rows = rows[_matches(values.take(pa.array(rows)), _WITH_LETTERS)]
    if not len(rows):
        return values
    told = "\n".join(values.take(pa.array(rows)).to_pylist()).translate(_folds()).split("\n")
    mask = np.zeros(len(values), dtype=np.bool_)
    mask[rows] = True
    return pc.replace_with_mask(values, pa.array(mask), pa.array(told, _TEXT))


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
    rows = np.flatnonzero(_matches(values, _EMAIL))
    normal = pc.ascii_lower(values.take(pa.array(rows)))
    kept = np.flatnonzero(~_flags(pc.starts_with(normal, "mailto")))
    rows, normal = rows[kept], normal.take(pa.array(kept))
    return Plain(rows, (normal, pc.list_element(pc.split_pattern(normal, "@"), 0)))


def _postcode(values: pa.Array) -> Plain:
    rows = np.flatnonzero(_matches(values, _POSTCODE) & ~_missing(pc.ascii_lower(values)))
    text = _joined_figures(pc.ascii_upper(values.take(pa.array(rows))))
    return Plain(rows, (pc.replace_substring_regex(text, LONG_ZIP, r"\1"),))


def _joined_figures(values: pa.Array) -> pa.Array:
    return pc.replace_substring(pc.replace_substring(values, " ", ""), "-", "")


def _birth(values: pa.Array) -> Plain:
    rows = np.flatnonzero(_matches(values, _DATE) & ~_flags(pc.starts_with(values, "0000")))
    text = values.take(pa.array(rows))
    parts = [pc.utf8_slice_codeunits(text, start, end) for start, end in ((0, 4), (5, 7), (8, 10))]
    for place, last in ((1, 12), (2, 31)):
        possible = pa.array([f"{number:02d}" for number in range(1, last + 1)], _TEXT)
        parts[place] = pc.if_else(pc.is_in(parts[place], possible), parts[place], "")
    return Plain(rows, tuple(parts))


def _untitled(words: _Words) -> Flags:
    return ~words.any(words.having(lambda word: word in _NOT_PLAIN or _may_be_gaelic(word)))


def _may_be_gaelic(word: str) -> bool:
    return GAELIC.match(f"{word} ") is not None


def _part_of_name(values: pa.Array, *, family: bool) -> Plain:
    folded = _folded(values)
    rows = np.flatnonzero(_matches(folded, _PART_OF_NAME))
    lowered = pc.replace_substring(pc.ascii_lower(folded.take(pa.array(rows))), "'", "")
    normal = pc.ascii_trim_whitespace(pc.replace_substring_regex(lowered, "[ .-]+", " "))
    kept = np.flatnonzero(_untitled(_Words(normal)) & ~_missing(normal) & _flags(pc.not_equal(normal, "")))
    rows, normal = rows[kept], normal.take(pa.array(kept))
    nothing = _constant("", len(rows))
    both = (normal, nothing) if family else (nothing, normal)
    return Plain(rows, (normal, *both, _constant("latin", len(rows)), nothing, nothing))


def _full_name(values: pa.Array) -> Plain:
    folded = _folded(values)
    plain = _matches(folded, _PLAIN_NAME) & ~_matches(values, _LOUD)
    rows = np.flatnonzero(plain)
    normal = pc.ascii_lower(folded.take(pa.array(rows)))
    words = _Words(normal)
    pinyin = ~words.any(~words.having(is_pinyin))
    several = words.lengths > 1
    beside = (
        words.having(PARTICLES.__contains__)[words.starts + np.maximum(words.lengths - 2, 0)] if len(rows) else pinyin
    )
    kept = np.flatnonzero(
        _untitled(words) & ~_missing(normal) & ~(several & pinyin) & ~((words.lengths > 2) & beside)
    )  # fmt: skip
    rows, normal, several = rows[kept], normal.take(pa.array(kept)), several[kept]
    last = pc.if_else(pa.array(several), pc.replace_substring_regex(normal, "^.* ", ""), "")
    given = pc.replace_substring_regex(normal, " [a-z]+$", "")
    nothing = _constant("", len(rows))
    return Plain(rows, (normal, last, given, _constant("latin", len(rows)), nothing, nothing))


def _words_of(values: pa.Array) -> tuple[npt.NDArray[np.int64], pa.Array]:
    """Values in Latin letters that say something: their places, and their words as ``text.words`` gives them."""
    folded = _folded(values)
    rows = np.flatnonzero(_matches(folded, _PRINTABLE))
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
    joined = pa.array([" ".join(filter(None, one)) for one in written], _TEXT)
    numbered = words.having(_has_figure)
    # What is taken apart beside a figure is a number and a street.
    glued = np.array([len(one) > 1 for one in written], np.bool_)[words.codes] & numbered
    silent = np.array([not any(one) for one in written], np.bool_)[words.codes]
    normal = _chosen(words, joined, ~silent)
    numbers = _chosen(words, joined, numbered & ~silent)
    street = _chosen(words, joined, ~numbered & ~silent)
    kept = np.flatnonzero(_flags(pc.not_equal(normal, "")) & ~words.any(glued))
    nothing = _constant("", len(kept))
    normal, street, numbers = (one.take(pa.array(kept)) for one in (normal, street, numbers))
    return Plain(rows[kept], (normal, street, numbers, nothing, nothing, nothing, nothing))


def _has_figure(word: str) -> bool:
    return any(map(str.isdigit, word))


def _chosen(words: _Words, written: pa.Array, chosen: Flags) -> pa.Array:
    """Some of the words of each value, as they are written."""
    ends = np.cumsum(chosen)
    counts = np.concatenate([[0], ends[words.starts + words.lengths - 1]]) if len(words.starts) else np.zeros(1)
    texts = written.take(pa.array(words.codes[chosen]))
    return pc.binary_join(
        pa.LargeListArray.from_arrays(pa.array(counts.astype(np.int64)), texts), pa.scalar(" ", _TEXT)
    )


def _region(values: pa.Array) -> Plain:
    rows, text = _words_of(values)
    return Plain(rows, (text,))


def _phone(values: pa.Array) -> Plain:
    mobile = _matches(values, _MOBILE_CN)
    number = _matches(values, _NUMBER) & ~_matches(values, _EXTENDED) & ~_matches(values, _ONE_FIGURE)
    others = np.flatnonzero(~mobile & number)
    rows = np.flatnonzero(mobile)
    eleven = pc.utf8_slice_codeunits(_joined_figures(values.take(pa.array(rows))), -11)
    normal = pc.binary_join_element_wise(pa.scalar("+86", _TEXT), eleven, pa.scalar("", _TEXT))
    found, told, kinds = _planned(values.take(pa.array(others)))
    every = np.concatenate([rows, others[found]])
    order = np.argsort(every)
    parts = pa.concat_arrays([normal, told]), pa.concat_arrays([_constant("mobile", len(rows)), kinds])
    return Plain(every[order], tuple(one.take(pa.array(order)) for one in parts))


def _planned(numbers: pa.Array) -> tuple[npt.NDArray[np.int64], pa.Array, pa.Array]:
    """``numbering.by_prefix`` of many numbers: for which it answers, normal forms, kinds."""
    plus = np.where(_flags(pc.starts_with(numbers, "+")), 1, np.where(_matches(numbers, "^00[0-9]"), 2, 0))
    figures = _joined_figures(pc.replace_substring_regex(numbers, r"^(?:\+|00([0-9]))", r"\1"))
    answers = _asked(figures, plus)
    found, forms = _formed(figures, answers, answers.heads)
    return found, forms, pa.array(answers.kinds, _TEXT).take(pa.array(answers.number[found]))


def _asked(figures: pa.Array, plus: npt.NDArray[np.int64], region: str = DEFAULT_REGION) -> Answers:
    lengths = np.asarray(pc.binary_length(figures).to_numpy(zero_copy_only=False), dtype=np.int64)
    short = pc.utf8_slice_codeunits(figures, 0, LONGEST).cast(pa.int64()).to_numpy(zero_copy_only=False)
    return by_prefixes(plus, short, lengths, region)


def _formed(figures: pa.Array, answers: Answers, heads: list[str]) -> tuple[npt.NDArray[np.int64], pa.Array]:
    """Numbers with an answer, and for each the head of its answer before what is kept of its figures."""
    found = np.flatnonzero(answers.number >= 0)
    kept = answers.kept[answers.number[found]]
    found = found[np.argsort(kept, kind="stable")]
    tails = [pa.array([], _TEXT)]
    for start, rows in zip(*_runs(np.sort(kept), found), strict=True):
        tails.append(pc.utf8_slice_codeunits(figures.take(pa.array(rows)), start))
    before = pa.array(heads, _TEXT).take(pa.array(answers.number[found]))
    return found, pc.binary_join_element_wise(before, pa.concat_arrays(tails), pa.scalar("", _TEXT))


def called_from_abroad(values: pa.Array, region: str) -> Plain:
    """What ``calling.with_country`` writes for one plain number a cell, of ``region`` (ISO 3166-1) or with its code."""
    coded = np.flatnonzero(_matches(values, _CODED))
    coded = coded[~_matches(values.take(pa.array(coded)), f"^{SPACE_APART.pattern}$")]
    bare = np.flatnonzero(_matches(values, _BARE) & ~_matches(values, _EXTENDED) & ~_matches(values, _ONE_FIGURE))
    figures, lengths = _figures_of(values.take(pa.array(bare)))
    fits = (lengths >= SHORTEST) & (lengths < LEAST_FIGURES) & ~_matches(figures, f"^(?:00|{calls_abroad(region)})")
    bare, figures = bare[fits], figures.filter(pa.array(fits))
    answers = _asked(figures, np.zeros(len(figures), dtype=np.int64), region)
    found, written = _formed(figures, answers, _called_heads(figures, answers, region))
    # No plan proves them, so what is Chinese stays, and what is too long or too short.
    chinese = _matches(figures.take(pa.array(found)), _MOBILE_CN)
    proved = np.array([kind != "" for kind in answers.kinds], dtype=np.bool_)[answers.number[found]]
    stays = ~_flags(pc.starts_with(written, "+")) | (chinese & ~proved)
    written = pc.if_else(pa.array(stays), values.take(pa.array(bare[found])), written)
    every = np.concatenate([coded, bare[found]])
    order = np.argsort(every)
    return Plain(every[order], (pa.concat_arrays([values.take(pa.array(coded)), written]).take(pa.array(order)),))


def _called_heads(figures: pa.Array, answers: Answers, region: str) -> list[str]:
    """For each answer what comes before the kept figures where a number is called from abroad; "" where it is not."""
    heads = list(answers.heads)
    number, example = np.unique(answers.number, return_index=True)
    rows = [(one, row) for one, row in zip(number.tolist(), example.tolist(), strict=True) if one >= 0]
    examples = figures.take(pa.array([row for _, row in rows], pa.int64())).to_pylist()
    for (one, _), told in zip(rows, examples, strict=True):
        if not answers.kinds[one]:
            # What decides whether a number is possible is its length and what decided the plan's answer.
            tail = told[int(answers.kept[one]) :]
            form = possible_in(told, region)
            heads[one] = form[: len(form) - len(tail)] if form.endswith(tail) else ""
    return heads


def _figures_of(numbers: pa.Array) -> tuple[pa.Array, npt.NDArray[np.int64]]:
    figures = _joined_figures(numbers)
    return figures, np.asarray(pc.binary_length(figures).to_numpy(zero_copy_only=False), dtype=np.int64)


def _runs(ordered: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]) -> tuple[list[int], list[Any]]:
    """The different numbers, and the rows beside each of them."""
    numbers, starts = np.unique(ordered, return_index=True)
    return numbers.tolist(), np.split(rows, starts[1:]) if len(starts) else []


_WAYS: dict[str, Callable[[pa.Array], Plain]] = {
    "email": _email,
    "phone": _phone,
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


def quick_column(attribute: str, values: Any) -> Plain:
    """The plain ones of distinct values, given as an Arrow array of large strings without nulls."""
    way = _WAYS.get(attribute)
    return Plain(np.zeros(0, dtype=np.int64), ()) if way is None else way(values)
