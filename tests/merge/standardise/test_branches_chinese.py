"""Shops and offices in Chinese companies' names."""

import pytest

from core.records import AttributeValue
from merge.match.features import features
from merge.match.frequency import FrequencyTable
from merge.match.organization_comparison import SAME_BRANCH, SAME_TOWN, compare_organizations
from merge.match.outcomes import Level, Outcome
from merge.standardise.record import standardise, standardise_value


def name_of(raw: str) -> tuple[str, str, str]:
    value = standardise_value("organization.name", raw)
    return value.part("core"), value.part("city"), value.part("branch")


@pytest.mark.parametrize(
    ("raw", "core", "city", "branch"),
    [
        ("东鼎大药房(银泰店)", "东鼎大药房", "", "银泰店"),
        ("东鼎大药房银泰分店", "东鼎大药房", "", "银泰店"),
        ("东鼎超市-万达店", "东鼎超市", "", "万达店"),
        ("东鼎超市 万达店", "东鼎超市", "", "万达店"),
        ("成都东鼎超市连锁有限公司万达店", "东鼎超市", "成都", "万达店"),
        ("东鼎火锅（光明路店）", "东鼎火锅", "", "光明店"),
        ("东鼎光明路分店", "东鼎", "", "光明店"),
        ("广州市东鼎建筑工程有限公司（沈阳）", "东鼎建筑工程", "广州", "沈阳分公司"),
        ("东鼎电子股份有限公司（天津）", "东鼎电子", "天津", ""),
        ("广东东鼎（广州）贸易有限公司", "东鼎贸易", "广州", ""),
    ],
)
def test_a_shop_is_known_by_its_place(raw: str, core: str, city: str, branch: str) -> None:
    assert name_of(raw) == (core, city, branch)


@pytest.mark.parametrize(
    "raw", ["全季酒店", "新华书店", "东来顺饭店", "东鼎大药房", "东鼎便利店", "东鼎大药房连锁总店", "某店"]
)
def test_a_trade_is_no_place(raw: str) -> None:
    assert name_of(raw)[2] == ""


@pytest.mark.parametrize(
    "raw",
    [
        "*东鼎贸易有限公司（停用）",
        "东鼎贸易有限公司 VIP",
        "东鼎贸易有限公司（含税）",
        "东鼎贸易Ｃｏ．，Ｌｔｄ",
        "东鼎贸易有限 公司",
    ],
)
def test_what_clerks_note_is_no_part_of_a_name(raw: str) -> None:
    assert name_of(raw) == ("东鼎贸易", "", "")


def compared(one: str, other: str) -> Outcome:
    left, right = (
        features(standardise([AttributeValue("organization.name", name)])).get("org") for name in (one, other)
    )
    return compare_organizations("org", left, right, FrequencyTable())[0]


def test_the_place_that_two_names_tell_is_worth_something_of_its_own() -> None:
    shop, chain = compared("东鼎超市(万达店)", "东鼎超市万达分店"), compared("东鼎超市", "东鼎超市")
    assert (shop.level, shop.bits - chain.bits) == (Level.EXACT, SAME_BRANCH)
    assert compared("东鼎超市(万达店)", "东鼎超市(银泰店)").level is Level.DIFFERENT


def test_one_name_in_one_town_is_worth_more_than_in_towns_that_nobody_tells() -> None:
    named, silent = compared("成都东鼎贸易有限公司", "成都市东鼎贸易公司"), compared("东鼎贸易有限公司", "东鼎贸易公司")
    assert (named.level, named.bits - silent.bits) == (Level.EXACT, SAME_TOWN)
    assert compared("成都东鼎贸易有限公司", "重庆东鼎贸易有限公司").level is Level.LOOSE


def test_a_text_is_not_searched_for_shops() -> None:
    text = "东鼎超市" * 1000 + "*" * 5000 + "万达店"
    assert name_of(text) == (text, "", "")
