"""The worked examples about normalisation (acceptance AT01 to AT06, AT10)."""

import pytest

from merge.standardise.record import standardise_value
from merge.standardise.values import StandardValue, Validity


def name(raw: str) -> StandardValue:
    return standardise_value("person.full_name", raw)


@pytest.mark.parametrize(
    "raw", ["138 0013 8000", "+86-138-0013-8000", "0086 13800138000", "１３８００１３８０００", "86 13800138000"]
)
def test_AT01_phone(raw: str) -> None:
    found = standardise_value("phone", raw)
    assert (found.normal, found.validity, found.part("kind")) == ("+8613800138000", Validity.VALID, "mobile")
    assert found.raw == raw


def test_AT01_landline_with_extension() -> None:
    found = standardise_value("phone", "010-8888 6666 转 601")
    assert (found.normal, found.part("kind")) == ("+861088886666;ext=601", "landline")


def test_AT01_too_short() -> None:
    found = standardise_value("phone", "1380013800")
    assert (found.raw, found.validity, found.rule) == ("1380013800", Validity.INVALID, "phone.length")


@pytest.mark.parametrize("raw", ["張三 先生", "张三", "　张 三　", "张三（总经理）"])
def test_AT02_name(raw: str) -> None:
    assert name(raw).normal == "张三"
    assert name(raw).raw == raw


def test_AT02_titles_stand_apart() -> None:
    assert name("张三（总经理）").part("title") == "总经理"
    assert name("張三 先生").part("title") == "先生"
    assert name("Dr. Ann Lee").part("title") == "dr"


def test_AT03_resident_id() -> None:
    old = standardise_value("id.cn.ric", "110105491231002")
    new = standardise_value("id.cn.ric", "11010519491231002x")
    assert old.normal == new.normal == "11010519491231002X"
    assert (new.validity, new.part("birth_date"), new.part("sex")) == (Validity.VALID, "1949-12-31", "F")
    wrong = standardise_value("id.cn.ric", "110105194912310021")
    assert (wrong.validity, wrong.rule) == (Validity.INVALID, "id.check")


def test_AT03_the_check_digit_decides_not_the_area() -> None:
    from merge.standardise.identifiers import ric_check_digit  # noqa: PLC0415  (makes numbers for this test alone)

    for first in ("31011519900307203", "32050819900307203"):
        assert standardise_value("id.cn.ric", first + ric_check_digit(first)).validity is Validity.VALID


def test_AT04_credit_code() -> None:
    assert standardise_value("id.cn.uscc", "91310000MA1K000019").validity is Validity.VALID
    wrong = standardise_value("id.cn.uscc", "91310000MA1K000018")
    assert (wrong.validity, wrong.rule) == (Validity.INVALID, "uscc.check")


def test_AT05_address() -> None:
    one = standardise_value("address.full", "北京市朝阳区建国路88号院3号楼1201室")
    two = standardise_value("address.full", "北京朝阳建国路八十八号院三号楼1201")
    other = standardise_value("address.full", "长春市朝阳区建国路88号院3号楼1201室")
    assert one.normal == two.normal
    assert one.part("adcode") == "110105"
    assert other.normal != one.normal
    assert other.part("adcode") == "220104"


def test_AT06_pinyin_parts() -> None:
    assert name("李友琴").part("pinyin") == name("李友勤").part("pinyin") == "li youqin"


@pytest.mark.parametrize(
    ("raw", "family", "reading"),
    [("单雄信", "单", "shan"), ("解晓东", "解", "xie"), ("仇英", "仇", "qiu"), ("查良镛", "查", "zha"),
     ("尉迟恭", "尉迟", "yuchi"), ("曾国藩", "曾", "zeng"), ("欧阳修", "欧阳", "ouyang")],
)  # fmt: skip
def test_AT09_surname_readings(raw: str, family: str, reading: str) -> None:
    assert (name(raw).part("family"), name(raw).part("family_pinyin")) == (family, reading)


def test_AT10_minority_name() -> None:
    keys = {name(raw).normal for raw in ("阿卜杜拉·买买提", "阿卜杜拉•买买提", "阿卜杜拉 买买提")}
    assert len(keys) == 1


def test_AT11_company_core_name() -> None:
    one = standardise_value("organization.name", "上海示例科技有限公司")
    two = standardise_value("organization.name", "示例科技（上海）有限公司")
    branch = standardise_value("organization.name", "上海示例科技有限公司北京分公司")
    assert (one.part("core"), one.part("city")) == (two.part("core"), two.part("city")) == ("示例科技", "上海")
    assert branch.part("branch") == "北京分公司"


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [
        ("上海市朝阳区建国路88号", True),
        ("江苏省杭州市西湖区文三路1号", True),
        ("杭州市昆山市前进路1号", True),
        ("江苏省昆山市前进路1号", False),
        ("北京市朝阳区建国路88号", False),
        # A market's road, a development zone and a district younger than the table are no contradictions.
        ("上海市海门市场路3号", False),
        ("成都市高新区天府大道1号", False),
        ("杭州市临平区1号", False),
        ("建国路88号", False),
    ],
)
def test_AT13_a_division_under_another_province_fails_its_check(raw: str, *, wrong: bool) -> None:
    found = standardise_value("address.full", raw)
    assert (found.validity is Validity.INVALID, found.rule) == (wrong, "address.adcode" if wrong else None)
    assert found.raw == raw
