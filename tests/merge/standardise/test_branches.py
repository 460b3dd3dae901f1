"""Branches in companies' names, and Chinese companies' names as they read in Latin letters."""

import pytest

from core.records import AttributeValue
from merge.match.features import READ, features
from merge.match.frequency import FrequencyTable
from merge.match.organization_comparison import compare_organizations
from merge.match.outcomes import Level
from merge.match.rules import fired
from merge.standardise.branches import branches_differ
from merge.standardise.record import standardise, standardise_value


@pytest.mark.parametrize(
    ("raw", "core", "branch"),
    [
        ("Bäckerei Hirsch AG Filiale 109", "backerei hirsch", "#109"),
        ("BÄCKEREI HIRSCH AG - FIL. 109", "backerei hirsch", "#109"),
        ("Bäckerei Hirsch #109", "backerei hirsch", "#109"),
        ("Booth Consulting L.L.P. / Branch No. 125", "booth consulting", "#125"),
        ("7-Eleven Store #0012", "7 eleven", "#12"),
        ("Booth Consulting (London Branch)", "booth consulting", "#london"),
        ("Booth Ltd, Branch Manchester", "booth", "#manchester"),
        ("AXIVIA CO. STORE ARLINGTON", "axivia", "#arlington"),
        ("Rapira SL Sucursal Almería", "rapira", "#almeria"),
        ("Schmidt GmbH Niederlassung Bad Homburg", "schmidt", "#bad homburg"),
        ("Schmidt Reisen Zweigniederlassung Köln", "schmidt reisen", "#koln"),
        ("Kowalski Sp. z o.o. Oddział w Krakowie", "kowalski", "#krakowie"),
        ("Dupont SARL - Agence Lyon", "dupont", "#lyon"),
        ("Hengshun Software Co., Ltd. Chengdu Branch", "hengshun software", "#chengdu"),
        ("恒顺软件有限公司（成都）分公司", "恒顺软件", "成都分公司"),
        ("盛泰仪器南京分", "盛泰仪器", "南京分公司"),
        ("创方物流有限", "创方物流", ""),
        ("骏航旺进出口有限公司长沙）营业部", "骏航旺进出口", "长沙营业部"),
        ("Schmidt GmbH - Head Office", "schmidt", ""),
        ("Weingut Schmidt - Zentrale", "weingut schmidt", ""),
    ],
)
def test_a_branch_is_no_part_of_the_name(raw: str, core: str, branch: str) -> None:
    found = standardise_value("organization.name", raw)
    assert (found.part("core"), found.part("branch")) == (core, branch)


@pytest.mark.parametrize(
    "raw",
    [
        "Olive Branch", "Olive Branch Catering", "Apple Store", "The Body Shop", "Peter's Bike Shop, Oxford",
        "Studio 54", "Hotel Filiale", "Zentrale GmbH", "Agence Lyon Immobilier", "Main Office Supplies Ltd",
        "Coffee Shop London", "Site Services Ltd", "Fil. 105", "Level 3",
    ],
)  # fmt: skip
def test_names_that_only_look_like_one_keep_their_words(raw: str) -> None:
    found = standardise_value("organization.name", raw)
    assert not found.part("branch")
    assert len(found.part("core").split()) >= len([word for word in raw.split() if word not in {"The", "GmbH", "Ltd"}])


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("", "", False),
        ("#12", "#12", False),
        ("#12", "#13", True),
        ("", "#12", False),
        ("", "北京分公司", True),
        ("#12", "北京分公司", True),
    ],
)
def test_a_note_that_is_left_away_says_nothing(one: str, other: str, *, differ: bool) -> None:
    assert branches_differ(one, other) is differ
    assert branches_differ(other, one) is differ


def _level(one: str, other: str) -> Level:
    left, right = (features(standardise([AttributeValue("organization.name", raw)])).get("org") for raw in (one, other))
    assert compare_organizations("org", left, right, FrequencyTable()) == compare_organizations(
        "org", right, left, FrequencyTable()
    )
    return compare_organizations("org", left, right, FrequencyTable())[0].level


def test_two_stores_are_two_and_the_firm_may_be_either() -> None:
    assert _level("Nordfix Store #12", "Nordfix Store #13") is Level.DIFFERENT
    assert _level("Nordfix Ltd Store 12", "NORDFIX - STORE #012") is Level.EXACT
    assert _level("Nordfix", "Nordfix Store #12") is Level.NEAR


def test_a_firm_and_its_store_are_left_to_the_weights_and_two_stores_are_a_relation() -> None:
    def made(name: str) -> list[AttributeValue]:
        return [AttributeValue("organization.name", name), AttributeValue("phone", "+442079460000")]

    firm, one, other = (
        features(standardise(made(name))) for name in ("Nordfix Ltd", "Nordfix Store #12", "Nordfix Store #13")
    )
    found = fired("cn-customer-v1", one, other, FrequencyTable())
    assert found is not None
    assert found.rule == "branch"
    assert fired("cn-customer-v1", firm, one, FrequencyTable()) is None


@pytest.mark.parametrize(
    ("raw", "latin"),
    [
        ("北京东利机械设备有限公司", "beijing dongli machinery equipment"),
        ("东华汽车零部件(杭州)有限公司", "hangzhou donghua auto parts"),
        ("华为技术有限公司", "huawei technology"),
        ("北京大学", "beijing university"),
        ("ABC科技有限公司", "abc technology"),
        ("上海示例科技有限公司北京分公司", "shanghai shili technology"),
    ],
)
def test_a_chinese_company_reads_so_in_latin_letters(raw: str, latin: str) -> None:
    assert standardise_value("organization.name", raw).part("latin") == latin


def test_its_reading_is_compared_with_latin_names_alone() -> None:
    assert _level("北京东利机械设备有限公司", "Beijing Dongli Machinery Equipment Co., Ltd") is Level.EXACT
    assert _level("东利机械设备有限公司", "Dongli Machinery Co., Ltd") >= Level.LOOSE
    # 东利 and 冬丽 sound alike and are two companies.
    assert _level("北京东利机械设备有限公司", "北京冬丽机械设备有限公司") is Level.DIFFERENT
    assert _level("北京东利机械设备有限公司", "Shanghai Fengmei Medical Instruments Co., Ltd") is Level.DIFFERENT


def test_a_branch_is_one_in_both_scripts() -> None:
    assert _level("恒顺软件有限公司成都分公司", "Hengshun Software Co., Ltd. Chengdu Branch") is Level.EXACT
    assert _level("恒顺软件有限公司成都分公司", "Hengshun Software Co., Ltd. Wuhan Branch") is Level.DIFFERENT


def test_the_reading_is_an_alternative_without_a_city() -> None:
    found = features(standardise([AttributeValue("organization.name", "北京东利机械设备有限公司")])).get("org")
    assert found == (("beijing dongli machinery equipment", READ, ""), ("东利机械设备", "北京", ""))


@pytest.mark.parametrize("piece", ["branch ", "a ", "#", "ltd. ", " - store", "12 "])
def test_a_text_of_ten_thousand_characters_has_no_branch(piece: str) -> None:
    raw = "x " + piece * (10_000 // len(piece)) + " branch 12"
    assert not standardise_value("organization.name", raw).part("branch")
