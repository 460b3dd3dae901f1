"""Places of business and of care, drawn otherwise than ``sites``: the truth is the organisation at an address.

Each draw is a set of directories with habits of its own: how many chains and shared buildings, whether a place has a
telephone or a site of its own, in one column or several, how addresses are shortened, how often a name changes at a
place. Two tenants of a building are two, two places of a chain are two.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.customers.draw import Row, lists
from benchmarks.customers.noise import ascii_letters, digit_slip, typo
from benchmarks.customers.town_words import FORMS, FOUNDERS, GOODS, ROOTS, STREETS, TOWNS, WORKS

COLUMNS = (
    "business_name", "full_address", "address", "suite", "city", "state", "zip", "phone", "website", "industry",
)  # fmt: skip
_SHORT = (
    ("Street", "St"), ("Avenue", "Ave"), ("Ave", "Avenue"), ("Blvd", "Boulevard"), ("Drive", "Dr"), ("Road", "Rd"),
    ("Highway", "Hwy"), ("Parkway", "Pkwy"), ("Lane", "Ln"), ("Square", "Sq"), ("West", "W"), ("East", "E"),
    ("1st", "First"), ("2nd", "Second"), ("5th", "Fifth"), ("Center", "Centre"),
)  # fmt: skip
_TRADES = lists("""
Pharmacy Clinic Grill Diner Deli Bakery Salon Motel Inn Gym Market Warehouse Depot Outlet Store Kitchen Cleaners
Daycare Preschool Church Nursery Garage Bank Credit_Union Law_Office Dental_Care Eye_Care Urgent_Care Hospice
Nursing_Home Animal_Hospital Car_Wash Storage Plaza Theater Bar Cafe Tavern Pizzeria Steakhouse Sushi
""")


_COLOURS = lists("Golden Silver Blue Red Green Royal Happy Lucky Sunny Old")
_SIGNS = lists("Dragon Lion Oak Rose Star Moon River Mountain Bear Eagle Anchor Crown")


@dataclass(frozen=True, slots=True)
class _Habits:
    """Chances by what they are of; how many places a chain has at most; whether an address is one column."""

    chain: float
    most: int
    copies: float
    tenants: float
    office: float
    site: float
    own_site: float
    whole: bool
    short: float
    slip: float
    tail: float
    renamed: float
    loose: float
    filled: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Place:
    street: str
    suite: str
    city: str
    state: str
    postcode: str


@dataclass(frozen=True, slots=True)
class _Brand:
    name: str
    trade: str
    form: str
    site: str
    phone: str
    industry: str


def _habits(random: Random) -> _Habits:
    filled = {column: random.choice((0.0, 0.5, 0.8, 0.97)) for column in COLUMNS}
    filled |= {
        "city": random.choice((0.6, 0.97)),
        "industry": random.choice((0, 0, 0.5)),
        "suite": random.uniform(0.2, 1),
    }
    share = random.uniform
    return _Habits(
        share(0.05, 0.6), random.choice((4, 12, 40)), share(0.2, 0.7), share(0, 0.35), share(0, 0.5), share(0.1, 0.9),
        share(0, 0.3), random.random() < 0.35, share(0, 0.5), share(0, 0.1), share(0, 0.5), share(0, 0.03),
        share(0, 0.06), filled,
    )  # fmt: skip


def clusters(random: Random) -> Iterator[list[Row]]:
    """The rows of one place after the other; without end."""
    habits = _habits(random)
    buildings: list[_Place] = []
    while True:
        brand = _brand(random)
        number = 1
        if random.random() < habits.chain:
            number = random.randint(2, habits.most)
        towns = random.sample(TOWNS, 4)
        taken: set[str] = set()
        for place_number in range(1, number + 1):
            place = _place(random, random.choice(towns) if random.random() < 0.5 else random.choice(TOWNS))
            if buildings and random.random() < habits.tenants:
                old = random.choice(buildings)
                place = _Place(old.street, f"{random.randint(1, 400)}", old.city, old.state, old.postcode)
            if place.street in taken:
                continue
            taken.add(place.street)
            buildings = [*buildings[-30:], place]
            phone = brand.phone if random.random() < habits.office else _phone(random)
            here = brand
            if random.random() < habits.own_site:
                here = _Brand(
                    brand.name, brand.trade, brand.form, f"{place.city.lower()}.{brand.site}", phone, brand.industry
                )
            yield _rows(random, habits, here, place, phone, place_number)


def _rows(random: Random, habits: _Habits, brand: _Brand, place: _Place, phone: str, number: int) -> list[Row]:
    count = 1
    while count < 7 and random.random() < habits.copies:
        count += 1
    found = []
    for _ in range(count):
        if random.random() < habits.renamed:
            brand = _Brand(_brand(random).name, brand.trade, brand.form, brand.site, brand.phone, brand.industry)
        found.append(_row(random, habits, brand, place, phone, number))
    return found


def _brand(random: Random) -> _Brand:
    coined = random.choice(ROOTS) + random.choice(ROOTS).lower() + random.choice(("", "a", "o", "ex", "is"))
    founder, sign = random.choice(FOUNDERS), f"{random.choice(_COLOURS)} {random.choice(_SIGNS)}"
    names = (
        coined, founder, f"{founder}'s", f"{random.choice(TOWNS)} {random.choice(GOODS)}",
        f"{founder} & {random.choice(FOUNDERS)}", f"{coined} {random.choice(GOODS)}", sign,
    )  # fmt: skip
    name = random.choice(names)
    trade = random.choice((*_TRADES, *WORKS))
    site = (
        ascii_letters(name).lower().replace(" ", "").replace("'", "").replace("&", "")
        + f".{random.choice(('com', 'net', 'org'))}"
    )
    return _Brand(name, trade, random.choice(FORMS["us"]), site, _phone(random), random.choice(GOODS))


def _place(random: Random, town: str) -> _Place:
    area = sum(map(ord, town)) % 900 + 100
    street = f"{int(random.paretovariate(0.5) * 9) % 12000 + 1} {random.choice(STREETS)}"
    suite = f"{random.randint(1, 400)}" if random.random() < 0.25 else ""
    return _Place(street, suite, town, lists("NY CA TX OH ON WA FL IL")[area % 8], f"{area}{random.randrange(40):02}")


def _phone(random: Random) -> str:
    return f"{random.randint(201, 989)}{random.randint(2000000, 9999999)}"


def _row(random: Random, habits: _Habits, brand: _Brand, place: _Place, phone: str, number: int) -> Row:
    street = place.street
    for long, short in _SHORT:
        if long in street and random.random() < habits.short:
            street = street.replace(long, short)
    if random.random() < habits.slip:
        street = digit_slip(random, street) if random.random() < 0.25 else typo(random, street)
    city = typo(random, place.city) if random.random() < habits.slip / 2 else place.city
    postcode = place.postcode + (f"-{random.randrange(10**4):04}" if random.random() < habits.short / 3 else "")
    suite = f"{random.choice(('Suite', 'Ste', '#', 'Unit'))} {place.suite}" if place.suite else ""
    if random.random() < habits.loose:
        street = ""
    parts = [street, suite if random.random() < habits.filled["suite"] else "", city, place.state, postcode]
    whole = ", ".join(part for part in parts if part) if habits.whole else ""
    values = {
        "business_name": _name(random, habits, brand, place, number), "full_address": whole,
        "address": "" if whole else street, "suite": "" if whole else suite, "city": "" if whole else city,
        "state": "" if whole else place.state, "zip": "" if whole else postcode, "phone": _written(random, phone),
        "website": brand.site if random.random() < habits.site else "", "industry": brand.industry,
    }  # fmt: skip
    always = {"business_name", "full_address", "address"}
    shown = (
        value if column in always or random.random() < habits.filled[column] else "" for column, value in values.items()
    )
    return (random.choice(("directory", "licences", "reviews")), *shown)


def _written(random: Random, phone: str) -> str:
    forms: Sequence[str] = (
        phone, f"({phone[:3]}) {phone[3:6]}-{phone[6:]}", f"{phone[:3]}-{phone[3:6]}-{phone[6:]}", f"+1{phone}",
    )  # fmt: skip
    return random.choice(forms)


def _name(random: Random, habits: _Habits, brand: _Brand, place: _Place, number: int) -> str:
    name = brand.name
    if random.random() > habits.tail * 0.6:
        name = f"{name} {brand.trade}"
    drawn = random.random()
    if drawn < habits.tail / 3:
        name = f"{name} {random.choice(('of ', '- ', ''))}{place.city}"
    elif drawn < habits.tail / 2:
        name = f"{name} {random.choice(('#', 'No. ', '', 'Store '))}{number}"
    if random.random() < habits.tail / 2:
        name = f"{name} {random.choice(brand.form.split('|'))}"
    if random.random() < habits.slip:
        name = typo(random, name)
    return name.upper() if random.random() < 0.07 else name
