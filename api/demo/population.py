"""The customers of a world: about seven in ten people, three in ten companies, six in ten of them Chinese."""

from datetime import datetime

from api.demo.activity import with_activity
from api.demo.companies import CompanyMaker
from api.demo.customers import Customer
from api.demo.people import PeopleMaker, Taken
from api.demo.seeds import chance, stream

_COMPANIES = 0.3
_CHINESE = 0.6


def make_population(seed: int, size: int, as_of: datetime) -> tuple[Customer, ...]:
    """``size`` customers with all they did until ``as_of``; the same for the same arguments."""
    taken = Taken()
    draw = stream(seed, "companies")
    maker = CompanyMaker(draw, taken)
    companies = [maker.company(number, chinese=chance(draw, _CHINESE)) for number in range(round(size * _COMPANIES))]
    draw = stream(seed, "people")
    names = [made.company.full for made in companies if made.company]
    households = PeopleMaker(draw, taken, names)
    people: list[Customer] = []
    while len(companies) + len(people) < size:
        room = size - len(companies) - len(people)
        people.extend(households.household(len(people), room, chinese=chance(draw, _CHINESE)))
    return tuple(with_activity(seed, customer, as_of) for customer in [*people, *companies])
