"""Places of business: a record is a branch. Chains with the same name in many places, several firms at one address.

Three directories write the name with or without trade, legal form, town and number of the branch. The truth is the
place: two branches of a brand are two.
"""

from collections.abc import Iterator
from random import Random

from benchmarks.customers.company_words import BRANDS, LEGAL, TRADES
from benchmarks.customers.draw import Row, Weighted, count_of
from benchmarks.customers.noise import ascii_letters, cased, typo
from benchmarks.customers.phones import landline, written
from benchmarks.customers.places import BRITAIN, FRANCE, GERMANY, SPAIN, Address, Country, western_address

COLUMNS = ("company", "addr_line1", "locality", "postal_code", "country", "tel", "web")
_LANDS: Weighted[tuple[str, Country, str, str]] = Weighted(
    [("en", BRITAIN, "GB", "44"), ("de", GERMANY, "DE", "49"), ("es", SPAIN, "ES", "34"), ("fr", FRANCE, "FR", "33")],
    [4, 3, 1.5, 1.5],
)
_COUNTRIES = {
    "GB": ("GB", "United Kingdom", "UK"),
    "DE": ("DE", "Germany", "Deutschland"),
    "ES": ("ES", "Spain", "España"),
    "FR": ("FR", "France", "FR"),
}


def clusters(random: Random) -> Iterator[list[Row]]:
    """The rows of one branch after the other; without end."""
    malls: list[tuple[str, Address]] = []
    while True:
        language, country, code, calling = _LANDS(random)
        brand = BRANDS(random)
        trade = random.choice(TRADES[language])
        legal = random.choice(LEGAL[language]) if random.random() < 0.8 else ""
        web = f"www.{brand.lower()}-{ascii_letters(trade).lower().replace(' ', '')}.{code.lower()}"
        office = landline(random, calling)
        towns = [country.cities(random) for _ in range(3)]
        for number in range(1, count_of(random, (0.5, 0.15, 0.08), 0.8, 24) + 1):
            # Chains gather in few towns.
            place = western_address(random, country, random.choice(towns) if random.random() < 0.25 else None)
            near = [where for land, where in malls if land == code]
            if near and random.random() < 0.12:
                place = random.choice(near)
            malls = [*malls[-40:], (code, place)]
            phone = office if random.random() < 0.3 else landline(random, calling)
            shop = (brand, trade, legal, str(number), web)
            yield [
                _row(random, shop, place, code, written(random, phone, calling))
                for _ in range(count_of(random, (0.4, 0.35, 0.17), 0.3, 5))
            ]


def _row(random: Random, shop: tuple[str, ...], place: Address, code: str, phone: str) -> Row:
    brand, trade, legal, number, web = shop
    source = random.choice(("maps", "yellow_pages", "registry"))
    name = brand
    if random.random() < 0.75:
        name = f"{name} {trade}" if random.random() < 0.8 else f"{trade} {name}"
    if legal and random.random() < (0.9 if source == "registry" else 0.25):
        name = f"{name} {legal}"
    if source == "maps" and random.random() < 0.35:
        name = f"{name} {place.city}"
    elif source == "yellow_pages" and number != "1" and random.random() < 0.2:
        name = f"{name} #{number}"
    if random.random() < 0.06:
        name = typo(random, name)
    street = place.street
    if random.random() < 0.35:
        for long, short in (("Road", "Rd"), ("Street", "St."), ("straße", "str."), ("Avenue", "Av."), ("Calle", "C.")):
            street = street.replace(long, short)
    if random.random() < 0.08:
        street = typo(random, street)
    if source != "registry" and random.random() < 0.03:
        street = ""
    return (
        source,
        cased(random, name),
        street,
        place.city if random.random() < 0.93 else ascii_letters(place.city).upper(),
        place.postcode if random.random() < 0.8 else "",
        random.choice(_COUNTRIES[code]),
        phone if source != "registry" and random.random() < 0.75 else "",
        web if source == "maps" and random.random() < 0.6 else "",
    )
