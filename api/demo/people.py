"""Households of people: shared homes and phones, namesakes, people who moved or changed their number."""

import random
from collections.abc import Callable
from datetime import date

from api.demo import identifiers, words
from api.demo.customers import Customer, Tier
from api.demo.names_latin import CULTURES, latin_name
from api.demo.names_zh import PersonName, han_name, minority_name
from api.demo.places import Address, address_abroad, chinese_address, chinese_city
from api.demo.seeds import chance, digits

_HOUSEHOLD_SIZES = ((1, 2, 3, 4), (60, 22, 12, 6))
_TIERS = ((Tier.HIGH_VALUE, Tier.ORDINARY, Tier.POTENTIAL), (14, 51, 35))


class Taken:
    """Values given out so far, so that what should be one customer's alone is."""

    def __init__(self) -> None:
        self._values: set[str] = set()

    def fresh(self, make: Callable[[], str]) -> str:
        """The first value made that nobody has yet."""
        while (value := make()) in self._values:
            pass
        self._values.add(value)
        return value


def tier(draw: random.Random) -> Tier:
    """A tier with its usual share."""
    return draw.choices(*_TIERS)[0]


def handle(draw: random.Random, name: PersonName) -> str:
    """A social handle made from the name in Latin letters."""
    parts = "".join(c for c in (name.latin_given + name.latin_family).lower() if c.isalpha())
    return f"{parts}_{digits(draw, 3)}" if chance(draw, 0.6) else f"{parts[:6]}{digits(draw, 4)}"


class PeopleMaker:
    """Makes households one after the other, remembering whom it made so that later people can be namesakes."""

    def __init__(self, draw: random.Random, taken: Taken, employers: list[str]) -> None:
        self._draw = draw
        self._taken = taken
        self._employers = employers
        self._made: list[Customer] = []
        self._given_up: list[str] = []

    def household(self, number: int, room: int, *, chinese: bool) -> list[Customer]:
        """Between one and four people (at most ``room``) at one address."""
        draw = self._draw
        culture = "zh" if chinese else draw.choice(CULTURES)
        minority = chinese and chance(draw, 0.06)
        home = self._home(culture, minority=minority)
        line = identifiers.landline(draw, home.country, home.dialling)
        size = min(room, draw.choices(*_HOUSEHOLD_SIZES)[0])
        shared = self._mobile(home) if size > 1 and chance(draw, 0.4) else ""
        members: list[Customer] = []
        for place in range(size):
            mobile = shared if shared and place != 0 and chance(draw, 0.7) else ""
            if shared and place == 0:
                mobile = shared
            members.append(self._person(number + place, culture, home, line, mobile, members, minority=minority))
        self._made.extend(members)
        return members

    def _home(self, culture: str, *, minority: bool) -> Address:
        if culture == "zh":
            return chinese_address(self._draw, chinese_city(self._draw, minority=minority), office=False)
        return address_abroad(self._draw, culture)

    def _mobile(self, home: Address) -> str:
        return self._taken.fresh(lambda: identifiers.mobile(self._draw, home.country, home.dialling))

    def _name(self, culture: str, members: list[Customer], *, female: bool, minority: bool) -> PersonName:
        draw = self._draw
        relative = members[0].person if members and chance(draw, 0.6) else None
        while True:
            namesakes = [] if members else [c for c in self._made if c.culture == culture and c.female == female]
            if namesakes and chance(draw, 0.05):
                name = draw.choice(namesakes).person
            elif culture != "zh":
                name = latin_name(draw, culture, female=female, family=relative)
            else:
                name = (
                    minority_name(draw, female=female) if minority else han_name(draw, female=female, family=relative)
                )
            if all(name.full != member.person.full for member in members):
                return name

    def _person(
        self,
        number: int,
        culture: str,
        home: Address,
        line: str,
        mobile: str,
        members: list[Customer],
        *,
        minority: bool,
    ) -> Customer:
        draw = self._draw
        chinese = culture == "zh"
        female = chance(draw, 0.5)
        name = self._name(culture, members, female=female, minority=minority)
        born = date(draw.randint(1945, 2004), draw.randint(1, 12), draw.randint(1, 28))
        email = self._taken.fresh(lambda: identifiers.private_email(draw, name, born, chinese=chinese))
        second = self._taken.fresh(lambda: identifiers.private_email(draw, name, born, chinese=chinese))
        family_mailbox = members[0].email if members and chance(draw, 0.1) else ""
        changed = not mobile and chance(draw, 0.12)
        # Numbers given up are handed out again, and meet their last holder's records in other channels.
        passed_on = self._given_up.pop() if not mobile and self._given_up and chance(draw, 0.06) else ""
        old_mobile = self._mobile(home) if changed else ""
        if old_mobile and chinese:
            self._given_up.append(old_mobile)
        return Customer(
            entity=f"person-{number:05d}",
            chinese=chinese,
            culture=culture,
            person=name,
            female=female,
            born=born,
            company=None,
            mobile=mobile or (passed_on if chinese and passed_on else self._mobile(home)),
            landline=line,
            email=email,
            second_email=family_mailbox or (second if chance(draw, 0.25) else ""),
            address=home,
            old_address=self._home(culture, minority=minority) if chance(draw, 0.18) else None,
            industry=draw.choice(words.INDUSTRIES),
            tier=tier(draw),
            title=draw.choice(words.TITLES_ZH if chinese else words.TITLES_LATIN),
            employer=draw.choice(self._employers) if self._employers and chance(draw, 0.1) else "",
            old_mobile=old_mobile,
            id_number=self._resident_id(home, born, female=female) if chinese else "",
            handle=self._taken.fresh(lambda: handle(draw, name)),
            household=members[0].entity if members else f"person-{number:05d}",
            shares_mobile=bool(mobile),
        )

    def _resident_id(self, home: Address, born: date, *, female: bool) -> str:
        return self._taken.fresh(lambda: identifiers.resident_id(self._draw, home.code, born, female=female))
