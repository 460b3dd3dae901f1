"""Customers of a company in four sources: households, namesakes, moves, married names, 8 % Chinese.

``crm`` is kept by sales people and writes Chinese in characters, ``webshop`` is typed by the customers themselves and
has them in pinyin, ``loyalty`` has birth dates, ``service`` is what a call centre heard.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from random import Random

from benchmarks.customers import names_chinese, places
from benchmarks.customers.draw import Row, Weighted, count_of
from benchmarks.customers.draw import rows as drawn
from benchmarks.customers.names_western import ENGLISH, FRENCH, GERMAN, SPANISH, Language
from benchmarks.customers.noise import ascii_letters, cased, digit_slip, german_letters, heard, typo
from benchmarks.customers.phones import chinese_mobile, landline, mobile, written
from benchmarks.customers.places import Address, Country

COLUMNS = ("first_name", "last_name", "birth_date", "email", "phone", "street", "city", "postcode")
ATTRIBUTES = {
    "first_name": "person.given_name",
    "last_name": "person.family_name",
    "birth_date": "person.birth_date",
    "email": "email",
    "phone": "phone",
    "street": "address.street",
    "city": "address.city",
    "postcode": "address.postcode",
}

_CHINESE = 0.08
_PEOPLES: Weighted[tuple[Language, Country, str]] = Weighted(
    [
        (ENGLISH, places.BRITAIN, "44"),
        (GERMAN, places.GERMANY, "49"),
        (SPANISH, places.SPAIN, "34"),
        (FRENCH, places.FRANCE, "33"),
    ],
    [48, 24, 15, 13],
)
_SOURCES = Weighted(("crm", "webshop", "loyalty", "service"), (30, 34, 20, 16))
# Shares of a source's rows that hold a value: birth date, e-mail, phone, address.
_HOLDS = {
    "crm": (0.32, 0.52, 0.8, 0.9),
    "webshop": (0.07, 0.97, 0.5, 0.95),
    "loyalty": (0.78, 0.42, 0.6, 0.6),
    "service": (0.05, 0.12, 0.96, 0.42),
}
_ROWS = (0.42, 0.25, 0.14, 0.08, 0.04)
_MOST_ROWS = 16
_MAIL = ("gmail.com", "gmail.com", "gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com")
_MAIL_OF = {
    "44": ("btinternet.com", "sky.com"),
    "49": ("gmx.de", "web.de", "t-online.de"),
    "34": ("telefonica.net",),
    "33": ("orange.fr", "free.fr", "laposte.net"),
    "86": ("qq.com", "qq.com", "163.com", "126.com"),
}
_NAMESAKE = 0.015
_REMEMBERED = 400
# Shares of households that move to where others lived before, and of people who give their firm's switchboard.
_MOVES_IN = 0.12
_SWITCHBOARD = 0.04
_NOBODY = (
    ("email", "noreply@example.com"),
    ("email", "none@none.com"),
    ("phone", "0000000000"),
    ("phone", "123456789"),
)


@dataclass(slots=True)
class _Person:
    """One customer with what changed in a life; times are between 0 and 1."""

    given: str
    family: str
    woman: bool
    born: tuple[int, int, int]
    people: str
    han: tuple[str, str] | None = None
    maiden: tuple[str, float] | None = None
    homes: list[tuple[float, Address]] = field(default_factory=list)
    phones: list[tuple[float, str]] = field(default_factory=list)
    mails: list[tuple[float, str]] = field(default_factory=list)
    landline: str = ""
    nicknames: tuple[str, ...] = ()


def rows(count: int, seed: int) -> Iterator[dict[str, str]]:
    """The rows as mappings."""
    names = ("unique_id", "source", "cluster_id", *COLUMNS)
    return (dict(zip(names, row, strict=True)) for row in drawn(clusters, count, seed))


def clusters(random: Random) -> Iterator[list[Row]]:
    """The rows of one person after the other, those of a household in turn; without end."""
    recent: list[_Person] = []
    while True:
        chinese = random.random() < _CHINESE
        household = _chinese_household(random) if chinese else _western_household(random)
        _settle(random, household, recent)
        for person in household:
            if recent and random.random() < _NAMESAKE:
                _name_after(person, random.choice(recent))
            if len(recent) < _REMEMBERED:
                recent.append(person)
            else:
                recent[random.randrange(_REMEMBERED)] = person
            yield _rows(random, person)


def _settle(random: Random, household: list[_Person], recent: list[_Person]) -> None:
    """What ties strangers: the flat that others moved out of, the switchboard of a firm."""
    people = household[0].people if household else ""
    others = [one for one in random.choices(recent, k=8) if one.people == people] if recent else []
    if others and random.random() < _MOVES_IN:
        left = others[0].homes[0][1]
        for person in household:
            person.homes[-1] = (person.homes[-1][0], left)
    for person in household:
        if others and random.random() < _SWITCHBOARD:
            person.landline = others[-1].landline or person.landline


def _name_after(person: _Person, other: _Person) -> None:
    """A namesake, who shares nothing else on purpose."""
    if person.people == other.people and person.woman == other.woman:
        person.given, person.family, person.han = other.given, other.family, other.han
        person.nicknames = other.nicknames


def _household(random: Random) -> tuple[list[tuple[bool, int]], list[bool]]:
    """Who lives together and is a customer: (woman, year of birth), and who bears the other surname of two."""
    first = 1938 + int(random.betavariate(2, 2.2) * 68)
    woman = random.random() < 0.5
    members, other = [(woman, first)], [False]
    if random.random() < 0.55:
        members.append((not woman, first + round(random.gauss(1, 3))))
        other.append(random.random() < 0.28)
        for _ in range(count_of(random, (0.45, 0.25, 0.2), 0.35, 6) - 1):
            members.append((random.random() < 0.5, first + random.randint(22, 36)))
            other.append(False)
    kept = [at for at, (_, year) in enumerate(members) if year < 2007]
    return [members[at] for at in kept], [other[at] for at in kept]


def _western_household(random: Random) -> list[_Person]:
    language, country, people = _PEOPLES(random)
    surname, second = language.surnames(random), language.surnames(random)
    home = places.western_address(random, country)
    before = places.western_address(random, country) if random.random() < 0.35 else None
    moved = random.random()
    shared = landline(random, people) if random.random() < 0.5 else ""
    members, others = _household(random)
    family_mail = f"family.{_letters(surname)}{random.randint(1, 999)}@{random.choice(_MAIL)}"
    shares_mail = random.random() < 0.2
    found: list[_Person] = []
    for (woman, year), other in zip(members, others, strict=True):
        given = (language.women if woman else language.men)(random)
        if found and not woman and year - found[0].born[0] > 20 and random.random() < 0.12:
            given = next((one.given for one in found if not one.woman), given)
        person = _Person(given, second if other else surname, woman, _born(random, year), people)
        person.nicknames = tuple(language.nicknames.get(given, ()))
        if country is places.SPAIN:
            person.family = f"{person.family} {language.surnames(random)}"
        elif woman and len(members) > 1 and not other and random.random() < 0.3:
            person.maiden = (language.surnames(random), random.random())
        person.landline = shared
        _live(random, person, home, before, moved, lambda: places.western_address(random, country))
        person.phones = _two(random, lambda: mobile(random, people), 0.35)
        person.mails = _two(random, partial(_mail, random, person), 0.4)
        if shares_mail and random.random() < 0.6:
            person.mails = [(0.0, family_mail)]
        found.append(person)
    return found


def _chinese_household(random: Random) -> list[_Person]:
    members, _ = _household(random)
    father, mother = names_chinese.SURNAMES(random), names_chinese.SURNAMES(random)
    home = places.chinese_address(random)
    before = places.chinese_address(random) if random.random() < 0.35 else None
    moved = random.random()
    shared = chinese_mobile(random) if random.random() < 0.15 else ""
    found = []
    for woman, year in members:
        family = mother if woman and year < members[0][1] + 20 else father
        han, latin = names_chinese.given_name(random, woman=woman)
        person = _Person(latin.title(), family[1].title(), woman, _born(random, year), "86", (han, family[0]))
        person.landline = shared
        _live(random, person, home, before, moved, lambda: places.chinese_address(random))
        person.phones = _two(random, lambda: chinese_mobile(random), 0.3)
        person.mails = _two(random, partial(_mail, random, person), 0.3)
        found.append(person)
    return found


def _born(random: Random, year: int) -> tuple[int, int, int]:
    return year, random.randint(1, 12), random.randint(1, 28)


def _live(
    random: Random, person: _Person, home: Address, before: Address | None, moved: float, other: Callable[[], Address]
) -> None:
    """Where somebody lived: at home with the others, before or after that elsewhere."""
    person.homes = [(0.0, home)] if before is None else [(0.0, before), (moved, home)]
    if random.random() < 0.24:
        person.homes.append((max(moved, 0.2) + random.random() * 0.8, other()))


def _two(random: Random, draw: Callable[[], str], changed: float) -> list[tuple[float, str]]:
    """A value, and in some lives another one later."""
    first = (0.0, draw())
    return [first, (random.random(), draw())] if random.random() < changed else [first]


def _mail(random: Random, person: _Person) -> str:
    given, family = _letters(person.given), _letters(person.family.split(" ")[0])
    host = random.choice(_MAIL_OF[person.people] if random.random() < 0.4 else _MAIL)
    if host == "qq.com" or random.random() < 0.05:
        return f"{random.randint(10**7, 3 * 10**9)}@{host}"
    kind, year = random.random(), person.born[0]
    if kind < 0.3:
        local = f"{given}.{family}{random.choice(('', str(year % 100), str(random.randint(1, 999))))}"
    elif kind < 0.5:
        local = f"{given[0]}{family}{random.choice((str(year), str(random.randint(1, 9999))))}"
    elif kind < 0.7:
        local = f"{given}{random.choice((str(year % 100), str(year), str(random.randint(1, 99999))))}"
    elif kind < 0.85:
        local = f"{family}.{given}{random.randint(1, 99) if random.random() < 0.5 else ''}"
    else:
        word = random.choice(("sunny", "tiger", "moon", "star", "blue", "happy", "rock", "coffee", "garden", "sky"))
        local = f"{word}{random.choice(('', '_', '.'))}{given[:3]}{random.randint(1, 9999)}"
    return f"{local}@{host}"


def _letters(name: str) -> str:
    plain = ascii_letters(german_letters(name)).lower()
    return "".join(one for one in plain if one.isalnum()) or "x"


def _rows(random: Random, person: _Person) -> list[Row]:
    found: list[Row] = []
    for _ in range(count_of(random, _ROWS, 0.72, _MOST_ROWS)):
        if found and random.random() < 0.05:
            found.append(random.choice(found))
        else:
            found.append(_row(random, person, _SOURCES(random), random.random()))
    return found


def _at(values: list[tuple[float, str]], time: float) -> str:
    return [value for since, value in values if since <= time][-1]


def _row(random: Random, person: _Person, source: str, time: float) -> Row:
    birth, mail, phone, address = (random.random() < share for share in _HOLDS[source])
    given, family = _name(random, person, source, time)
    number = _at(person.phones, time)
    if person.landline and random.random() < 0.35:
        number = person.landline
    home = [where for since, where in person.homes if since <= time][-1]
    street, city, postcode = _place(random, home, source) if address else ("", "", "")
    written_mail = _at(person.mails, time) if mail else ""
    if written_mail and random.random() < 0.03:
        written_mail = typo(random, written_mail)
    if phone and random.random() < (0.05 if source == "service" else 0.015):
        number = digit_slip(random, number)
    written_number = written(random, number, person.people) if phone else ""
    if random.random() < 0.006:
        field_, nobody = random.choice(_NOBODY)
        written_mail, written_number = (nobody, written_number) if field_ == "email" else (written_mail, nobody)
    return (
        source,
        given,
        family,
        _date(random, person.born) if birth else "",
        written_mail,
        written_number,
        street,
        city,
        postcode,
    )


def _name(random: Random, person: _Person, source: str, time: float) -> tuple[str, str]:
    """Given name and surname as the source has them."""
    if person.han is not None and source in {"crm", "loyalty"}:
        han, surname = person.han
        if source == "loyalty" and random.random() < 0.06:
            han = names_chinese.misheard(random, han)
        return (han, surname) if random.random() < 0.97 else (surname + han, "")
    given, family = person.given, person.family
    if person.maiden is not None and time < person.maiden[1]:
        family = person.maiden[0]
    if person.nicknames and random.random() < (0.2 if source in {"webshop", "service"} else 0.08):
        given = random.choice(person.nicknames)
    if person.people in {"49", "33", "34"} and random.random() < 0.25:
        change = german_letters if person.people == "49" else ascii_letters
        given, family = change(given), change(family)
    if " " in family and random.random() < 0.45:
        family = family.split(" ")[0]
    given, family = _slips(random, given, family, source)
    return cased(random, given), cased(random, family)


def _slips(random: Random, given: str, family: str, source: str) -> tuple[str, str]:
    if source == "service":
        given = heard(random, given) if random.random() < 0.1 else given
        family = heard(random, family) if random.random() < 0.15 else family
    given = typo(random, given) if random.random() < 0.03 else given
    family = typo(random, family) if random.random() < 0.04 else family
    drawn = random.random()
    if drawn < 0.07:
        return given[0] + ("." if drawn < 0.04 else ""), family
    if drawn < 0.085:
        return family, given
    return ("", family) if drawn < 0.12 else (given, family)


def _date(random: Random, born: tuple[int, int, int]) -> str:
    year, month, day = born
    drawn = random.random()
    if drawn < 0.015 and day <= 12:
        month, day = day, month
    elif drawn < 0.03:
        day = 1 + (day + random.randint(1, 26)) % 28
    elif drawn < 0.04:
        year += random.choice((-10, -1, 1, 10))
    elif drawn < 0.055:
        month, day = 1, 1
    return f"{year}-{month:02}-{day:02}"


def _place(random: Random, home: Address, source: str) -> tuple[str, str, str]:
    postcode = home.postcode if random.random() < 0.93 else ""
    if home.han_street and source in {"crm", "loyalty"}:
        return home.han_street, home.han_city if random.random() < 0.8 else home.han_city[:-1], postcode
    street = home.street
    if random.random() < 0.2:
        for long, short in _SHORT:
            street = street.replace(long, short)
    if home.unit and random.random() < 0.75:
        unit = random.choice((f"Flat {home.unit}, ", f"Apt {home.unit}, ", f"{home.unit}/"))
        street = unit + street
    if random.random() < 0.05:
        street = typo(random, street)
    city = home.city if random.random() < 0.9 else ascii_letters(home.city)
    if random.random() < 0.02:
        city = typo(random, city)
    return cased(random, street), city, digit_slip(random, postcode) if random.random() < 0.02 else postcode


_SHORT = (
    ("Street", "St"),
    ("Road", "Rd"),
    ("Avenue", "Ave"),
    ("Lane", "Ln"),
    ("Drive", "Dr"),
    ("straße", "str."),
    ("Calle", "C/"),
    ("Avenida", "Avda."),
    ("boulevard", "bd"),
    ("avenue", "av."),
)
