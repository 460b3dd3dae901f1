"""Dates in many notations, to ``yyyy-mm-dd`` with ``00`` for what is not known or cannot be."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from merge.standardise.text import fold
from merge.standardise.values import StandardValue, Validity, sorted_parts

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar january janvier enero gennaio ene gen janeiro januari stycznia ocak",
            "feb februar february fevrier febrero febbraio fevereiro fev fevr februari lutego subat",
            "mar marz march mars marzo maerz marco maart mrt marca mart",
            "apr april avril abril aprile abr avr kwietnia nisan",
            "may mai mayo maggio maio mei maj maja mayis mag",
            "jun juni june juin junio giugno junho giu czerwca haziran",
            "jul juli july juillet julio luglio julho juil lug lipca temmuz",
            "aug august aout agosto ago augustus augusti sierpnia agustos",
            "sep sept september septembre septiembre settembre setembro set wrzesnia eylul",
            "oct okt oktober october octobre octubre ottobre outubro out ott pazdziernika ekim",
            "nov november novembre noviembre novembro listopada kasim",
            "dec dez dezember december decembre diciembre dicembre dezembro dic desember des grudnia aralik",
        ),
        start=1,
    )
    for name in names.split()
}
_SHORTEST = 3


def _month_of_beginnings() -> dict[str, int]:
    """Months by every beginning of their names that is of one month alone: Febr, Octob."""
    found: dict[str, set[int]] = {}
    for name, number in _MONTHS.items():
        for end in range(_SHORTEST, len(name)):
            found.setdefault(name[:end], set()).add(number)
    return {word: next(iter(numbers)) for word, numbers in found.items() if len(numbers) == 1}


_MONTHS = _month_of_beginnings() | _MONTHS
# Two digits after this year are of the last century: customers are adults far more often than infants.
_PIVOT = 30
_MONTHS_A_YEAR = 12
# How many times as often one order must be proved as the other, for slips make a few that prove the wrong one.
_STRAY = 9
# What is added to a year of an era: the Republic of China, and the emperors of Japan.
_ERAS = {"民国": 1911, "昭和": 1925, "平成": 1988, "令和": 2018, "大正": 1911, "明治": 1867}
_OF_ERA = re.compile(rf"({'|'.join(_ERAS)})\s*(\d{{1,3}}|元)(?=\s*年|[-/.])")
_SHORT_YEAR = re.compile(r"(\d{2})(?=\s*年)")
_ZH_FIGURES = str.maketrans(
    {"零": "0", "\u3007": "0", **{digit: str(n) for n, digit in enumerate("一二三四五六七八九", 1)}}
)
_ZH_TENS = re.compile(r"([1-9]?)十([1-9]?)")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年 ]\s*(\d{1,2})\s*(?:[-/.月 ]\s*(\d{1,2})?\s*[日号]?)?(?:[t ]\s?\d.*)?")
_YEAR_LAST = re.compile(r"(\d{1,2})\s*([-/. ])\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})(?:[t ]\d.*)?")
_NAMED_MONTH = re.compile(r"(\d{1,2})[^a-z0-9]*([a-z]{3,})[^a-z0-9]*(\d{4}|\d{2})")
_MONTH_NAMED_FIRST = re.compile(r"([a-z]{3,})[^a-z0-9]*(\d{1,2})[^a-z0-9]+(\d{4}|\d{2})")
_MONTH_AND_YEAR = re.compile(r"([a-z]{3,})[^a-z0-9]*(\d{4})")
_NUMBER_AND_YEAR = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{4})")
_SHORT_YEAR_LAST = re.compile(
    r"(\d{1,2}\s*[-/. ]\s*(?:\d{1,2}|[A-Za-z]{3,})\s*[-/. ]\s*|[A-Za-z]{3,}\s+\d{1,2},?\s+)(\d{2})"
)
_CENTURIES = (1500, 1600, 1700, 1800, 1900, 2000)
_TELLING = 20
"""Dates with a whole year that a column must have to tell what its short years stand for, and those around a year of a
thousand."""
_BETWEEN = re.compile(r"(?<=\d)\.?\s+(?:de|of|den|di|d')\s+(?=[a-z])|(?<=[a-z])\s+(?:de|del|of)\s+(?=\d)")
# What registers write before a date that is not known well.
_ABOUT = re.compile(r"^(?:abt|about|circa|ca|c|est|um|env|vers|ung|omkr)(?![a-z])\.?\s*(?=\d{4}$)")
_ROMAN_MONTH = re.compile(r"(\d{1,2})\s*[-/. ]\s*([ivx]+)\s*[-/. ]\s*(\d{4})")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_DOUBT = " .?[]()"


def _century(year: str) -> int:
    number = int(year)
    if len(year) > 2:
        return number
    return number + (2000 if number <= _PIVOT else 1900)


def parse_date(text: str) -> tuple[int, int | None, int | None] | None:
    """Year, month and day as written (None where absent), or None for text that is not a date.

    ``1/2/1990`` is read month first with slashes and day first with dots or dashes, as is usual with each.
    """
    text = _ORDINAL.sub("", fold(text).strip(_DOUBT))
    text = text if text.isascii() else _east_asian(text)
    if not text.isdecimal():
        text = _ABOUT.sub("", _BETWEEN.sub(" ", text))
    return _year_first(text) or _year_last(text)


def _east_asian(text: str) -> str:
    """A date with its years counted from the birth of Christ and its figures Arabic: 民国七十九年, 90年, 一九九〇年."""
    plain = _ZH_TENS.sub(lambda ten: f"{ten[1] or 1}{ten[2] or 0}", text.translate(_ZH_FIGURES))
    plain = _OF_ERA.sub(lambda found: str(_ERAS[found[1]] + (1 if found[2] == "元" else int(found[2]))), plain)
    return _SHORT_YEAR.sub(lambda year: str(_century(year[1])), plain, 1) if re.match(r"\d{2}\s*年", plain) else plain


def day_comes_first(texts: Iterable[str] | Mapping[str, int]) -> bool | None:
    """Whether the dates of one column and source stand day first; None where they do not tell.

    One date beyond the 12th tells it for all others, unless a good many tell the opposite. The dates are given one by
    one, or each with how often it stands there.
    """
    day_first = month_first = 0
    for text, times in (texts if isinstance(texts, Mapping) else Counter(texts)).items():
        found = _YEAR_LAST.fullmatch(fold(text).strip(" ."))
        if found is not None:
            day_first += times * (int(found[1]) > _MONTHS_A_YEAR >= int(found[3]))
            month_first += times * (int(found[3]) > _MONTHS_A_YEAR >= int(found[1]))
    if max(day_first, month_first) <= _STRAY * min(day_first, month_first):
        return None
    return day_first > month_first


def years_of_two_figures(texts: Mapping[str, int]) -> Mapping[int, int]:
    """What years of two figures stand for, of the dates of one column, each with how often it stands there.

    Of the centuries that come into question the one around whose year most whole years of the column lie; none where
    the column has too few of those to tell, and then they are read as of the last hundred years.
    """
    found = (_SHORT_YEAR_LAST.fullmatch(text.strip(_DOUBT)) for text in texts)
    short = {int(one[2]) for one in found if one is not None}
    known: Counter[int] = Counter()
    for text, times in texts.items() if short else ():
        if _SHORT_YEAR_LAST.fullmatch(text.strip(_DOUBT)) is None and (date := parse_date(text)) is not None:
            known[date[0]] += times
    if known.total() < _TELLING:
        return {}
    return {two: year for two in sorted(short) if (year := _likeliest(two, known)) != _century(f"{two:02d}")}


def _likeliest(two: int, known: Counter[int]) -> int:
    """The year that ends so and that most known years lie around, the wider looked at the fewer there are."""
    candidates = [century + two for century in _CENTURIES]
    for reach in (3, 10, 25):
        near = {year: sum(known[year + step] for step in range(-reach, reach + 1)) for year in candidates}
        best = max(near.values())
        if best >= _TELLING * known.total() / 1000 and sum(1 for count in near.values() if count == best) == 1:
            return max(candidates, key=near.__getitem__)
    return _century(f"{two:02d}")


def with_whole_year(text: str, years: Mapping[int, int]) -> str:
    """The same date with its year in four figures, where it has two of ``years``; other texts as they are."""
    found = _SHORT_YEAR_LAST.fullmatch(text.strip(_DOUBT)) if years else None
    year = years.get(int(found[2])) if found is not None else None
    return text if found is None or year is None else f"{found[1]}{year}"


def in_known_order(text: str, *, day_first: bool) -> str:
    """The same date, with the separator from which the order is read; other texts as they are."""
    found = _YEAR_LAST.fullmatch(fold(text).strip(" ."))
    if found is None:
        return text
    separator = "." if day_first else "/"
    return separator.join((found[1], found[3], found[4]))


def _year_first(text: str) -> tuple[int, int | None, int | None] | None:
    if re.fullmatch(r"\d{8}(?:\.0)?", text):
        return int(text[:4]), int(text[4:6]), int(text[6:8])
    if re.fullmatch(r"\d{4}年?", text):
        return int(text[:4]), None, None
    if found := _YEAR_FIRST.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3]) if found[3] else None
    return None


def _year_last(text: str) -> tuple[int, int | None, int | None] | None:
    if found := _YEAR_LAST.fullmatch(text):
        first, second = int(found[1]), int(found[3])
        month_first = (found[2] == "/" and first <= 12) or second > 12
        month, day = (first, second) if month_first else (second, first)
        return _century(found[4]), month, day
    return _month_in_letters(text) or _without_day(text)


def _month_in_letters(text: str) -> tuple[int, int | None, int | None] | None:
    if (found := _NAMED_MONTH.fullmatch(text)) and found[2] in _MONTHS:
        return _century(found[3]), _MONTHS[found[2]], int(found[1])
    if (found := _MONTH_NAMED_FIRST.fullmatch(text)) and found[1] in _MONTHS:
        return _century(found[3]), _MONTHS[found[1]], int(found[2])
    if (found := _ROMAN_MONTH.fullmatch(text)) and found[2] in _ROMAN:
        return int(found[3]), _ROMAN.index(found[2]) + 1, int(found[1])
    return None


def _without_day(text: str) -> tuple[int, int | None, int | None] | None:
    if (found := _MONTH_AND_YEAR.fullmatch(text)) and found[1] in _MONTHS:
        return int(found[2]), _MONTHS[found[1]], None
    if (found := _NUMBER_AND_YEAR.fullmatch(text)) and 1 <= int(found[1]) <= _MONTHS_A_YEAR:
        return int(found[2]), int(found[1]), None
    return None


def standardise_date(attribute: str, raw: str) -> StandardValue:
    """A date; one that the calendar does not have keeps the parts that are possible (``date.calendar``)."""
    found = parse_date(raw)
    if found is None:
        return StandardValue(attribute, raw, fold(raw), Validity.INVALID, "date.form")
    year, month, day = found
    validity, rule = Validity.VALID, None
    if month is None or day is None:
        validity, rule = Validity.UNKNOWN, "date.partial"
    try:
        date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        validity, rule = Validity.INVALID, "date.calendar"
    month = month if month is not None and 1 <= month <= 12 else 0
    day = day if day is not None and 1 <= day <= 31 else 0
    if not year:
        return StandardValue(attribute, raw, "", Validity.INVALID, "date.calendar")
    pieces = {
        "year": f"{year:04d}",
        "month": f"{month:02d}" if month else "",
        "day": f"{day:02d}" if day else "",
    }
    return StandardValue(attribute, raw, f"{year:04d}-{month:02d}-{day:02d}", validity, rule, sorted_parts(pieces))
