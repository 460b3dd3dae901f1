"""Of which country the telephones of a column are that name none, from all that stands beside them. Pure.

Numbers alone tell little: most plans take most numbers. So each sign (numbers with their country's code, places,
mailboxes, scripts, how numbers are written) gives its vote to a country, and the share of the numbers that the
country's plan proves weighs the votes. Where no country is clearly ahead they are Chinese.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial

from merge.match.value_shapes import share
from merge.standardise.calling import figures_of, in_region, is_region, possible_in
from merge.standardise.contacts import pieces
from merge.standardise.countries import country_code
from merge.standardise.phones import CHINESE_MOBILE, DEFAULT_REGION
from merge.standardise.text import clean, has_han, is_missing, simplify, vocabulary

SIGNS = frozenset({
    "address.country", "address.province", "address.postcode", "address.full", "address.street", "address.city",
    "email", "person.full_name", "person.given_name", "person.family_name", "organization.name",
})  # fmt: skip
"""What beside telephones tells of which country they are."""

_UNCLEAR, _UNCLEAR_LATIN = 750, 400
"""Votes for China from the beginning, and where no name or place has a Chinese character; in thousandths."""
_CLEAR = (5, 4)
_SOME = 3
_PLAINLY = 700
_TOLD = 2000
_MOST_PLACES = 600
_MOST_STATES = 800
_OF_SCRIPT = 200
_WRITTEN = {
    "CN": re.compile(r"\(?0\d{2,3}\)?-\d{7,8}"),
    "US": re.compile(r"(?:\+?1[-. ])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[-. ])[2-9]\d\d[-. ]\d{4}"),
    "FR": re.compile(r"0[1-9](?:[ .-]\d\d){4}"),
    "BR": re.compile(r"\(?\d\d\)? ?9?\d{4}-\d{4}"),
    "GB": re.compile(r"\(?0(?:7\d{3}\)? ?\d{3} ?\d{3}|20\)? ?\d{4} \d{4}|1(?:\d1\)? \d{3} \d{4}|\d{3}\)? \d{6}))"),
    "TW": re.compile(r"09\d\d-?\d{3}-?\d{3}"),
    "JP": re.compile(r"0[5789]0-\d{4}-\d{4}"),
    "KR": re.compile(r"01[016789]-\d{3,4}-\d{4}"),
    "AU": re.compile(r"04\d\d \d{3} \d{3}"),
    "RU": re.compile(r"8 ?\(?[349]\d\d\)? ?\d{3}-\d\d-\d\d"),
}
"""How numbers are written in some countries and hardly elsewhere."""
_POSTCODES = {
    "GB": re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE),
    "CA": re.compile(r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d\b", re.IGNORECASE),
    "NL": re.compile(r"\b[1-9]\d{3} ?(?!SA|SD|SS)[A-Z]{2}$"),
    "BR": re.compile(r"\b\d{5}-\d{3}$"),
    "JP": re.compile(r"(?:^|\u3012)\d{3}-\d{4}\b"),
    "PL": re.compile(r"\b\d{2}-\d{3}\b"),
    "PT": re.compile(r"\b\d{4}-\d{3}\b"),
    "US": re.compile(r"\b(?:[A-Z]{2} \d{5}|\d{5}-\d{4})\b"),
}
"""Postcodes of a form that one country has; in the United States with the state, or all nine figures."""
_SCRIPTS = {
    "JP": re.compile("[\u3040-\u30ff]"),
    "KR": re.compile("[\uac00-\ud7af]"),
    "RU": re.compile("[\u0400-\u04ff]"),
    "GR": re.compile("[\u0370-\u03ff]"),
    "IL": re.compile("[\u0590-\u05ff]"),
    "TH": re.compile("[\u0e00-\u0e7f]"),
    "IN": re.compile("[\u0900-\u0d7f]"),
    "VN": re.compile("[\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]"),
}
_STATE_CODES = {
    "US": vocabulary(
        "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK "
        "OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR"
    ),
    "CA": vocabulary("AB BC MB NB NL NS NT NU ON PE QC SK YT"),
    "AU": vocabulary("ACT NSW NT QLD SA TAS VIC WA"),
    "BR": vocabulary("AC AL AP AM BA CE DF ES GO MA MT MS MG PA PB PR PE PI RJ RN RS RO RR SC SP SE TO"),
}
# Of no country although two letters, or sold to all the world.
_SOLD = vocabulary("co io me tv ai cc ws fm eu to la ly gg")
_NAMES = ("person.full_name", "person.given_name", "person.family_name", "organization.name")
_ADDRESSES = ("address.full", "address.street", "address.city")
_TEXTS = (*_NAMES, *_ADDRESSES)


def _main_region(piece: str) -> str:
    """The country of a number with its calling code; of several that share it the main one."""
    import phonenumbers  # noqa: PLC0415  (numbering plans load only where a number needs them)

    try:
        number = phonenumbers.parse(re.sub(r"^\s*00", "+", piece), None)
    except phonenumbers.NumberParseException:
        return ""
    region = str(phonenumbers.region_code_for_country_code(number.country_code or 0))
    return region if is_region(region) and phonenumbers.is_possible_number(number) else ""


class Numbers:
    """The telephones of some cells: those without their country's code, and the countries of the others."""

    def __init__(self, cells: Iterable[str]) -> None:
        self.written: list[str] = []
        self.figures: list[str] = []
        self.abroad: Counter[str] = Counter()
        found = (one for cell in cells for kind, one in pieces("phone", clean(cell)) if kind == "phone")
        for piece in sorted(set(found)):
            if figures := figures_of(piece):
                self.written.append(piece.strip())
                self.figures.append(figures)
            elif region := _main_region(piece):
                self.abroad[region] += 1

    @cached_property
    def chinese_mobiles(self) -> int:
        """How many in a thousand are written as Chinese mobile numbers are, and not as American ones with their 1."""
        mobile = _thousandths(self.figures, partial(_has_form, CHINESE_MOBILE))
        return max(0, mobile - _thousandths(self.written, partial(_has_form, _WRITTEN["US"])))

    def may_be_foreign(self) -> bool:
        """Whether there are numbers without a country's code, and most are not Chinese mobile ones."""
        return bool(self.figures) and self.chinese_mobiles < _PLAINLY

    def proved(self, region: str) -> int:
        """How many in a thousand of those without a country's code the plan of a country proves."""
        return _thousandths(self.figures, lambda figures: bool(in_region(figures, region)))

    def fitting(self, region: str) -> int:
        """``proved``, or a quarter of those as long as a country's: made-up numbers are in no plan."""
        long = _thousandths(self.figures, lambda figures: bool(possible_in(figures, region)))
        return max(self.proved(region), long // 4)


def _thousandths(values: Sequence[str], test: Callable[[str], bool]) -> int:
    return round(1000 * share(values, test))


def _of_numbers(own: Numbers, beside: Numbers) -> Counter[str]:
    votes: Counter[str] = Counter()
    for numbers, weight in ((own, 3000), (beside, 2000)):
        # One or two may be anybody's.
        every = max(_SOME, sum(numbers.abroad.values()))
        for region, count in numbers.abroad.items():
            votes[region] += weight * count // every
    for region, form in _WRITTEN.items():
        votes[region] += _thousandths(own.written, partial(_has_form, form))
    return votes


def _has_form(form: re.Pattern[str], text: str) -> bool:
    return form.fullmatch(text) is not None


def _shows(form: re.Pattern[str], text: str) -> bool:
    return form.search(text) is not None


def _of_places(about: Mapping[str, Sequence[str]]) -> Counter[str]:
    votes: Counter[str] = Counter()
    countries = {code.upper() for value in about.get("address.country", ()) if (code := country_code(value))}
    for code in countries:
        votes[code] += 3000 // len(countries)
    states = [value.strip().upper() for value in about.get("address.province", ())]
    if len(set(states)) >= _SOME:
        shares = {region: _thousandths(states, codes.__contains__) for region, codes in _STATE_CODES.items()}
        best = max(shares.values())
        for region, found in shares.items():
            votes[region] += 2000 if found == best and found >= _MOST_STATES else 0
    for region, form in _POSTCODES.items():
        shown = [_thousandths(about.get(name, ()), partial(_shows, form)) for name in ("address.postcode", *_ADDRESSES)]
        votes[region] += 2000 if max(shown) >= _MOST_PLACES else 0
    return votes


def _of_mailboxes(about: Mapping[str, Sequence[str]]) -> Counter[str]:
    ends = (value.strip().lower().rpartition(".")[2] for value in about.get("email", ()) if "@" in value)
    countries = Counter(
        {"uk": "gb"}.get(end, end).upper() for end in ends if len(end) == len("cn") and end not in _SOLD
    )
    held = Counter({code: count for code, count in countries.items() if is_region(code)})
    every = max(_SOME, held.total())
    return Counter({code: 2000 * count // every for code, count in held.items()})


def _of_scripts(texts: Sequence[str]) -> Counter[str]:
    votes: Counter[str] = Counter()
    for region, script in _SCRIPTS.items():
        votes[region] += 3000 if _thousandths(texts, partial(_shows, script)) >= _OF_SCRIPT else 0
    if not votes.total():
        votes[DEFAULT_REGION] += _thousandths(texts, has_han)
        traditional = _thousandths(texts, lambda text: simplify(text) != text) >= _OF_SCRIPT
        for region in ("TW", "HK") if traditional else ():
            votes[region] += 1500
    return votes


def region_of(own: Sequence[str], beside: Sequence[str], about: Mapping[str, Sequence[str]]) -> str:
    """The country (ISO 3166-1) of the telephones of a column that have no country's code.

    Args:
        own: distinct cells of the column.
        beside: those of the other columns of telephones.
        about: distinct cells of the other columns by attribute; those of ``SIGNS`` are looked at.

    The order of cells changes nothing.
    """
    numbers = Numbers(own)
    if not numbers.may_be_foreign():
        return DEFAULT_REGION
    kept = {name: [clean(value) for value in values if not is_missing(value)] for name, values in about.items()}
    texts = [value for name in _TEXTS for value in kept.get(name, ())]
    others, places = Numbers(beside), _of_places(kept)
    votes = _of_numbers(numbers, others) + places + _of_mailboxes(kept) + _of_scripts(texts)
    start = _UNCLEAR if any(map(has_han, texts)) or not texts else _UNCLEAR_LATIN
    chinese = 1000 * (start + 3 * numbers.chinese_mobiles) + votes.pop(DEFAULT_REGION, 0) * numbers.proved(
        DEFAULT_REGION
    )
    scores = {region: held * numbers.fitting(region) for region, held in votes.items() if is_region(region)}
    best = min(scores, key=lambda region: (-scores[region], region), default=DEFAULT_REGION)
    # A plan that takes any number (Italy's) is none the likelier for it.
    clear = all(
        _ahead(scores[best], scores[other]) and _ahead(votes[best], votes[other]) for other in scores if other != best
    )
    abroad = numbers.abroad + others.abroad
    # Customers of many countries in one column: the most frequent one is not that of the others.
    mixed = abroad.total() >= _SOME and abroad[best] * 1000 < _MOST_PLACES * abroad.total() and places[best] < _TOLD
    return best if clear and not mixed and scores.get(best, 0) > chinese else DEFAULT_REGION


def _ahead(one: int, other: int) -> bool:
    return one * _CLEAR[1] >= other * _CLEAR[0]
