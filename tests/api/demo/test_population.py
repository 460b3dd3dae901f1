from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

import phonenumbers
import pytest
from opencc import OpenCC
from stdnum.cn import ric, uscc

from api.demo import places
from api.demo.activity import YEARS
from api.demo.customers import Tier
from api.demo.identifiers import credit_check, fifteen_digits, resident_check, resident_id
from api.demo.names_zh import TRADITIONAL, han_name
from api.demo.population import make_population
from api.demo.seeds import stream
from api.demo.world import AS_OF, World


def test_the_same_seed_gives_the_same_customers_and_another_seed_others() -> None:
    first = make_population(3, 80, AS_OF)
    assert first == make_population(3, 80, AS_OF)
    assert {customer.email for customer in first}.isdisjoint(c.email for c in make_population(4, 80, AS_OF))


def test_a_larger_world_has_the_share_of_people_companies_and_chinese() -> None:
    customers = make_population(11, 1_000, AS_OF)
    assert len(customers) == len({customer.entity for customer in customers}) == 1_000
    assert sum(customer.company is not None for customer in customers) == 300
    assert 540 < sum(customer.chinese for customer in customers) < 680


@pytest.mark.parametrize("size", [1, 2, 7])
def test_the_smallest_worlds_have_exactly_their_size(size: int) -> None:
    assert len(make_population(1, size, AS_OF)) == size


def test_every_phone_is_valid(world: World) -> None:
    for customer in world.customers:
        for number in (customer.mobile, customer.landline, customer.old_mobile):
            if number:
                assert phonenumbers.is_valid_number(phonenumbers.parse(number)), number


def test_every_identifier_has_its_check_character(world: World) -> None:
    chinese = [customer for customer in world.customers if customer.chinese]
    for customer in chinese:
        if customer.company:
            assert uscc.is_valid(customer.credit_code)
        else:
            assert ric.calc_check_digit(customer.id_number) == customer.id_number[-1]
            assert customer.id_number[6:14] == f"{customer.born:%Y%m%d}"
            assert (int(customer.id_number[16]) % 2 == 0) == customer.female
    assert not any(customer.identifier for customer in world.customers if not customer.chinese)


def test_check_characters_of_worked_examples() -> None:
    # AT03 and AT04.
    assert resident_check("11010519491231002") == "X"
    assert credit_check("91310000MA1K00001") == "9"
    assert fifteen_digits("11010519491231002X") == "110105491231002"
    assert uscc.calc_check_digit("91310000MA1K00001") == credit_check("91310000MA1K00001")


def test_a_resident_number_tells_district_birth_and_sex() -> None:
    number = resident_id(stream(1, "t"), "310115", date(1988, 2, 29), female=False)
    assert number.startswith("31011519880229")
    assert int(number[16]) % 2 == 1


def test_strong_identifiers_and_first_addresses_are_of_one_customer_only(world: World) -> None:
    for field in ("email", "id_number", "credit_code", "handle"):
        values = [value for customer in world.customers if (value := getattr(customer, field))]
        assert len(values) == len(set(values)), field


def test_there_are_households_namesakes_branches_movers_and_passed_on_numbers() -> None:
    customers = make_population(11, 1_500, AS_OF)
    homes = defaultdict(list)
    for customer in customers:
        if customer.household:
            homes[customer.household].append(customer)
    together = [members for members in homes.values() if len(members) > 1]
    assert len(together) > 100
    for members in together:
        assert len({member.address for member in members}) == 1
        assert len({member.person.full for member in members}) == len(members)
    assert any(len({member.mobile for member in members}) < len(members) for members in together)
    namesakes = Counter(customer.person.full for customer in customers if not customer.company)
    assert sum(count > 1 for count in namesakes.values()) > 20
    branches = [customer for customer in customers if customer.parent]
    by_entity = {customer.entity: customer for customer in customers}
    assert len(branches) > 15
    for branch in branches:
        parent = by_entity[branch.parent]
        assert branch.name != parent.name
        assert branch.address.city != parent.address.city
        assert branch.credit_code != parent.credit_code or not branch.chinese
    assert sum(customer.old_address is not None for customer in customers) > 100
    given_up = {customer.old_mobile for customer in customers if customer.old_mobile}
    assert given_up & {customer.mobile for customer in customers}


def test_surnames_are_spelt_as_they_are_read() -> None:
    names = [han_name(stream(seed, "names"), female=seed % 2 == 0) for seed in range(4_000)]
    spelt = {name.family: name.latin_family for name in names}
    # AT09, and the other readings that a table of single characters gets wrong.
    expected = {"单": "Shan", "解": "Xie", "仇": "Qiu", "查": "Zha", "尉迟": "Yuchi", "曾": "Zeng", "区": "Ou"}
    assert expected.items() <= spelt.items()
    assert all(name.full == name.family + name.given for name in names)


def test_names_of_many_kinds_are_there() -> None:
    names = [customer.person for customer in make_population(2, 1_500, AS_OF)]
    assert any(name.family in {"欧阳", "尉迟", "诸葛", "司马"} for name in names)
    assert any("·" in name.full for name in names)
    assert any(not name.family for name in names)
    spellings = {name.family for name in names}
    assert any("'" in family for family in spellings)
    assert all(any(letter in family for family in spellings) for letter in "üéñł")
    assert all(name.latin.isascii() for name in names)


def test_activity_fits_the_tier_and_lies_before_the_date_of_the_world(world: World) -> None:
    for customer in world.customers:
        assert bool(customer.orders) == (customer.tier is not Tier.POTENTIAL)
        assert customer.needs
        for order in customer.orders:
            assert AS_OF - 2 * YEARS < order.ordered_at < AS_OF
            assert order.amount > 0
            assert order.amount == order.amount.quantize(Decimal("0.01"))


def test_chinese_districts_carry_codes_of_their_province() -> None:
    provinces: defaultdict[str, set[str]] = defaultdict(set)
    for city in places.CHINA:
        provinces[city.province].update(code[:2] for _, code in city.districts)
    assert all(len(starts) == 1 for starts in provinces.values())
    assert len({next(iter(starts)) for starts in provinces.values()}) == len(provinces)
    # The pair that AT05 asks about: one district name in two cities.
    assert sum("朝阳区" in dict(city.districts) for city in places.CHINA) == 2


def test_the_table_of_traditional_characters_agrees_with_a_converter() -> None:
    back = OpenCC("t2s").convert
    for simplified, character in TRADITIONAL.items():
        assert back(chr(character)) == chr(simplified)
