"""Customers known by their mailboxes: each draw is a firm of one western country with habits of its own.

Shop, newsletter, app, loyalty card and call centre ask for an e-mail address and for little else. People have one to
three mailboxes and mistype them; families and offices share one, namesakes have look-alikes at other providers. Who is
hard to tell by the mailbox alone leaves a given name and a date of birth or a telephone as well, nearly always.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from benchmarks.customers.draw import Row
from benchmarks.customers.mail_words import COUNTRIES, JUNK, Country, firm_host, local_part, plain
from benchmarks.customers.noise import ascii_letters, date_slip, digit_slip, german_letters, heard, typo
from benchmarks.customers.phones import landline, mobile, written

COLUMNS = ("full_name", "first_name", "last_name", "birth_date", "email", "phone", "town")
Date = tuple[int, int, int]
_CHANNELS = ("shop", "newsletter", "app", "card", "calls")
_CHANCES = {
    "family": (0.1, 0.6), "twins": (0.0, 0.12), "junior": (0.0, 0.12), "shared": (0.05, 0.6), "partners": (0.0, 0.12),
    "namesake": (0.01, 0.1), "lookalike": (0.3, 0.9), "work": (0.05, 0.4), "office": (0.0, 0.1), "old": (0.05, 0.4),
    "same.local": (0.2, 0.8), "married": (0.0, 0.1), "copies": (0.35, 0.75), "landline": (0.1, 0.7),
    "moved": (0.0, 0.2), "host.slip": (0.0, 0.08), "local.slip": (0.0, 0.08), "tag": (0.0, 0.08), "dots": (0.0, 0.3),
    "slip": (0.0, 0.1), "heard": (0.0, 0.05), "nickname": (0.0, 0.35), "letters": (0.0, 0.4), "figure": (0.0, 0.05),
    "crossed": (0.0, 0.03), "junk": (0.0, 0.08), "turned": (0.0, 0.04),
}  # fmt: skip
"""The least and the most of each chance."""
_NAMED = ("full", "given", "initial", "family", "none")


@dataclass(frozen=True, slots=True)
class _Habits:
    """What one firm does: chances by what they are of, and how each channel fills, names, dates and writes."""

    chance: Mapping[str, float]
    country: Country
    filled: Mapping[tuple[str, str], float]
    named: Mapping[str, Sequence[float]]
    dates: Mapping[str, str]
    cased: Mapping[str, float]
    channels: Sequence[str]
    evidence: str
    """The column that tells who somebody is where the mailbox does not."""
    one_column: bool
    offices: Sequence[str]
    junk: Mapping[str, Sequence[str]]
    taken: set[str]
    """The mailboxes given out: no two people have one by chance."""


@dataclass(slots=True)
class _Person:
    given: str
    family: str
    born: Date
    towns: list[str]
    mobile: str
    landline: str
    mails: list[str]
    shared: set[str] = field(default_factory=set)
    """Those of the mailboxes that others use as well."""
    borrowed: str = ""
    """A partner's mailbox, used once."""
    before: str = ""
    """The family name before a marriage, that of the first mailbox."""
    alike: bool = False
    """Whether somebody else has this name, date, town or mailbox but for a little."""


def _habits(random: Random) -> _Habits:
    country = random.choice(COUNTRIES)
    channels = random.sample(_CHANNELS, random.choice((1, 3, 5)))
    used = [column for column in ("birth_date", "phone", "town") if random.random() < 0.75]
    if not set(used) & {"birth_date", "phone"}:
        used.insert(0, random.choice(("birth_date", "phone")))
    filled = {(channel, column): random.choice((0.1, 0.4, 0.8)) for channel in channels for column in used}
    filled |= {(channel, "email"): random.choice((0.85, 0.95, 1.0)) for channel in channels}
    weights = {channel: [random.random() ** 2 * most for most in (3, 1.5, 0.8, 0.3, 2)] for channel in channels}
    return _Habits(
        {name: random.uniform(*ends) for name, ends in _CHANCES.items()}, country, filled, weights,
        {channel: random.choice(country.dates) for channel in channels},
        {channel: random.choice((0.02, 0.1, 0.5)) for channel in channels}, channels, used[0], random.random() < 0.5,
        [firm_host(random) for _ in range(40)],
        {column: random.sample(values, 2) for column, values in JUNK.items() if column in {*used, "email", "name"}},
        set(),
    )  # fmt: skip


def clusters(random: Random) -> Iterator[list[Row]]:
    """The rows of one person after the other, family by family; without end."""
    habits = _habits(random)
    while True:
        for person in _household(random, habits):
            yield _rows(random, habits, person)


def _happens(random: Random, habits: _Habits, what: str) -> bool:
    return random.random() < habits.chance[what]


def _born(random: Random, first: int, last: int) -> Date:
    return random.randint(first, last), random.randint(1, 12), random.randint(1, 28)


def _household(random: Random, habits: _Habits) -> list[_Person]:
    """Who lives together, and now and then a namesake in the same town."""
    family, town = habits.country.language.surnames(random), habits.country.towns(random)
    home = _number(random, habits, landline)
    first = _person(random, habits, family, _born(random, 1935, 1985), town, home)
    found = [first]
    if _happens(random, habits, "family"):
        its = family if random.random() < 0.75 else habits.country.language.surnames(random)
        found.append(_person(random, habits, its, _born(random, first.born[0] - 5, first.born[0] + 5), town, home))
        if _happens(random, habits, "partners"):
            first.borrowed = found[1].mails[0]
            found[1].shared.add(first.borrowed)
    if _happens(random, habits, "junior"):
        found.append(_person(random, habits, family, _later(random, first.born), town, home, first.given))
        first.alike = found[-1].alike = True
    if _happens(random, habits, "twins"):
        born = _later(random, first.born)
        one, other = (_person(random, habits, family, born, town, home) for _ in range(2))
        found += [one, other] if one.given[:2] != other.given[:2] else [one]  # else a slip away from each other
        one.alike = other.alike = True
    if len(found) > 1 and _happens(random, habits, "shared"):
        _share(random, habits, found)
    if _happens(random, habits, "namesake"):
        found.append(_namesake(random, habits, first))
    return found


def _later(random: Random, born: Date) -> Date:
    return _born(random, born[0] + 20, min(born[0] + 38, 2008))


def _person(
    random: Random, habits: _Habits, family: str, born: Date, town: str, home: str, given: str = ""
) -> _Person:  # fmt: skip
    language = habits.country.language
    woman = random.random() < 0.5
    given = given or (language.women if woman else language.men)(random)
    towns = [town, habits.country.towns(random)] if _happens(random, habits, "moved") else [town]
    line = home if _happens(random, habits, "landline") else ""
    person = _Person(given, family, born, towns, _number(random, habits, mobile), line, [])
    if woman and _happens(random, habits, "married"):
        person.before = language.surnames(random)
        person.mails.append(_mailbox(random, habits, given, person.before, born))
    person.mails.append(_mailbox(random, habits, given, family, born))
    if _happens(random, habits, "old"):
        local = person.mails[0].split("@")[0] if _happens(random, habits, "same.local") else ""
        person.mails.append(_mailbox(random, habits, given, family, born, local))
    elif _happens(random, habits, "work"):
        local = random.choice((f"{plain(given)}.{plain(family)}", f"{plain(given)[0]}.{plain(family)}"))
        person.mails.append(_free(random, habits, local, random.choice(habits.offices)))
    elif _happens(random, habits, "office"):
        person.mails.append(f"{random.choice(('info', 'office'))}@{random.choice(habits.offices)}")
        person.shared.add(person.mails[-1])
    return person


def _number(random: Random, habits: _Habits, draw: Callable[[Random, str], str]) -> str:
    if habits.country.people == "1":
        return f"{random.randint(201, 989)}{random.randint(200, 999)}{random.randrange(10**4):04}"
    return draw(random, habits.country.people)


def _share(random: Random, habits: _Habits, members: Sequence[_Person]) -> None:
    """Give members of a family one mailbox, some of them no other."""
    local = random.choice(habits.country.families).format(plain(members[0].family))
    mail = random.choice((members[0].mails[0], _free(random, habits, local, habits.country.hosts(random))))
    for person in members:
        if random.random() < 0.7:
            person.mails = [mail] if random.random() < 0.5 else [mail, *person.mails[:2]]
        person.shared.add(mail)


def _namesake(random: Random, habits: _Habits, other: _Person) -> _Person:
    """Another of the same name in the same town, perhaps with the same mailbox at another provider."""
    born = _born(random, 1940, 2004)
    one = _person(random, habits, other.family, born, other.towns[0], _number(random, habits, landline), other.given)
    if _happens(random, habits, "lookalike"):
        one.mails[0] = _mailbox(random, habits, one.given, one.family, born, other.mails[0].split("@")[0])
    one.alike = other.alike = True
    return one


def _free(random: Random, habits: _Habits, local: str, host: str) -> str:
    """A mailbox that nobody has yet."""
    while f"{local}@{host}" in habits.taken:
        local += str(random.randint(1, 99))
    habits.taken.add(f"{local}@{host}")
    return f"{local}@{host}"


def _mailbox(random: Random, habits: _Habits, given: str, family: str, born: Date, local: str = "") -> str:
    """A private mailbox, named after its owner or not."""
    local = local or local_part(random, habits.country, given, family, born)
    return _free(random, habits, local, habits.country.hosts(random))


def _rows(random: Random, habits: _Habits, person: _Person) -> list[Row]:
    count = 1
    while count < 8 and _happens(random, habits, "copies"):
        count += 1
    drawn = []
    for _ in range(count):
        channel, married = random.choice(habits.channels), random.random() < 0.5
        mails = (person.mails[married:] or person.mails) if person.before else person.mails
        mail = mails[0] if not mails[1:] or random.random() < 0.6 else random.choice(mails[1:])
        family = person.before if person.before and not married else person.family
        drawn.append((channel, family, mail if random.random() < habits.filled[channel, "email"] else ""))
    if person.borrowed:
        drawn[-1] = (*drawn[-1][:2], person.borrowed)
    used = {mail for _, _, mail in drawn}
    clear = len(used) == 1 and "" not in used and not used & person.shared and not person.alike
    return [
        _row(random, habits, replace(person, family=family), channel, mail, clear) for channel, family, mail in drawn
    ]


def _row(random: Random, habits: _Habits, person: _Person, channel: str, mail: str, clear: bool) -> Row:
    """One entry; where not all is ``clear`` from the mailbox it names its person and gives the evidence."""
    has = {
        column
        for column in ("birth_date", "phone", "town")
        if random.random() < habits.filled.get((channel, column), 0)
    }
    named = random.choices(_NAMED, habits.named[channel])[0]
    if not clear and random.random() < 0.95:
        named = "given" if named == "given" and mail else "full"
        has.add(habits.evidence)
    number = person.mobile if not person.landline or not clear or random.random() < 0.5 else person.landline
    values = {
        **_names(random, habits, person, named if mail else "full"),
        "birth_date": _date(random, habits, person.born, channel) if "birth_date" in has else "",
        "email": _typed(random, habits, mail) if mail else "",
        "phone": _dialled(random, habits, number) if "phone" in has else "",
        "town": random.choice(person.towns) if "town" in has else "",
    }
    if random.random() < habits.cased[channel]:
        case = random.choice((str.upper, str.lower, str.title))
        values = {column: case(value) for column, value in values.items()}
    for column, junk in habits.junk.items():
        empty = ("full_name" if habits.one_column else "last_name") if column == "name" else column
        if not values[empty] and _happens(random, habits, "junk"):
            values[empty] = random.choice(junk)
    return (channel, *(values[column] for column in COLUMNS))


def _names(random: Random, habits: _Habits, person: _Person, named: str) -> dict[str, str]:
    given, family = person.given, person.family
    if _happens(random, habits, "nickname"):
        given = random.choice(habits.country.language.nicknames.get(given, (given,)))
    spoil = typo if _happens(random, habits, "slip") else heard if _happens(random, habits, "heard") else None
    if spoil and random.random() < 0.5:
        given = spoil(random, given)
    elif spoil:
        family = spoil(random, family)
    if _happens(random, habits, "letters"):
        written_out = german_letters if habits.country.people == "49" and random.random() < 0.6 else ascii_letters
        given, family = written_out(given), written_out(family)
    given = {"initial": f"{given[0]}.", "family": "", "none": ""}.get(named, given)
    family = family if named in {"full", "initial", "family"} else ""
    if _happens(random, habits, "turned"):
        given, family = family, given
    if habits.one_column:
        return {"full_name": f"{given} {family}".strip(), "first_name": "", "last_name": ""}
    return {"full_name": "", "first_name": given, "last_name": family}


def _typed(random: Random, habits: _Habits, mail: str) -> str:
    """A mailbox as somebody types it: with a slip, a tag for this shop, or without the dots that its provider skips."""
    local, host = mail.split("@")
    if host == "gmail.com" and _happens(random, habits, "dots"):
        local = local.replace(".", "")
        host = random.choice((host, host, "googlemail.com"))
    if _happens(random, habits, "tag"):
        local += random.choice(("+shop", "+news", "+app", "+spam", f"+{random.randint(1, 9)}"))
    if _happens(random, habits, "host.slip"):
        host = random.choice((typo(random, host), host.rsplit(".", 1)[0] + ".con", host[:-1], host.replace(".", ",")))
    if _happens(random, habits, "local.slip"):
        local = typo(random, local)
    return f"{local}@{host}"


def _date(random: Random, habits: _Habits, born: Date, channel: str) -> str:
    year, month, day = date_slip(random, born) if _happens(random, habits, "figure") else born
    if day <= 12 and _happens(random, habits, "crossed"):
        month, day = day, month
    return habits.dates[channel].format(year, month, day, year % 100)


def _dialled(random: Random, habits: _Habits, number: str) -> str:
    number = digit_slip(random, number) if _happens(random, habits, "figure") else number
    if habits.country.people != "1":
        return written(random, number, habits.country.people)
    area, middle, rest = number[:3], number[3:6], number[6:]
    return random.choice((f"({area}) {middle}-{rest}", f"{area}-{middle}-{rest}", f"+1{number}", number))
