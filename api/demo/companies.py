"""Companies with credit codes, the people who speak for them, branches, and names that are nearly alike."""

import random
from datetime import date

from api.demo import identifiers, words
from api.demo.customers import CompanyName, Customer
from api.demo.names_latin import CULTURES, latin_name
from api.demo.names_zh import PersonName, han_name
from api.demo.people import Taken, handle, tier
from api.demo.places import Address, address_abroad, chinese_address, chinese_city
from api.demo.seeds import chance, digits


class CompanyMaker:
    """Makes companies one after the other, remembering them so that later ones can be branches or look alike."""

    def __init__(self, draw: random.Random, taken: Taken) -> None:
        self._draw = draw
        self._taken = taken
        self._made: list[Customer] = []

    def company(self, number: int, *, chinese: bool) -> Customer:
        """The next company: one in ten is a branch of an earlier one of the same origin."""
        parents = [made for made in self._made if made.chinese == chinese and not made.parent]
        parent = self._draw.choice(parents) if parents and chance(self._draw, 0.1) else None
        made = self._make(number, parent, chinese=chinese)
        self._made.append(made)
        return made

    def _make(self, number: int, parent: Customer | None, *, chinese: bool) -> Customer:
        draw = self._draw
        culture = parent.culture if parent else "zh" if chinese else draw.choice(CULTURES)
        office = self._office(culture, parent)
        name, industry = self._branch(parent, office) if parent else self._new_name(culture, office)
        female = chance(draw, 0.45)
        contact = han_name(draw, female=female) if chinese else latin_name(draw, culture, female=female)
        line = self._taken.fresh(lambda: identifiers.office_phone(draw, office))
        # Some branches are reached through the switchboard of the head office.
        if parent and chance(draw, 0.35):
            line = parent.landline
        shared_mailbox = self._taken.fresh(lambda: self._shared_mailbox(name, office))
        if parent and chance(draw, 0.3):
            shared_mailbox = parent.second_email
        return Customer(
            entity=f"company-{number:05d}",
            chinese=chinese,
            culture=culture,
            person=contact,
            female=female,
            born=date(1980, 1, 1),
            company=name,
            mobile=self._taken.fresh(lambda: identifiers.mobile(draw, office.country, office.dialling)),
            landline=line,
            email=self._taken.fresh(lambda: self._mailbox(contact, name)),
            second_email=shared_mailbox,
            address=office,
            old_address=self._office(culture, None) if chance(draw, 0.12) and not parent else None,
            industry=industry,
            tier=tier(draw),
            title=draw.choice(words.TITLES_ZH if chinese else words.TITLES_LATIN),
            credit_code=self._credit_code(office) if chinese else "",
            handle=self._taken.fresh(lambda: self._handle(name, contact)),
            parent=parent.entity if parent else "",
        )

    def _office(self, culture: str, parent: Customer | None) -> Address:
        while True:
            if culture == "zh":
                office = chinese_address(self._draw, chinese_city(self._draw), office=True)
            else:
                office = address_abroad(self._draw, culture)
            if parent is None or office.city != parent.address.city:
                return office

    def _branch(self, parent: Customer, office: Address) -> tuple[CompanyName, str]:
        name = parent.company
        if name is None:
            message = f"{parent.entity} is no company"
            raise TypeError(message)
        city = office.city.removesuffix("市")
        return (
            CompanyName(name.place, name.brand, name.trade, name.legal_form, name.domain, name.chinese, city),
            parent.industry,
        )

    def _new_name(self, culture: str, office: Address) -> tuple[CompanyName, str]:
        draw = self._draw
        alike = [made.company for made in self._made if made.culture == culture and made.company and not made.parent]
        twin = draw.choice(alike) if alike and chance(draw, 0.06) else None
        while True:
            if culture == "zh":
                first, second = draw.sample(words.BRAND_CHARACTERS, 2)
                brand = twin.brand if twin else first[0] + second[0]
                trade, industry = draw.choice(words.TRADES_ZH)
                place, form, spelt = (
                    office.city.removesuffix("市"),
                    draw.choice(words.LEGAL_FORMS_ZH),
                    first[1] + second[1],
                )
            else:
                brand = twin.brand if twin else " ".join(draw.sample(words.BRANDS_LATIN, 2))
                trade, industry = draw.choice(words.TRADES_LATIN)
                place, form, spelt = "", words.LEGAL_FORMS_LATIN[culture], brand.replace(" ", "-").lower()
            if not any(other.brand == brand and other.trade == trade for other in alike):
                break
        if twin:
            spelt = twin.domain.removesuffix(".example")
        domain = self._taken.fresh(lambda: f"{spelt}{'-' + digits(draw, 2) if chance(draw, 0.4) else ''}.example")
        return CompanyName(place, brand, trade, form, domain, culture == "zh"), industry

    def _mailbox(self, contact: PersonName, name: CompanyName) -> str:
        letters = [
            part.replace(" ", "").replace("'", "").lower() for part in (contact.latin_given, contact.latin_family)
        ]
        number = digits(self._draw, 1) if chance(self._draw, 0.3) else ""
        return f"{'.'.join(part for part in letters if part)}{number}@{name.domain}"

    def _shared_mailbox(self, name: CompanyName, office: Address) -> str:
        word = self._draw.choice(("info", "office", "purchasing", "sales"))
        return f"{word}{'-' + office.dialling if name.branch else ''}{self._draw.choice(('', '1', '2'))}@{name.domain}"

    def _handle(self, name: CompanyName, contact: PersonName) -> str:
        stem = name.domain.removesuffix(".example").replace("-", "_")
        return f"{stem}_official" if chance(self._draw, 0.7) else handle(self._draw, contact)

    def _credit_code(self, office: Address) -> str:
        return self._taken.fresh(lambda: identifiers.credit_code(self._draw, office.code))
