"""Chinese who are called by a part of their name, and what some write behind it."""

import pytest

from core.records import AttributeValue
from merge.match.features import Features, features
from merge.match.name_relations import NameRelation, name_relation
from merge.resolve.keying import name_code
from merge.standardise.record import standardise, standardise_value


def called(name: str) -> Features:
    return features(standardise([AttributeValue("person.full_name", name)]))


@pytest.mark.parametrize(
    ("written", "family", "given"),
    [
        ("夏女士-中海翡翠城", "夏", ""),
        ("王先生 香榭雅苑", "王", ""),
        ("欧阳小姐/万科", "欧阳", ""),
        ("王小明-北京", "王", "小明"),
        ("敏姐", "", "敏"),
        ("孟叔叔", "孟", ""),
        ("小俞", "俞", ""),
        ("阿雯", "", "雯"),
        ("娟娟", "", "娟"),
        ("燕儿", "", "燕"),
        ("Leo张", "张", ""),
        ("Queenie李", "李", ""),
        ("王静静", "王", "静静"),
        ("帕提古丽・依明", "", "帕提古丽依明"),
    ],
)
def test_what_is_told_of_a_name(written: str, family: str, given: str) -> None:
    found = standardise_value("person.full_name", written)
    assert (found.part("family"), found.part("given")) == (family, given)


@pytest.mark.parametrize("written", ["风中的樱桃35", "小红书用户8812", "测试张三", "18154921409"])
def test_who_gives_no_name(written: str) -> None:
    assert standardise_value("person.full_name", written).normal == ""


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("宋卫敏", "敏姐", NameRelation.NICKNAME),
        ("宋卫敏", "静姐", NameRelation.DIFFERENT),
        ("李静", "王先生", NameRelation.DIFFERENT),
        ("王静", "王先生", NameRelation.UNKNOWN),
        ("敏姐", "王先生", NameRelation.UNKNOWN),
    ],
)
def test_how_parts_of_names_relate(one: str, other: str, relation: NameRelation) -> None:
    left, right = called(one), called(other)
    assert name_relation(left, right) is relation
    assert name_relation(right, left) is relation


def test_one_character_of_a_given_name_bears_no_contact() -> None:
    assert name_code(called("敏姐")) == ""
    assert name_code(called("宋卫敏")) == "songweimin"
