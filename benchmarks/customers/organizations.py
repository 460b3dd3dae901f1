"""Companies and institutions as four lists know them: acronyms, legal forms, translations, former names, groups.

Subsidiaries in other countries are organisations of their own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.customers.company_words import BRANDS, KINDS, LEGAL, QUALITIES, SAME_LEGAL, SUBJECTS, TRADES
from benchmarks.customers.draw import Row, count_of
from benchmarks.customers.noise import ascii_letters, cased, typo
from benchmarks.customers.places import BRITAIN, FRANCE, GERMANY, SPAIN

COLUMNS = ("organisation", "also_known_as", "seat", "country", "homepage", "founded")
_LANDS = (("en", BRITAIN, "GB"), ("de", GERMANY, "DE"), ("fr", FRANCE, "FR"), ("es", SPAIN, "ES"))
_LANGUAGE = {"en": 0, "de": 1, "fr": 2, "es": 3, "zh": 4}
_STOP = frozenset({"of", "for", "für", "de", "des", "du", "la", "le", "and", "und", "sur", "del", "les", "y", "et"})


@dataclass(frozen=True, slots=True)
class _Organisation:
    """Names in the order of how usual they are, the first its own; what else is known."""

    names: Sequence[str]
    former: str
    seat: str
    country: str
    homepage: str
    founded: int


def clusters(random: Random) -> Iterator[list[Row]]:
    """The rows of one organisation after the other; without end."""
    while True:
        group = _institution(random) if random.random() < 0.45 else _companies(random)
        for one in group:
            yield [_row(random, one) for _ in range(count_of(random, (0.3, 0.32, 0.2), 0.45, 7))]


def _institution(random: Random) -> list[_Organisation]:
    kind, quality, subject = (random.choice(words) for words in (KINDS, QUALITIES, SUBJECTS))
    language, country, code = random.choice(_LANDS)
    town = country.cities(random)[0]
    place = f" {town}" if random.random() < 0.3 else ""
    names = {
        "en": f"{quality[0]} {kind[0]} {random.choice(('of', 'for'))} {subject[0]}{place}",
        "de": f"{quality[1]} {kind[1]} für {subject[1]}{place}",
        "fr": f"{kind[2]} {quality[2]} de {subject[2]}{place}",
        "es": f"{kind[3]} {quality[3]} de {subject[3]}{place}",
        "zh": f"{quality[4]}{subject[4]}{kind[4]}",
    }
    own = names.pop(language)
    others = random.sample(sorted(names.values()), 2)
    short = _acronym(own)
    former = ""
    if random.random() < 0.15:
        former = own.replace(kind[_LANGUAGE[language]], random.choice(KINDS)[_LANGUAGE[language]])
    end = random.choice(("", "-online", ascii_letters(town[:3]).lower()))
    homepage = f"{short.lower()}{end}.{random.choice(('org', 'int', code.lower()))}"
    return [_Organisation((own, short, *others), former, town, code, homepage, random.randint(1850, 2020))]


def _acronym(name: str) -> str:
    words = [word for word in ascii_letters(name).replace("'", " ").split() if word.lower() not in _STOP]
    return "".join(word[0] for word in words).upper()


def _companies(random: Random) -> list[_Organisation]:
    brand = BRANDS(random)
    if random.random() < 0.6:
        brand = f"{brand} {BRANDS(random)}"
    found = []
    number = random.randrange(len(TRADES["en"]))
    lands = random.sample(_LANDS, count_of(random, (0.7, 0.2), 0.5, 4))
    for language, country, code in lands:
        legal = random.choice(LEGAL[language])
        trade = TRADES[language][number]
        town = country.cities(random)[0]
        tail = random.choice((f" {trade}", f" {trade} {random.choice(('Group', 'Holding', 'International'))}", ""))
        named = f"{brand}{tail}" + (f" {_in_country(code)}" if len(lands) > 1 and random.random() < 0.7 else "")
        names = [f"{named} {legal}", named, f"{brand}{tail}"]
        if len(named.split()) > 2:
            names.append(_acronym(named))
        former = f"{BRANDS(random)} {trade} {legal}" if random.random() < 0.12 else ""
        homepage = f"{ascii_letters(brand).lower().replace(' ', '')}.{random.choice((code.lower(), 'com'))}"
        found.append(_Organisation(names, former, town, code, homepage, random.randint(1900, 2023)))
    return found


def _in_country(code: str) -> str:
    """How a subsidiary names its country."""
    return {"GB": "UK", "DE": "Deutschland", "FR": "France", "ES": "Iberia"}[code]


def _row(random: Random, one: _Organisation) -> Row:
    source = random.choice(("register", "funder", "web", "press"))
    drawn = random.random()
    name = one.names[0] if drawn < 0.75 else random.choice(one.names[1:])
    if one.former and random.random() < 0.25:
        name = one.former
    name = _other_form(random, name)
    if random.random() < 0.07:
        name = typo(random, name)
    if random.random() < 0.1:
        name = ascii_letters(name)
    known_as = ""
    if random.random() < 0.2:
        known_as = random.choice([*one.names, one.former] if one.former else list(one.names))
        known_as = "" if known_as == name else known_as
    return (
        source,
        cased(random, name),
        known_as,
        one.seat if random.random() < 0.6 else "",
        one.country if random.random() < 0.8 else "",
        random.choice(("https://", "", "www.")) + one.homepage if random.random() < 0.5 else "",
        str(one.founded) if source in {"register", "funder"} and random.random() < 0.5 else "",
    )


def _other_form(random: Random, name: str) -> str:
    """The legal form written otherwise."""
    for forms in SAME_LEGAL:
        for form in forms:
            if name.endswith(" " + form):
                return name[: -len(form)] + random.choice(forms) if random.random() < 0.5 else name
    return name
