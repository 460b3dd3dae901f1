"""Organisations as registers, funders and the press name them, drawn otherwise than ``organizations``.

Each draw is a collection with habits of its own: which columns it fills, how many namesakes it has, how it shortens.
Names come from founders, places, trades and public bodies; near neighbours share all words but one (a number, a town, a
trade, a country). The truth is the organisation; its departments and daughters are others.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from benchmarks.customers.draw import Row, lists
from benchmarks.customers.noise import ascii_letters, digit_slip, typo
from benchmarks.customers.town_words import (
    BODIES,
    FIELDS,
    FORMS,
    FOUNDERS,
    GOODS,
    LANDS,
    ROOTS,
    STREETS,
    TOWNS,
    WORKS,
)

COLUMNS = (
    "organization_name", "aliases", "street", "city", "state", "zip", "country", "phone", "email", "website",
    "registration_number", "industry",
)  # fmt: skip
_SHORT = {
    "International": ("Intl", "Int'l"), "Manufacturing": ("Mfg",), "Association": ("Assn", "Assoc"),
    "University": ("Univ", "U"), "Institute": ("Inst",), "Department": ("Dept",), "Services": ("Svcs", "Service"),
    "Technologies": ("Tech", "Technology"), "Engineering": ("Eng",), "Center": ("Ctr", "Centre"),
    "National": ("Natl",), "Company": ("Co", "Co."), "Brothers": ("Bros", "Bros."), "and": ("&",), "Saint": ("St",),
    "Industries": ("Ind", "Inds"), "Laboratories": ("Labs",), "Hospital": ("Hosp",), "Group": ("Grp",),
    "Systems": ("Sys",), "County": ("Co",), "Committee": ("Cttee",), "Government": ("Govt",),
}  # fmt: skip
_STATES = lists("NY CA TX OH ON QC NSW VIC")
_SMALL = lists("of for the and in & de")


@dataclass(frozen=True, slots=True)
class _Habits:
    """What one collection does: chances by what they are of."""

    copies: float
    aliases: float
    acronym: float
    form: float
    short: float
    slip: float
    drop: float
    moved: float
    former: float
    kin: float
    filled: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Body:
    name: str
    form: str
    former: str
    kept: dict[str, str]


def _habits(random: Random) -> _Habits:
    filled = {column: random.choice((0.0, 0.0, 0.0, 0.2, 0.5, 0.9)) for column in COLUMNS}
    filled |= {"aliases": random.choice((0, 0, 0.2, 0.5)), "registration_number": random.choice((0, 0, 0, 0.2))}
    if not (filled["city"] or filled["country"] or filled["street"] or filled["website"]):
        filled["country" if random.random() < 0.5 else "city"] = 0.8
    draw: Callable[[float, float], float] = random.uniform
    return _Habits(
        draw(0.25, 0.75), draw(0, 0.3), draw(0, 0.3), draw(0.1, 0.7), draw(0, 0.5), draw(0, 0.15), draw(0, 0.3),
        draw(0, 0.3), draw(0, 0.15), draw(0.1, 0.9), filled,
    )  # fmt: skip


def clusters(random: Random) -> Iterator[list[Row]]:
    """The rows of one organisation after the other; without end."""
    habits = _habits(random)
    while True:
        for body in _kin(random, habits):
            count = 1
            while count < 9 and random.random() < habits.copies:
                count += 1
            yield [_row(random, habits, body) for _ in range(count)]


def _kin(random: Random, habits: _Habits) -> list[_Body]:
    """An organisation and those that are nearly called the same."""
    land = random.choice(LANDS)
    name, other = _named(random)
    number = 2 if random.random() < habits.kin else 1
    while number > 1 and number < 8 and random.random() < 0.5:
        number += 1
    found, taken = [], set()
    for _ in range(number):
        if name not in taken:
            taken.add(name)
            found.append(_body(random, habits, name, land))
        name = other()
        land = random.choice(LANDS) if random.random() < 0.3 else land
    return found


def _named(random: Random) -> tuple[str, Callable[[], str]]:
    """A name, and what makes names that are nearly the same."""
    founder, partner, town, works = (random.choice(one) for one in (FOUNDERS, FOUNDERS, TOWNS, WORKS))
    goods, field, body = (random.choice(one) for one in (GOODS, FIELDS, BODIES))
    root = random.choice(ROOTS) + random.choice(ROOTS).lower()

    def lodge() -> str:
        return f"{town} {random.choice(('School', 'Hospital', 'Local', 'Lodge'))} No {random.randint(1, 60)}"

    def other_town() -> str:
        return random.choice((town, random.choice(TOWNS)))

    kinds: tuple[tuple[str, Callable[[], str]], ...] = (
        (f"{founder} {works}", lambda: f"{founder} {random.choice(WORKS)}"),
        (f"{founder} and {partner}", lambda: f"{founder}, {random.choice(FOUNDERS)} and {partner}"),
        (f"{body} of {town}", lambda: f"{body} of {random.choice(TOWNS)}"),
        (f"{body} for {field}", lambda: f"{random.choice(BODIES)} for {random.choice((field, random.choice(FIELDS)))}"),
        (f"{town} {goods} {works}", lambda: f"{other_town()} {goods} {random.choice(WORKS)}"),
        (root, lambda: f"{root} {random.choice((*GOODS, *WORKS, *TOWNS))}"),
        (f"{root} {goods}", lambda: f"{root} {random.choice((*GOODS, *'23456789'))}"),
        (lodge(), lodge),
    )
    return random.choice(kinds)


def _body(random: Random, habits: _Habits, name: str, land: tuple[str, ...]) -> _Body:
    plain = ascii_letters(name).lower()
    words = [word for word in plain.replace(",", "").split() if word not in _SMALL]
    label = random.choice(
        ("".join(words)[:18], "-".join(words[:2]), "".join(word[0] for word in words) + land[1].lower())
    )
    site = f"{label}.{random.choice((land[2], 'com', 'org'))}"
    return _Body(
        name,
        random.choice(FORMS[land[3]]) if random.random() < 0.8 else "",
        _named(random)[0] if random.random() < habits.former else "",
        {
            "street": _street(random), "city": random.choice(TOWNS), "state": random.choice(_STATES),
            "zip": f"{random.randrange(10**5):05}", "country": land[0], "phone": _phone(random),
            "email": f"{random.choice(('info', 'office', 'contact', 'hello'))}@{site}", "website": site,
            "registration_number": f"{random.randrange(10**8):08}", "industry": random.choice(GOODS),
        },
    )  # fmt: skip


def _street(random: Random) -> str:
    return f"{int(random.paretovariate(0.6) * 7) % 9000 + 1} {random.choice(STREETS)}"


def _phone(random: Random) -> str:
    return f"+1{random.randint(201, 989)}{random.randint(2000000, 9999999)}"


def _row(random: Random, habits: _Habits, body: _Body) -> Row:
    name = body.former if body.former and random.random() < 0.3 else body.name
    said = _written(random, habits, name, body)
    alias = ""
    if random.random() < habits.filled["aliases"]:
        alias = random.choice((_acronym(name), body.former or body.name, _written(random, habits, body.name, body)))
    kept = dict(body.kept)
    if random.random() < habits.moved:
        kept |= {"street": _street(random), "zip": f"{random.randrange(10**5):05}"}
        if random.random() < 0.4:
            kept["city"] = random.choice(TOWNS)
    if random.random() < habits.moved / 2:
        kept["phone"] = _phone(random)
    for column in ("street", "city", "phone", "website"):
        if random.random() < habits.slip:
            kept[column] = digit_slip(random, kept[column]) if column == "phone" else typo(random, kept[column])
    if random.random() < 0.3:
        kept["website"] = random.choice(("http://www.", "https://", "www.")) + kept["website"]
    values = {"organization_name": said, "aliases": "" if alias == said else alias}
    for column, value in kept.items():
        values[column] = value if random.random() < habits.filled[column] else ""
    return (random.choice("abcd"), *(values[column] for column in COLUMNS))


def _acronym(name: str) -> str:
    words = [word for word in ascii_letters(name).replace(",", "").split() if word.lower() not in _SMALL]
    letters = "".join(word[0] for word in words).upper()
    return letters if len(letters) > 1 else name


def _form(random: Random, body: _Body) -> str:
    return random.choice(body.form.split("|"))


def _written(random: Random, habits: _Habits, name: str, body: _Body) -> str:
    """The name as one source has it."""
    if len(name.split()) > 2 and random.random() < habits.acronym:
        short = _acronym(name)
        return random.choice((short, short, f"{name} ({short})", f"{short} {_form(random, body)}".strip()))
    words = name.split()
    if len(words) > 2 and random.random() < habits.drop:
        words.pop(random.choice((0, len(words) - 1, len(words) - 1)))
        words = words[:-1] if words[-1] in _SMALL else words
    words = [
        random.choice(_SHORT[word]) if word in _SHORT and random.random() < habits.short else word for word in words
    ]
    if len(words) == 3 and words[1] == "of" and random.random() < habits.short / 2:
        words = [f"{words[2]},", words[0]]
    if random.random() < habits.slip:
        at = random.randrange(len(words))
        words[at] = typo(random, words[at])
    if body.form and random.random() < habits.form:
        words.append(_form(random, body))
    if random.random() < 0.05:
        words.insert(0, "The")
    said = " ".join(words)
    return random.choice((said.upper(), said.lower())) if random.random() < 0.08 else said
