"""People known by e-mail, date of birth, town and, where they gave it, a name: newsletters, events, support.

Names are missing in a third of the rows, and one field for both names where they are not.
"""

from collections.abc import Iterator
from random import Random

from benchmarks.customers.draw import Row, Weighted, count_of, zipf
from benchmarks.customers.names_western import ENGLISH, FRENCH, SPANISH, Language
from benchmarks.customers.noise import ascii_letters, cased, digit_slip, typo
from benchmarks.customers.places import BRITAIN, FRANCE, SPAIN, Country

COLUMNS = ("name", "mail", "birthday", "town")
_PEOPLES: Weighted[tuple[Language, Country]] = Weighted(
    [(ENGLISH, BRITAIN), (FRENCH, FRANCE), (SPANISH, SPAIN)], [6, 2, 2]
)
_HOSTS = zipf(("gmail.com", "hotmail.com", "yahoo.com", "outlook.com", "aol.com", "live.com", "proton.me", "mail.com"))
_ENDS = ("co.uk", "com", "org", "net")


def clusters(random: Random) -> Iterator[list[Row]]:
    """The rows of one person after the other; without end."""
    while True:
        language, country = _PEOPLES(random)
        surname, town = language.surnames(random), country.cities(random)[0]
        for _ in range(1 + (random.random() < 0.18)):
            yield _person(random, language, surname, town)


def _person(random: Random, language: Language, surname: str, town: str) -> list[Row]:
    given = (language.women if random.random() < 0.5 else language.men)(random)
    born = (random.randint(1945, 2006), random.randint(1, 12), random.randint(1, 28))
    mails = [_mail(random, given, surname, born[0]) for _ in range(count_of(random, (0.62, 0.28), 0.3, 4))]
    found: list[Row] = []
    for _ in range(count_of(random, (0.35, 0.22, 0.16, 0.1), 0.75, 10)):
        mail = random.choice(mails) if random.random() < 0.72 else ""
        if mail and random.random() < 0.08:
            mail = typo(random, mail)
        name = _name(random, language, given, surname) if random.random() < 0.66 else ""
        source = random.choice(("newsletter", "event", "support", "event"))
        place = cased(random, typo(random, town) if random.random() < 0.06 else town) if random.random() < 0.7 else ""
        birthday = _date(random, born) if random.random() < 0.6 else ""
        if name or mail:
            found.append((source, name, cased(random, mail), birthday, place))
    return found


def _mail(random: Random, given: str, surname: str, year: int) -> str:
    first, last = (ascii_letters(part).lower().replace(" ", "").replace("'", "") for part in (given, surname))
    local = random.choice(
        (
            f"{first}.{last}",
            f"{first[0]}{last}{year % 100}",
            f"{last}{first[0]}",
            f"{first}{random.randint(1, 9999)}",
            f"{first}_{last[:3]}{random.randint(1, 99)}",
            f"{last}.{random.randint(100, 999)}",
        )
    )
    if random.random() < 0.25:
        host = ascii_letters(random.choice((surname, _firm(random)))).lower().replace(" ", "")
        return f"{local}@{host}.{random.choice(_ENDS)}"
    return f"{local}@{_HOSTS(random)}"


def _firm(random: Random) -> str:
    """A made-up name of a company as mail hosts bear it."""
    return random.choice(("nova", "terra", "alpha", "delta", "north", "blue", "prime", "inter")) + random.choice(
        ("tech", "soft", "works", "group", "media", "trade", "consult", "energy")
    )


def _name(random: Random, language: Language, given: str, surname: str) -> str:
    if given in language.nicknames and random.random() < 0.2:
        given = random.choice(language.nicknames[given])
    if random.random() < 0.1:
        given = typo(random, given)
    if random.random() < 0.1:
        surname = typo(random, surname)
    if random.random() < 0.15:
        given, surname = ascii_letters(given), ascii_letters(surname)
    drawn = random.random()
    if drawn < 0.08:
        return cased(random, f"{surname}, {given}")
    if drawn < 0.16:
        return f"{given[0]}. {surname}"
    if drawn < 0.24:
        return given
    if drawn < 0.28:
        return f"{surname} {given}"
    return cased(random, f"{given} {surname}")


def _date(random: Random, born: tuple[int, int, int]) -> str:
    year, month, day = born
    if random.random() < 0.02 and day <= 12:
        month, day = day, month
    drawn = random.random()
    text = f"{year}-{month:02}-{day:02}" if drawn < 0.7 else f"{day:02}.{month:02}.{year}"
    return digit_slip(random, text) if random.random() < 0.06 else text
