"""Telephones of a whole column in standard form, by their bytes and by numbers: no string of Python is made.

Cells that are one number in figures are taken; all others are standardised one by one. In a column of another country
than China what is standardised is what ``calling.with_country`` writes for a cell; it is not written here either.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import compute as pc

from merge.standardise.arrow_text import TEXT, Flags, Ints, Plain, characters, constant, matches, of_characters
from merge.standardise.calling import calls_abroad, possible_in
from merge.standardise.numbering import LONGEST, beginning
from merge.standardise.numbering_columns import SHORTEST, Answers, by_prefixes
from merge.standardise.phones import DEFAULT_REGION, ROW
from merge.standardise.several import LEAST_FIGURES, SPACE_APART

_MOBILE_CN = r"^(?:\+?86[ -]?|0086[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}$"
_EXTENDED = r"^(?:\+?86[- ]?)?(?:0[0-9]{2,3}[- ]?[0-9]{7,8}|1[3-9][0-9]{9})-[0-9]{1,6}$"
_FIGURES_CN = 11
_LEAST_ALIKE = 5
_POWERS = 10 ** np.arange(LONGEST + 3, dtype=np.int64)
_ABROAD = 2
"""Figures of the 00 before a country's code; its place in ``numbering_columns.PLUS`` as well."""


class _Told(NamedTuple):
    """Some values in standard form: their places, normal forms, kinds."""

    rows: Ints
    normal: pa.Array
    kinds: pa.Array


class _Numbers:
    """Those of some values that are one number: figures, one blank or hyphen between any two, + or 00 before them.

    Attributes:
        rows: their places among the values.
        plus: what stands before each, by its place in ``numbering_columns.PLUS``.
        figures: the figures of each as text, with those of the 00.
        lengths: how many figures there are without these.
        read: the first of them, read as a number; all where there are at most ``LONGEST``.
        spaced, hyphened: whether blanks or hyphens stand between.
    """

    def __init__(self, values: Any) -> None:
        points, ends = characters(values)
        # As many at once as fit a processor's cache.
        blocks = (slice(start, start + _BLOCK) for start in range(0, max(1, len(values)), _BLOCK))
        found = [_Block(points, ends[one.start : one.stop + 1], one.start) for one in blocks]
        self.rows, self.plus, self.lengths, self.spaced, self.hyphened = (
            np.concatenate([getattr(one, name) for one in found])
            for name in ("rows", "plus", "lengths", "spaced", "hyphened")
        )
        lengths = self.lengths + np.where(self.plus == _ABROAD, _ABROAD, 0)
        begins = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        self.figures = of_characters(np.concatenate([one.figures for one in found]), begins)
        most = LONGEST + _ABROAD
        first = self.figures if lengths.max(initial=0) <= most else pc.utf8_slice_codeunits(self.figures, 0, most)
        self.read = first.cast(pa.int64()).to_numpy(zero_copy_only=False)

    def like_chinese_mobiles(self) -> Flags:
        """Which have the figures of mobile numbers of China, with its code or without."""
        behind = self.read % _POWERS[_FIGURES_CN]
        coded = (self.lengths == _FIGURES_CN + 2) & (self.read // _POWERS[_FIGURES_CN] == 86)
        found = coded | ((self.lengths == _FIGURES_CN) & (self.plus == 0))
        begin = behind // _POWERS[_FIGURES_CN - 2]
        return np.asarray(found & (begin >= 13) & (begin <= 19))

    def chinese_mobiles(self, values: Any) -> Flags:
        """Those of them that are written as such, if their figures do not stand together."""
        found = self.like_chinese_mobiles()
        return self._checked(found & (self.spaced | self.hyphened), found, values, _MOBILE_CN)

    def _checked(self, doubtful: Flags, found: Flags, values: Any, form: str) -> Flags:
        """What was found, but for those doubtful ones that are not of the form."""
        at = np.flatnonzero(doubtful)
        if len(at):
            found[at] = matches(values.take(pa.array(self.rows[at])), form)
        return found

    def plain(self, values: Any) -> Flags:
        """Which have no extension behind them and are no row of one figure (``phones.is_placeholder``)."""
        extended = self._checked(self.hyphened, np.zeros(len(self.rows), dtype=np.bool_), values, _EXTENDED)
        power = _POWERS[np.clip(self.lengths, 1, ROW)]
        alike = self.read % power % (power // 9) == 0
        every = self.lengths + np.where(self.plus == _ABROAD, _ABROAD, 0)
        return np.asarray(~extended & ~(alike & (every >= _LEAST_ALIKE) & (self.lengths <= LONGEST)))


_BLOCK = 1 << 15
_LONGEST_CELL = 64
_BLANK, _HYPHEN = 1 << 10, 1 << 20
# What a character counts for: one of no number 1, and so in the counts of a cell by kind.
_WORTH = np.ones(256, dtype=np.uint32)
_WORTH[ord("0") : ord("9") + 1] = 0
_WORTH[[ord(" "), ord("-")]] = _BLANK, _HYPHEN


class _Block:
    """Some of the values of ``_Numbers``, from their bytes."""

    def __init__(self, points: npt.NDArray[np.uint8], ends: Ints, start: int) -> None:
        points, ends = points[ends[0] : ends[-1]], ends - ends[0]
        worth = _WORTH.take(points)
        figure = worth == 0
        between = worth >= _BLANK
        worth[:-1] += between[:-1] & between[1:]
        before = np.zeros(len(points) + 1, dtype=np.uint32)
        np.cumsum(worth, out=before[1:])  # what overflows on the way comes back in the difference
        counts = np.diff(before.take(ends))
        begins, sizes, last = ends[:-1], np.diff(ends), len(points) - 1
        places = np.minimum(begins, last)
        sign = (sizes > 0) & (points.take(places) == ord("+")) if len(points) else np.zeros(len(sizes), dtype=np.bool_)
        held = (sizes > sign) & (sizes <= _LONGEST_CELL) & (counts % _BLANK == sign)
        rows = np.flatnonzero(held)
        begins, sign = begins.take(rows), sign.take(rows)
        rows = rows[figure.take(begins + sign) & figure.take(ends.take(rows + 1) - 1)]
        counts, begins, sizes = counts.take(rows), ends.take(rows), sizes.take(rows)
        one, two, three = (points.take(np.minimum(begins + place, last)) - np.uint8(ord("0")) for place in range(3))
        doubled = (sizes > _ABROAD) & (one == 0) & (two == 0) & (three < 10)
        self.plus = np.where(one > 9, 1, np.where(doubled, _ABROAD, 0))
        blanks, hyphens = counts % _HYPHEN // _BLANK, counts // _HYPHEN
        self.spaced, self.hyphened = blanks > 0, hyphens > 0
        self.lengths = sizes - blanks - hyphens - (one > 9) - np.where(doubled, _ABROAD, 0)
        held[:] = False
        held[rows] = True
        figure &= np.repeat(held, np.diff(ends))
        self.figures = points[figure]
        self.rows = rows + start


def single_numbers(values: Any) -> Flags:
    """Which values are one number, however they are standardised: ``pieces`` gives each of them as it is."""
    numbers = _Numbers(values)
    found = np.zeros(len(values), dtype=np.bool_)
    found[numbers.rows] = True
    doubtful = numbers.rows[numbers.spaced]
    found[doubtful] = ~matches(values.take(pa.array(doubtful)), f"^{SPACE_APART.pattern}$")
    return found


def quick_phones(values: Any, region: str = DEFAULT_REGION) -> Plain:
    """The plain ones of distinct cells of a column of telephones.

    Args:
        values: an array of large strings without nulls.
        region: the country of numbers without its code (ISO 3166-1).
    """
    if not len(values):
        return Plain(np.zeros(0, dtype=np.int64), (pa.array([], TEXT),) * 2)
    numbers = _Numbers(values)
    if region == DEFAULT_REGION:
        found = _as_written(numbers, values, np.ones(len(numbers.rows), dtype=np.bool_))
    else:
        found = _called(numbers, values, region)
    rows = np.concatenate([one.rows for one in found])
    order = pa.array(np.argsort(rows))
    parts = (pa.concat_arrays([getattr(one, name) for one in found]).take(order) for name in ("normal", "kinds"))
    return Plain(np.sort(rows), tuple(parts))


def _as_written(numbers: _Numbers, values: Any, chosen: Flags) -> list[_Told]:
    """Chosen numbers as they stand: those without their country's code are Chinese."""
    mobile = numbers.chinese_mobiles(values) & chosen
    at = np.flatnonzero(mobile)
    eleven = pc.utf8_slice_codeunits(numbers.figures.take(pa.array(at)), -_FIGURES_CN)
    normal = _joined(constant("+86", len(at)), eleven)
    at_plan = np.flatnonzero(chosen & ~mobile & numbers.plain(values))
    answers = by_prefixes(numbers.plus[at_plan], numbers.read[at_plan], numbers.lengths[at_plan])
    found = np.flatnonzero(answers.number >= 0)
    number, behind = answers.number[found], at_plan[found]
    starts = answers.kept[number] + np.where(numbers.plus[behind] == _ABROAD, _ABROAD, 0)
    told = _formed(numbers, behind, number, starts, answers.heads, answers.kinds)
    return [_Told(numbers.rows[at], normal, constant("mobile", len(at))), told]


def _joined(heads: pa.Array, tails: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(heads, tails, pa.scalar("", TEXT))


def _formed(numbers: _Numbers, at: Ints, number: Ints, starts: Ints, heads: list[str], kinds: list[str]) -> _Told:
    """Numbers from what their answers put before their figures from some place on."""
    order = np.argsort(starts, kind="stable")
    at, number, starts = at[order], number[order], starts[order]
    tails = [pa.array([], TEXT)]
    places, begins = np.unique(starts, return_index=True)
    for place, some in zip(places.tolist(), np.split(at, begins[1:]), strict=True) if len(at) else ():
        tails.append(pc.utf8_slice_codeunits(numbers.figures.take(pa.array(some)), place))
    before, own = (pa.array(texts, TEXT).take(pa.array(number)) for texts in (heads, kinds))
    return _Told(numbers.rows[at], _joined(before, pa.concat_arrays(tails)), own)


def _called(numbers: _Numbers, values: Any, region: str) -> list[_Told]:
    """Numbers of a column of another country, as they are called from abroad."""
    doubtful = np.flatnonzero((numbers.plus > 0) & numbers.spaced)
    stays = numbers.plus > 0
    stays[doubtful] = ~matches(values.take(pa.array(numbers.rows[doubtful])), f"^{SPACE_APART.pattern}$")
    home = np.flatnonzero(_at_home(numbers, values, region))
    answers = by_prefixes(np.zeros_like(home), numbers.read[home], numbers.lengths[home], region)
    found = np.flatnonzero(answers.number >= 0)
    number, home = answers.number[found], home[found]
    written = _written_heads(numbers, home, answers, number, region)
    proved = np.array([kind != "" for kind in answers.kinds], dtype=np.bool_)[number]
    # No plan proves them, so what is Chinese stays, and what is too long or too short.
    silent = np.array([head == "" for head in written], dtype=np.bool_)[number]
    silent |= numbers.like_chinese_mobiles()[home] & ~proved
    stays[home[silent]] = True
    standard = _standard_heads(numbers, home, answers, number, written)
    known = np.array([one is not None for one in standard], dtype=np.bool_)[number] & ~silent
    heads, kinds = ([one[place] if one else "" for one in standard] for place in (0, 1))
    told = _formed(numbers, home[known], number[known], answers.kept[number[known]], heads, kinds)
    # What hangs on further figures is written after all.
    rest = ~known & ~silent
    texts = _formed(numbers, home[rest], number[rest], answers.kept[number[rest]], written, answers.kinds)
    beyond = quick_phones(texts.normal)
    return [told, _Told(texts.rows[beyond.rows], *beyond.parts), *_as_written(numbers, values, stays)]


def _at_home(numbers: _Numbers, values: Any, region: str) -> Flags:
    """Which numbers may lack the code of their country."""
    found = (numbers.plus == 0) & numbers.plain(values)
    found = np.asarray(found & (numbers.lengths >= SHORTEST) & (numbers.lengths < LEAST_FIGURES))
    at = np.flatnonzero(found)
    abroad = calls_abroad(region)
    if abroad == "00":
        found[at] = numbers.read[at] >= _POWERS[numbers.lengths[at] - 2]
    else:
        found[at] = ~matches(numbers.figures.take(pa.array(at)), f"^(?:00|{abroad})")
    return found


def _examples(numbers: _Numbers, at: Ints, number: Ints) -> list[tuple[int, str]]:
    """The answers that were given, each with the figures of a number that it was given to."""
    given, example = np.unique(number, return_index=True)
    return list(zip(given.tolist(), numbers.figures.take(pa.array(at[example])).to_pylist(), strict=True))


def _written_heads(numbers: _Numbers, at: Ints, answers: Answers, number: Ints, region: str) -> list[str]:
    """For each answer what comes before the kept figures where a number is called from abroad; "" where it is not."""
    heads = [head if head.startswith("+") else "" for head in answers.heads]
    for one, told in _examples(numbers, at, number):
        if not answers.kinds[one]:
            # What decides whether a number is possible is its length and what decided the plan's answer.
            tail = told[int(answers.kept[one]) :]
            form = possible_in(told, region)
            heads[one] = form[: len(form) - len(tail)] if form.endswith(tail) else ""
    return heads


def _standard_heads(
    numbers: _Numbers, at: Ints, answers: Answers, number: Ints, written: list[str]
) -> list[tuple[str, str] | None]:
    """For each answer what comes before the kept figures in standard form, and the kind.

    None where figures behind the written beginning have a say in it.
    """
    found: list[tuple[str, str] | None] = [None] * len(written)
    for one, told in _examples(numbers, at, number):
        head = written[one][1:]
        figures = head + told[int(answers.kept[one]) :]
        if len(set(head)) > 1 and not head.startswith("86"):
            begun = beginning("+", figures)
            if begun is not None and begun.looked <= len(head):
                found[one] = begun.before + head[begun.kept :], begun.kind
    return found
