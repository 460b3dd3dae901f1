"""Three registers of one town: who lives where, by name and age. No telephone, no e-mail.

``poll`` has adults and their address, ``census`` ages instead of dates, ``school`` children and dates of birth. Large
families, twins, sons and daughters with a parent's name, few surnames, moves inside the town between the registers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from benchmarks.customers.draw import Row, Weighted, count_of
from benchmarks.customers.names_western import ENGLISH
from benchmarks.customers.noise import digit_slip, heard, typo
from benchmarks.customers.places import BRITAIN

COLUMNS = ("forenames", "surname", "sex", "date_of_birth", "age", "house", "street", "relation")
_CENSUS_YEAR = 2011
_LOCAL = 260
_STREETS = 220
_TAILS = ("Road", "Street", "Lane", "Row", "Terrace", "Close")
_SHORT = {"Road": "Rd", "Street": "St", "Lane": "Ln", "Terrace": "Terr", "Close": "Cl", "Row": "Row"}


@dataclass(slots=True)
class _Inhabitant:
    forenames: list[str]
    surname: str
    woman: bool
    born: tuple[int, int, int]
    relation: str


def clusters(random: Random) -> Iterator[list[Row]]:
    """The rows of one inhabitant after the other, household by household; without end."""
    surnames = [ENGLISH.surnames(random) for _ in range(_LOCAL)]
    local = Weighted(surnames, [1 / (rank + 6) for rank in range(_LOCAL)])
    streets = [f"{BRITAIN.heads(random)} {random.choice(_TAILS)}" for _ in range(_STREETS)]
    while True:
        surname = local(random) if random.random() < 0.75 else ENGLISH.surnames(random)
        places = [(str(random.randint(1, 90)), random.choice(streets)) for _ in range(3)]
        if random.random() < 0.8:
            places = [places[0]] * 3
        elif random.random() < 0.5:
            places[1] = places[0]
        for person in _family(random, surname, local):
            rows = _rows(random, person, places)
            if rows:
                yield rows


def _forenames(random: Random, *, woman: bool) -> list[str]:
    draw = ENGLISH.women if woman else ENGLISH.men
    return [draw(random), draw(random)] if random.random() < 0.55 else [draw(random)]


def _born(random: Random, year: int) -> tuple[int, int, int]:
    return year, random.randint(1, 12), random.randint(1, 28)


def _family(random: Random, surname: str, local: Weighted[str]) -> Iterator[_Inhabitant]:
    year = 1930 + int(random.betavariate(2, 2) * 58)
    head = _Inhabitant(_forenames(random, woman=False), surname, False, _born(random, year), "head")
    if random.random() < 0.2:
        head = _Inhabitant(_forenames(random, woman=True), surname, True, _born(random, year), "head")
        yield head
        return
    yield head
    wife = _Inhabitant(
        _forenames(random, woman=True), surname, True, _born(random, year + random.randint(-4, 6)), "wife"
    )
    if random.random() < 0.85:
        yield wife
    twin: tuple[int, int, int] | None = None
    for number in range(count_of(random, (0.25, 0.2, 0.25, 0.15), 0.5, 9) - 1):
        woman = random.random() < 0.5
        names = _forenames(random, woman=woman)
        parent = wife if woman else head
        if number < 2 and random.random() < 0.14:
            names = [parent.forenames[0], *names[1:]]
        born = twin or _born(random, year + random.randint(20, 40))
        twin = born if twin is None and random.random() < 0.035 else None
        yield _Inhabitant(names, surname, woman, born, "daughter" if woman else "son")
    if random.random() < 0.08:
        year -= random.randint(20, 34)
        yield _Inhabitant(_forenames(random, woman=True), local(random), True, _born(random, year), "mother-in-law")


def _rows(random: Random, person: _Inhabitant, places: list[tuple[str, str]]) -> list[Row]:
    age = _CENSUS_YEAR - person.born[0] - (person.born[1] > 3)
    held = {
        "poll": age >= 17 and random.random() < 0.85,
        "census": age >= 0 and random.random() < 0.93,
        "school": (4 <= age <= 19 and random.random() < 0.9) or random.random() < 0.25,
    }
    found: list[Row] = []
    for (register, is_in), place in zip(held.items(), places, strict=True):
        if is_in:
            found.append(_row(random, person, register, place, age))
            if random.random() < 0.02:
                found.append(_row(random, person, register, place, age))
    return found


def _row(random: Random, person: _Inhabitant, register: str, place: tuple[str, str], age: int) -> Row:
    names = list(person.forenames)
    if random.random() < 0.18 and names[0] in ENGLISH.nicknames:
        names[0] = random.choice(ENGLISH.nicknames[names[0]])
    elif random.random() < 0.08:
        names[0] = typo(random, names[0])
    if len(names) > 1:
        drawn = random.random()
        names = names[:1] if drawn < 0.3 else [names[0], names[1][0]] if drawn < 0.55 else names
        if drawn > 0.97:
            names.reverse()
    surname = heard(random, person.surname) if random.random() < 0.07 else person.surname
    surname = typo(random, surname) if random.random() < 0.05 else surname
    house, street = place
    if random.random() < 0.3:
        word = street.rsplit(" ", 1)
        street = f"{word[0]} {_SHORT[word[1]]}"
    if random.random() < 0.05:
        street = typo(random, street)
    year, month, day = person.born
    born = f"{day:02}/{month:02}/{year}" if register == "school" and random.random() < 0.96 else ""
    if born and random.random() < 0.04:
        born = digit_slip(random, born)
    if age > 20 and random.random() < 0.15:
        age += random.choice((-2, -1, 1, 1))
    return (
        register,
        " ".join(names),
        surname,
        ("F" if person.woman else "M") if register != "poll" and random.random() < 0.97 else "",
        born,
        str(age) if register == "census" else "",
        (digit_slip(random, house) if random.random() < 0.02 else house) if random.random() < 0.9 else "",
        street if random.random() < 0.94 else "",
        person.relation if register == "census" else "",
    )
