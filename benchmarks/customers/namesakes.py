"""Registers of names and dates of birth and little else: each draw is one of a country or two, with habits of its own.

Most people stand in it once. Who stands there again does so under a short form, with or without second names, under a
name from before or after a marriage, with letters of another system, one slip or one part of the date wrong. Twins,
namesakes, fathers and sons, siblings and who was born on one day in one place are others, and this register's share.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from benchmarks.customers import places
from benchmarks.customers.draw import Row, Weighted, count_of, zipf
from benchmarks.customers.names_neighbours import DUTCH, ITALIAN, POLISH, SWEDISH, TOWNS
from benchmarks.customers.names_western import ENGLISH, FRENCH, GERMAN, SPANISH, Language
from benchmarks.customers.noise import ascii_letters, cased, date_slip, german_letters, heard, typo

COLUMNS = ("full_name", "given_name", "surname", "birth_date", "birth_place", "birth_name", "sex")
Date = tuple[int, int, int]


def _towns(country: places.Country) -> Weighted[str]:
    return zipf(list(dict.fromkeys(name for name, _ in country.cities.items)))


_COUNTRIES: Sequence[tuple[Language, Weighted[str]]] = (
    (ENGLISH, _towns(places.BRITAIN)),
    (GERMAN, _towns(places.GERMANY)),
    (SPANISH, _towns(places.SPAIN)),
    (FRENCH, _towns(places.FRANCE)),
    (ITALIAN, TOWNS["Italian"]),
    (DUTCH, TOWNS["Dutch"]),
    (POLISH, TOWNS["Polish"]),
    (SWEDISH, TOWNS["Swedish"]),
)
_LATEST = 2012
"""The last year of birth."""
_KINDS = ("twin", "near", "namesake", "son", "sibling", "same.day")
_CHANCES = {
    **dict.fromkeys(_KINDS, (0.01, 0.08)), "single": (0.6, 0.85), "second": (0.1, 0.8), "double": (0.0, 0.12),
    "married": (0.05, 0.6), "before": (0.1, 0.5), "joined": (0.0, 0.3), "nickname": (0.0, 0.35), "initial": (0.0, 0.06),
    "second.left": (0.1, 0.8), "second.alone": (0.0, 0.05), "letters": (0.0, 0.5), "slip": (0.02, 0.2),
    "heard": (0.0, 0.1), "turned": (0.0, 0.03), "crossed": (0.0, 0.06), "figure": (0.0, 0.08), "part": (0.0, 0.05),
    "year": (0.0, 0.06), "no.date": (0.0, 0.01), "place.slip": (0.0, 0.1), "elsewhere": (0.0, 0.7),
    "sex.slip": (0.0, 0.01),
}  # fmt: skip
"""The least and the most of each chance; those of ``_KINDS`` are shares of the people."""
_DATES = (
    "{2:02}.{1:02}.{0}", "{0}-{1:02}-{2:02}", "{2}.{1}.{0}", "{2:02}/{1:02}/{0}", "{2:02}-{1:02}-{0}",
    "{0}{1:02}{2:02}",
)  # fmt: skip
_MONTH_FIRST = "{1:02}/{2:02}/{0}"
_SEXES = (("f", "m"), ("F", "M"), ("W", "M"), ("female", "male"), ("2", "1"))


@dataclass(frozen=True, slots=True)
class _Habits:
    """What one register does: chances by what they are of, how often it fills its columns, how each source writes."""

    chance: Mapping[str, float]
    filled: Mapping[str, float]
    countries: Sequence[tuple[Language, Weighted[str]]]
    sources: Mapping[str, str]
    years: tuple[int, int]
    sexes: tuple[str, str]
    one_column: bool
    surname_first: float


@dataclass(frozen=True, slots=True)
class _Person:
    given: str
    second: str
    family: str
    birth_name: str
    woman: bool
    born: Date
    place: str
    language: Language
    resembled: bool = False
    """Whether another of the register is told from this one by the given name in full."""


def _habits(random: Random) -> _Habits:
    countries = random.sample(_COUNTRIES, 1 if random.random() < 0.6 else 2)
    dates: Sequence[str] = _DATES
    if countries[0][0] is ENGLISH and len(countries) == 1 and random.random() < 0.4:
        dates = (_MONTH_FIRST, _MONTH_FIRST, _DATES[1])
    names = ("registry", "parish", "insurer", "census")[: random.choice((1, 2, 4))]
    start = random.choice((1870, 1900, 1925, 1940, 1950))
    return _Habits(
        {name: random.uniform(*ends) for name, ends in _CHANCES.items()},
        {
            "birth_place": random.choice((0.0, 0.0, 0.6, 0.95)),
            "birth_name": random.choice((0.0, 0.0, 0.4, 0.9)),
            "sex": random.choice((0.0, 0.0, 0.9)),
        },
        countries, {name: random.choice(dates) for name in names},
        (start, min(start + random.choice((30, 50, 70)), _LATEST)),
        random.choice(_SEXES), random.random() < 0.35, random.choice((0.0, 0.1, 1.0)),
    )  # fmt: skip


def clusters(random: Random) -> Iterator[list[Row]]:
    """The rows of one person after the other; without end."""
    habits = _habits(random)
    recent: list[_Person] = []
    while True:
        kind = _kind(random, habits) if recent else ""
        person = _resembling(random, habits, random.choice(recent), kind) if kind else _person(random, habits)
        recent = [*recent[-100:], person]
        count = 1 if _happens(random, habits, "single") else 1 + count_of(random, (0.7, 0.2), 0.4, 4)
        yield [_row(random, habits, person) for _ in range(count)]


def _happens(random: Random, habits: _Habits, what: str) -> bool:
    return random.random() < habits.chance[what]


def _kind(random: Random, habits: _Habits) -> str:
    """How the next person is like one before, "" for a stranger."""
    drawn = random.random()
    for kind in _KINDS:
        drawn -= habits.chance[kind]
        if drawn < 0:
            return kind
    return ""


def _date(random: Random, first: int, last: int) -> Date:
    return random.randint(first, last), random.randint(1, 12), random.randint(1, 28)


def _gendered(family: str, *, woman: bool) -> str:
    """A surname as a woman bears it, where Polish ones end in -ski or -cki."""
    return family[:-1] + "a" if woman and family.endswith(("ski", "cki")) else family


def _person(random: Random, habits: _Habits) -> _Person:
    language, towns = random.choice(habits.countries)
    woman = random.random() < 0.5
    given, family = _given(random, language, woman=woman), language.surnames(random)
    if _happens(random, habits, "double") or (language is SPANISH and random.random() < 0.5):
        family = f"{family}{' ' if language is SPANISH else '-'}{language.surnames(random)}"
    birth_name = language.surnames(random) if woman and _happens(random, habits, "married") else family
    return _Person(
        given, _given(random, language, woman=woman, but=given) if _happens(random, habits, "second") else "",
        family, birth_name, woman, _date(random, *habits.years), towns(random), language,
    )  # fmt: skip


def _given(random: Random, language: Language, *, woman: bool, but: str = "") -> str:
    """A given name; not one by which ``but`` is called as well, nor one that a slip away is it."""
    while True:
        name = (language.women if woman else language.men)(random)
        called = {but, *language.nicknames.get(but, ())} & {name, *language.nicknames.get(name, ())}
        if not but or not (called or name[:3] == but[:3] or name[-4:] == but[-4:]):
            return name


def _resembling(random: Random, habits: _Habits, other: _Person, kind: str) -> _Person:
    """Somebody else who shares with ``other`` what ``kind`` says."""
    one = _person(random, habits)
    if kind == "same.day":
        return replace(one, born=other.born, place=other.place)
    if kind in {"twin", "sibling"}:
        given = _given(random, other.language, woman=one.woman, but=other.given)
        second = _given(random, other.language, woman=one.woman, but=given) if one.second else ""
        born = other.born if kind == "twin" else _other_day(random, other.born, 1, 9)
        return replace(
            other, given=given, second="" if second == other.given else second, woman=one.woman, born=born,
            family=other.birth_name, resembled=True,
        )  # fmt: skip
    unmarried = other.family == other.birth_name
    place = one.place if kind != "son" and one.language is other.language else other.place
    return replace(
        other, second=one.second if one.woman == other.woman else "", place=place, resembled=True,
        birth_name=other.family if kind == "son" or unmarried else one.family,
        born=_namesakes_date(random, habits, other.born, kind),
    )  # fmt: skip


def _namesakes_date(random: Random, habits: _Habits, born: Date, kind: str) -> Date:
    """Of a son a generation after, of a namesake near in the calendar or anywhere."""
    if kind == "son":
        return _other_day(random, born, 19, 42)
    if kind == "namesake":
        return _other_day(random, born, habits.years[0] - born[0], habits.years[1] - born[0])
    year, _, day = _other_day(random, born, 1, 8)
    return year, born[1], day if day != born[2] else day % 28 + 1


def _other_day(random: Random, born: Date, first: int, last: int) -> Date:
    """A day some years after that is not the same with one part wrong or with day and month crossed.

    As many years before where it would not have come yet.
    """
    if born[0] + last > _LATEST:
        first, last = -last, -first
    while True:
        found = _date(random, born[0] + first, born[0] + last)
        if sum(one != other for one, other in zip(found, born, strict=True)) > 1 and found[1:] != born[:0:-1]:
            return found


def _row(random: Random, habits: _Habits, person: _Person) -> Row:
    source = random.choice(list(habits.sources))
    family, complete = _family(random, habits, person)
    letters = _letters(random, habits, person)
    given = cased(random, letters(_called(random, habits, person, complete=complete)))
    family = cased(random, letters(_slipped(random, habits, family) if complete else family))
    if _happens(random, habits, "turned"):
        given, family = family, given
    full = f"{family}, {given}" if random.random() < habits.surname_first else f"{given} {family}"
    place = typo(random, person.place) if _happens(random, habits, "place.slip") else person.place
    if _happens(random, habits, "elsewhere"):  # some registers note where they wrote
        place = next(towns for language, towns in habits.countries if language is person.language)(random)
    values = {
        "full_name": full if habits.one_column else "",
        "given_name": "" if habits.one_column else given,
        "surname": "" if habits.one_column else family,
        "birth_date": _written(random, habits, person.born, source, exact=not complete),
        "birth_place": letters(place),
        "birth_name": letters(_gendered(person.birth_name, woman=person.woman)),
        "sex": habits.sexes[person.woman == _happens(random, habits, "sex.slip")],
    }
    return (
        source,
        *(values[column] if random.random() < habits.filled.get(column, 1.0) else "" for column in COLUMNS),
    )


def _family(random: Random, habits: _Habits, person: _Person) -> tuple[str, bool]:
    """The surname of one entry, and whether it is the usual one: with another, all else must be right to know it by."""
    now, before = (_gendered(name, woman=person.woman) for name in (person.family, person.birth_name))
    if now != before and _happens(random, habits, "joined"):
        return random.choice((f"{now}-{before}", f"{before}-{now}")), False
    if now != before and _happens(random, habits, "before"):
        return before, False
    parts = now.split()[:1] if person.language is SPANISH else now.split("-")  # Spaniards leave the second name away
    if now not in parts and random.random() < 0.3:
        return random.choice(parts), False
    return now, True


def _called(random: Random, habits: _Habits, person: _Person, *, complete: bool) -> str:
    """The given names of one entry; at most one thing is wrong or short about them."""
    given, second = person.given, person.second
    if second and _happens(random, habits, "second.alone") and not person.resembled:
        return second
    if complete and not person.resembled and _happens(random, habits, "initial"):
        return given[0] + random.choice((".", ""))
    nicknames = person.language.nicknames.get(given)
    if nicknames and _happens(random, habits, "nickname"):
        given = random.choice(nicknames)
    elif complete:
        given = _slipped(random, habits, given)
    if not second or _happens(random, habits, "second.left"):
        return given
    return f"{given} {second}" if random.random() < 0.8 else f"{given} {second[0]}."


def _slipped(random: Random, habits: _Habits, name: str) -> str:
    if _happens(random, habits, "heard"):
        return heard(random, name)
    return typo(random, name) if _happens(random, habits, "slip") and random.random() < 0.5 else name


def _letters(random: Random, habits: _Habits, person: _Person) -> Callable[[str], str]:
    """How one entry writes umlauts and accents."""
    if not _happens(random, habits, "letters"):
        return str
    return german_letters if person.language in (GERMAN, SWEDISH) and random.random() < 0.6 else ascii_letters


def _written(random: Random, habits: _Habits, born: Date, source: str, *, exact: bool) -> str:
    """The date as its source writes it; at most one thing is wrong with it, nothing where it is to be ``exact``."""
    year, month, day = born
    form = habits.sources[source]
    if exact:
        return form.format(year, month, day)
    if _happens(random, habits, "no.date"):
        return ""
    if _happens(random, habits, "year"):
        return str(year)
    if day <= 12 and _happens(random, habits, "crossed"):
        return form.format(year, day, month)
    if _happens(random, habits, "part"):
        wrong = random.randrange(3)
        return form.format(
            *(_date(random, year - 5, year + 5)[part] if part == wrong else born[part] for part in range(3))
        )
    return form.format(*(date_slip(random, born) if _happens(random, habits, "figure") else born))
