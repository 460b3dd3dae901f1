"""German names and dates of birth, and nothing else: three files of members.

Umlauts and ß in all their spellings, particles of nobility, hyphens, second names, dates as they are typed.
"""

from collections.abc import Iterator
from random import Random

from benchmarks.customers.draw import Row, count_of
from benchmarks.customers.names_western import GERMAN
from benchmarks.customers.noise import ascii_letters, cased, digit_slip, german_letters, heard, typo

COLUMNS = ("Vorname", "Nachname", "Geburtsdatum")
_PARTICLES = ("von", "von", "von der", "zu", "von und zu", "vom", "van", "de")
_TITLES = ("Dr.", "Dr.", "Prof. Dr.", "Dipl.-Ing.")


def clusters(random: Random) -> Iterator[list[Row]]:
    """The rows of one person after the other; without end. One family in ten has several members of one surname."""
    while True:
        surname = GERMAN.surnames(random)
        particle = random.choice(_PARTICLES) if random.random() < 0.06 else ""
        shared: tuple[int, int, int] | None = None
        for _ in range(count_of(random, (0.82, 0.12), 0.3, 5)):
            person = _person(random, surname, particle, shared)
            shared = person[3] if random.random() < 0.05 else None
            yield [_row(random, *person) for _ in range(count_of(random, (0.45, 0.33, 0.14), 0.4, 6))]


def _person(
    random: Random, surname: str, particle: str, born: tuple[int, int, int] | None
) -> tuple[list[str], str, str, tuple[int, int, int], str]:
    draw = GERMAN.women if random.random() < 0.5 else GERMAN.men
    given = [draw(random), draw(random)] if random.random() < 0.3 else [draw(random)]
    if random.random() < 0.07:
        surname = f"{surname}-{GERMAN.surnames(random)}"
    title = random.choice(_TITLES) if random.random() < 0.05 else ""
    born = born or (random.randint(1928, 2008), random.randint(1, 12), random.randint(1, 28))
    return given, surname, particle, born, title


def _row(random: Random, given: list[str], surname: str, particle: str, born: tuple[int, int, int], title: str) -> Row:
    names = given[:1] if len(given) > 1 and random.random() < 0.5 else list(given)
    if names[0] in GERMAN.nicknames and random.random() < 0.15:
        names[0] = random.choice(GERMAN.nicknames[names[0]])
    if random.random() < 0.06:
        names[0] = names[0][0] + "."
    elif random.random() < 0.09:
        names[0] = typo(random, names[0])
    if "-" in surname and random.random() < 0.35:
        surname = surname.split("-")[random.random() < 0.3]
    surname = heard(random, surname) if random.random() < 0.09 else surname
    surname = typo(random, surname) if random.random() < 0.09 else surname
    if particle and random.random() < 0.75:
        surname = f"{random.choice((particle, particle.title(), particle.replace('von', 'v.')))} {surname}"
    first, last = " ".join(names), surname
    drawn = random.random()
    if drawn < 0.25:
        first, last = german_letters(first), german_letters(last)
    elif drawn < 0.35:
        first, last = ascii_letters(first), ascii_letters(last)
    if title and random.random() < 0.5:
        first = f"{title} {first}"
    if random.random() < 0.02:
        first, last = last, first
    source = random.choice(("verein", "verlag", "kasse"))
    return source, cased(random, first), cased(random, last), _date(random, born) if random.random() < 0.93 else ""


def _date(random: Random, born: tuple[int, int, int]) -> str:
    year, month, day = born
    drawn = random.random()
    if drawn < 0.02 and day <= 12:
        month, day = day, month
    elif drawn < 0.05:
        return str(year)
    text = random.choice(
        (f"{day:02}.{month:02}.{year}", f"{day}.{month}.{year}", f"{day:02}.{month:02}.{year % 100:02}")
    )
    return digit_slip(random, text) if random.random() < 0.05 else text
