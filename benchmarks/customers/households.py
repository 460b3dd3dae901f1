"""People of whole households by another hand: each draw is a file with habits of its own.

Couples, children, twins, fathers and sons of one name, who share address, landline, mailbox or mobile to the degree
that this file has it; names in one, two or three columns and in either order; short forms, initials, married names and
slips as often as this file's clerks make them. A third of the draws is Chinese.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from benchmarks.customers import names_chinese, places
from benchmarks.customers.draw import Row, count_of
from benchmarks.customers.names_western import ENGLISH, FRENCH, GERMAN, SPANISH, Language
from benchmarks.customers.noise import ascii_letters, cased, digit_slip, heard, typo
from benchmarks.customers.phones import chinese_mobile, landline, mobile, written
from benchmarks.customers.places import Address, Country

COLUMNS = (
    "full_name", "first_name", "middle_name", "last_name", "suffix", "birth_date", "email", "mobile", "telephone",
    "street", "city", "postcode",
)  # fmt: skip
_PEOPLES: Sequence[tuple[Language, Country, str]] = (
    (ENGLISH, places.BRITAIN, "44"),
    (GERMAN, places.GERMANY, "49"),
    (SPANISH, places.SPAIN, "34"),
    (FRENCH, places.FRANCE, "33"),
)
_CHINESE = 0.33
_HOSTS = ("example.com", "mailbox.example", "post.example", "inbox.example")


@dataclass(frozen=True, slots=True)
class _Habits:
    """What one file does: chances by what they are of."""

    chance: Mapping[str, float]
    filled: Mapping[str, float]
    layout: str
    surname_first: float
    sources: Sequence[str]
    once: bool
    given: Mapping[bool, Sequence[str]]
    surnames: Sequence[str]
    language: Language
    country: Country
    people: str


@dataclass(slots=True)
class _Person:
    given: str
    middle: str
    family: str
    maiden: str
    suffix: str
    born: tuple[int, int, int]
    homes: list[Address]
    mobiles: list[str]
    mails: list[str]
    telephone: str
    latin: str = ""
    nicknames: Sequence[str] = field(default_factory=tuple)


_CHANCES = {
    "partner": (0.2, 0.9), "child": (0.0, 0.6), "twins": (0.0, 0.3), "junior": (0.0, 0.25), "namesake": (0.0, 0.05),
    "copies": (0.3, 0.75), "moved": (0.0, 0.4), "number": (0.0, 0.35), "mailbox": (0.0, 0.4), "shared.mail": (0.0, 0.4),
    "shared.mobile": (0.0, 0.3), "landline": (0.2, 0.9), "married": (0.0, 0.3), "nickname": (0.0, 0.35),
    "initial": (0.0, 0.15), "slip": (0.0, 0.15), "heard": (0.0, 0.1), "swapped": (0.0, 0.05), "figure": (0.0, 0.06),
    "middle": (0.0, 0.7), "middle.initial": (0.0, 0.8), "suffix": (0.2, 0.9), "crossed": (0.0, 0.05),
    "other.date": (0.0, 0.05), "no.given": (0.0, 0.06), "pinyin": (0.0, 0.3), "unit": (0.5, 1.0), "half": (0.0, 0.2),
}  # fmt: skip
"""The least and the most of each chance."""


def _habits(random: Random) -> _Habits:
    chinese = random.random() < _CHINESE
    language, country, people = random.choice(_PEOPLES)
    chance = {name: random.uniform(*ends) for name, ends in _CHANCES.items()}
    filled = {column: random.choice((0.0, 0.3, 0.6, 0.9)) for column in COLUMNS}
    while sum(filled[one] > 0 for one in ("birth_date", "email", "mobile", "telephone", "street")) < 2:
        filled[random.choice(("birth_date", "street", "mobile"))] = random.choice((0.6, 0.9))
    if not chinese and random.random() < 0.15:  # names and dates only
        filled |= dict.fromkeys(("email", "mobile", "telephone", "street", "city", "postcode"), 0.0)
        filled["birth_date"] = 0.95
    few, many = random.choice((40, 150, 600)), random.choice((150, 800, 4000))
    given = {
        woman: [(language.women if woman else language.men)(random) for _ in range(few)] for woman in (True, False)
    }
    surnames = [language.surnames(random) for _ in range(many)]
    sources = ("crm", "shop", "desk", "club")[: random.choice((1, 2, 4))]
    layout = random.choice(("one", "two", "three")) if not chinese else random.choice(("one", "one", "two"))
    surname_first = random.choice((0.0, 0.1, 0.5, 1.0))
    once = len(sources) > 1 and random.random() < 0.5
    return _Habits(
        chance, filled, layout, surname_first, sources, once, given, surnames, language, country,
        "86" if chinese else people,
    )  # fmt: skip


def clusters(random: Random) -> Iterator[list[Row]]:
    """The rows of one person after the other, household by household; without end."""
    habits = _habits(random)
    recent: list[_Person] = []
    while True:
        for person in _household(random, habits):
            if recent and _happens(random, habits, "namesake"):
                other = random.choice(recent)
                person.given, person.family, person.latin = other.given, other.family, other.latin
            recent = [*recent[-200:], person]
            count = 1
            while count < 9 and _happens(random, habits, "copies"):
                count += 1
            if habits.once:  # each source holds everybody once
                yield [
                    _row(random, habits, person, one)
                    for one in random.sample(habits.sources, min(count, len(habits.sources)))
                ]
            else:
                yield [_row(random, habits, person, random.choice(habits.sources)) for _ in range(count)]


def _happens(random: Random, habits: _Habits, what: str) -> bool:
    return random.random() < habits.chance[what]


def _household(random: Random, habits: _Habits) -> list[_Person]:
    """Those who live at one address, the elders first."""
    family, home = _surname(random, habits), _address(random, habits)
    shared = {
        "mail": f"{_letters(family[1])}.{random.randint(1, 999)}@{random.choice(_HOSTS)}",
        "mobile": _mobile(random, habits),
        "telephone": landline(random, habits.people) if habits.people != "86" else "",
    }
    year = random.randint(1935, 1980)
    found = [_person(random, habits, family, random.random() < 0.5, _born(random, year), home, shared)]
    if _happens(random, habits, "partner"):
        same = habits.people != "86" and random.random() < 0.75
        its = family if same else _surname(random, habits)
        found.append(_person(random, habits, its, random.random() < 0.8, _born(random, year + random.randint(-5, 5)),
                             home, shared))  # fmt: skip
        if same and _happens(random, habits, "married"):
            found[-1].maiden = _surname(random, habits)[0]
    if _happens(random, habits, "junior") and habits.people != "86":
        son = _person(random, habits, family, False, _born(random, year + random.randint(20, 38)), home, shared)
        son.given, son.suffix, found[0].suffix = found[0].given, "Jr", "Sr"
        son.nicknames = found[0].nicknames
        found.append(son)
    if _happens(random, habits, "child"):
        for _ in range(count_of(random, (0.5, 0.3), 0.4, 4)):
            born = _born(random, year + random.randint(20, 38))
            found.append(_person(random, habits, family, random.random() < 0.5, born, home, shared))
    if _happens(random, habits, "twins"):
        born, woman = _born(random, year + random.randint(20, 38)), random.random() < 0.5
        found += [_person(random, habits, family, woman, born, home, shared) for _ in range(2)]
    return found


def _surname(random: Random, habits: _Habits) -> tuple[str, str]:
    """A family name, and the same in plain letters."""
    if habits.people == "86":
        return names_chinese.SURNAMES(random)
    name = random.choice(habits.surnames)
    return name, ascii_letters(name)


def _address(random: Random, habits: _Habits) -> Address:
    chinese = habits.people == "86"
    return places.chinese_address(random) if chinese else places.western_address(random, habits.country)


def _mobile(random: Random, habits: _Habits) -> str:
    return chinese_mobile(random) if habits.people == "86" else mobile(random, habits.people)


def _born(random: Random, year: int) -> tuple[int, int, int]:
    return year, random.randint(1, 12), random.randint(1, 28)


def _person(
    random: Random, habits: _Habits, family: tuple[str, str], woman: bool, born: tuple[int, int, int], home: Address,
    shared: Mapping[str, str],
) -> _Person:  # fmt: skip
    if habits.people == "86":
        given, latin = names_chinese.given_name(random, woman=woman)
        middle, letters = "", latin
    else:
        given, latin = random.choice(habits.given[woman]), ""
        middle = random.choice(habits.given[woman]) if random.random() < 0.6 else ""
        letters = given
    homes, mobiles = [home], [_mobile(random, habits)]
    if _happens(random, habits, "moved"):
        homes.append(_address(random, habits))
    if _happens(random, habits, "number"):
        mobiles.append(_mobile(random, habits))
    if _happens(random, habits, "shared.mobile"):
        mobiles = [shared["mobile"], *mobiles[1:]]
    mails = [_mail(random, letters, family[1], born[0])]
    if _happens(random, habits, "mailbox"):
        mails.append(_mail(random, letters, family[1], born[0]))
    if _happens(random, habits, "shared.mail"):
        mails = [shared["mail"]]
    telephone = shared["telephone"] if _happens(random, habits, "landline") else ""
    return _Person(
        given, middle, family[0], "", "", born, homes, mobiles, mails, telephone,
        f"{family[1]} {latin}".title() if latin else "", tuple(habits.language.nicknames.get(given, ())),
    )  # fmt: skip


def _letters(text: str) -> str:
    return "".join(one for one in ascii_letters(text).lower() if one.isalnum()) or "x"


def _mail(random: Random, given: str, family: str, year: int) -> str:
    first, last = _letters(given), _letters(family)
    local = random.choice(
        (
            f"{first}.{last}",
            f"{first[0]}.{last}{random.randint(1, 99)}",
            f"{last}{first}{year % 100}",
            f"{first}{random.randint(1, 9999)}",
            f"{random.choice(('blue', 'lucky', 'quiet', 'green'))}{random.randint(1, 99999)}",
        )
    )
    return f"{local}@{random.choice(_HOSTS)}"


def _row(random: Random, habits: _Habits, person: _Person, source: str) -> Row:
    has = {column: random.random() < share for column, share in habits.filled.items()}
    home = random.choice(person.homes)
    mail, number = random.choice(person.mails), random.choice(person.mobiles)
    mail = typo(random, mail) if _happens(random, habits, "figure") else mail
    number = digit_slip(random, number) if _happens(random, habits, "figure") else number
    values = {
        **_names(random, habits, person),
        "birth_date": _date(random, habits, person.born),
        "email": cased(random, mail),
        "mobile": written(random, number, habits.people),
        "telephone": written(random, person.telephone, habits.people) if person.telephone else "",
        **_place(random, habits, home),
    }
    named = {"full_name", "first_name", "middle_name", "last_name", "suffix"}
    return (
        source,
        *(values.get(column, "") if column in named or has[column] else "" for column in COLUMNS),
    )


def _names(random: Random, habits: _Habits, person: _Person) -> dict[str, str]:
    if habits.people == "86":
        return _chinese_names(random, habits, person)
    given, family = person.given, person.family
    if person.maiden and random.random() < 0.4:
        family = person.maiden
    if person.nicknames and _happens(random, habits, "nickname"):
        given = random.choice(person.nicknames)
    spoilt: Sequence[tuple[str, Callable[[Random, str], str]]] = (("slip", typo), ("heard", heard))
    for what, spoil in spoilt:
        given = spoil(random, given) if _happens(random, habits, what) else given
        family = spoil(random, family) if _happens(random, habits, what) else family
    if _happens(random, habits, "initial"):
        given = given[0] + random.choice(("", "."))
    elif _happens(random, habits, "no.given"):
        given = ""
    middle = person.middle if _happens(random, habits, "middle") else ""
    middle = middle[:1] if _happens(random, habits, "middle.initial") else middle
    suffix = person.suffix if _happens(random, habits, "suffix") else ""
    if _happens(random, habits, "swapped") and given:
        given, family = family, given
    given, family, middle = cased(random, given), cased(random, family), middle if given else ""
    return _laid_out(random, habits, given, middle, family, suffix)


def _laid_out(random: Random, habits: _Habits, given: str, middle: str, family: str, suffix: str) -> dict[str, str]:
    """The parts of a name in the columns that the file has for them."""
    if habits.layout == "three":
        return {"first_name": given, "middle_name": middle, "last_name": family, "suffix": suffix}
    if habits.layout == "two":
        return {"first_name": f"{given} {middle}".strip(), "last_name": f"{family} {suffix}".strip()}
    if random.random() < habits.surname_first:
        comma = "," if random.random() < 0.6 else ""
        return {"full_name": " ".join(f"{family}{comma} {given} {middle} {suffix}".split())}
    return {"full_name": " ".join(f"{given} {middle} {family} {suffix}".split())}


def _chinese_names(random: Random, habits: _Habits, person: _Person) -> dict[str, str]:
    family, given = person.family, person.given
    if _happens(random, habits, "pinyin"):
        one, other = person.latin.split(" ", 1)
        return {"full_name": random.choice((f"{one} {other}", f"{other} {one}"))}
    if _happens(random, habits, "heard"):
        given = names_chinese.misheard(random, given)
    if _happens(random, habits, "no.given"):
        return {"full_name": family + random.choice(("先生", "女士", "经理", "总"))}
    if _happens(random, habits, "initial"):
        return {"full_name": random.choice((f"{family}{'*' * len(given)}", given))}
    if _happens(random, habits, "slip"):
        family, given = (one.translate(names_chinese.TRADITIONAL) for one in (family, given))
    return {"last_name": family, "first_name": given} if habits.layout == "two" else {"full_name": family + given}


def _date(random: Random, habits: _Habits, born: tuple[int, int, int]) -> str:
    year, month, day = born
    if _happens(random, habits, "crossed") and day <= 12:
        month, day = day, month
    text = f"{year}-{month:02}-{day:02}"
    if _happens(random, habits, "half"):
        return str(year)
    return digit_slip(random, text) if _happens(random, habits, "other.date") else text


def _place(random: Random, habits: _Habits, home: Address) -> dict[str, str]:
    street = home.han_street or home.street
    if home.unit and not home.han_street and _happens(random, habits, "unit"):
        street = f"{home.unit}/{street}"
    if home.han_street and not _happens(random, habits, "unit"):
        street = street.split("号")[0] + "号"
    street = typo(random, street) if _happens(random, habits, "slip") else street
    city = home.han_city or home.city
    postcode = digit_slip(random, home.postcode) if _happens(random, habits, "figure") else home.postcode
    return {"street": street, "city": city, "postcode": postcode}
