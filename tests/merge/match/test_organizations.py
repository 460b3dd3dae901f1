"""Names of organisations: legal forms written out, short words, acronyms, Chinese names and their trades."""

import pytest

from merge.match.frequency import FrequencyTable
from merge.match.organization_comparison import compare_organizations
from merge.match.outcomes import Level
from merge.standardise.companies import organization_words, standardise_organization


@pytest.mark.parametrize(
    ("raw", "core"),
    [
        ("QMI Société Anonyme", "qmi"),
        ("Goldbauer und Schmid Gesellschaft mit beschränkter Haftung", "goldbauer schmid"),
        ("Goldbauer & Schmid GmbH", "goldbauer schmid"),
        ("Acme Sp. z o.o.", "acme"),
        ("Precision Eng Svcs Limited Liability Company", "precision eng services"),
        ("Precision Eng Services LLC", "precision eng services"),
        ("Aktiengesellschaft", "aktiengesellschaft"),
        ("Zenith Intl Mfg", "zenith international manufacturing"),
        ("Rao B V", "rao b v"),
        ("苏州宏中新材料有限责任公司", "宏中新材料"),
        ("重庆远宏生物有限公司", "远宏生物"),
        ("北京大学", "北京大学"),
        ("上海银行股份有限公司", "上海银行"),
    ],
)
def test_core_names(raw: str, core: str) -> None:
    assert standardise_organization("organization.name", raw).part("core") == core


def test_the_trades_of_a_chinese_name_are_words_of_their_own() -> None:
    assert organization_words("示例信息技术") == ("示例", "信息技术")
    assert organization_words("创安生物医疗器械") == ("创安", "生物", "医疗器械")
    assert organization_words("科技") == ("科技",)
    assert organization_words("red fox") == ("red", "fox")


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("智华网络科技", "智远网络科技", Level.DIFFERENT),
        ("创安医疗器械", "创安", Level.LOOSE),
        ("quantum media international", "qmi", Level.LOOSE),
        ("schmidt huber", "suh", Level.LOOSE),
        ("digital aviation", "dac", Level.LOOSE),
        ("digital aviation", "dap", Level.DIFFERENT),
        ("horizon eng solutions", "horizon engineering solutions", Level.NEAR),
    ],
)
def test_levels(one: str, other: str, level: Level) -> None:
    nothing = FrequencyTable()
    (found,) = compare_organizations("org", ((one, "", ""),), ((other, "", ""),), nothing)
    assert found.level is level
    assert compare_organizations("org", ((other, "", ""),), ((one, "", ""),), nothing) == (found,)


def test_a_short_acronym_is_worth_less_than_a_long_one() -> None:
    nothing = FrequencyTable()

    def worth(one: str, other: str) -> int:
        (found,) = compare_organizations("org", ((one, "", ""),), ((other, "", ""),), nothing)
        return found.bits

    assert worth("north star", "ns") < worth("north star media", "nsm")


def test_one_name_in_two_cities_is_at_most_loose() -> None:
    (found,) = compare_organizations("org", (("示例科技", "上海", ""),), (("示例科技", "北京", ""),), FrequencyTable())
    assert found.level is Level.LOOSE
    (found,) = compare_organizations("org", (("示例科技", "上海", ""),), (("示例科技", "3101", ""),), FrequencyTable())
    assert found.level is Level.EXACT
