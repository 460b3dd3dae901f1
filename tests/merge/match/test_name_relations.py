"""Names of people in two scripts, spellings and moods: what rules call them to each other."""

import pytest

from core.records import AttributeValue
from merge.match.features import Features, features
from merge.match.model import Model
from merge.match.name_comparison import compare_names
from merge.match.name_relations import NameRelation, name_relation
from merge.match.outcomes import Level
from merge.match.score import Verdict, score_pair
from merge.standardise.record import Standardised, standardise


def named(name: str, **contacts: str) -> Standardised:
    values = [AttributeValue("person.full_name", name)] if name else []
    return standardise([*values, *(AttributeValue(kind.replace("__", "."), value) for kind, value in contacts.items())])


def called(name: str) -> Features:
    return features(named(name))


def levels(one: str, other: str) -> dict[str, Level]:
    found = compare_names(called(one).get("name"), called(other).get("name"), Model().frequency)
    return {outcome.slot: outcome.level for outcome in found}


@pytest.mark.parametrize(
    ("one", "other", "family", "given"),
    [
        ("Gérard E Lacombe", "Lacombe Gérard Eugène", Level.EXACT, Level.EXACT),
        ("Christopher Waltraud Ladeck", "Ladeck Christopher", Level.EXACT, Level.EXACT),
        ("Brooks Waltrud", "Brooks Waltrud Benjamin", Level.EXACT, Level.EXACT),
        ("Gerard Eugene Lacombe", "Lacomb Gerard", Level.NEAR, Level.EXACT),
        ("Mary Ann Smith", "Mary Ann Stone", Level.DIFFERENT, Level.EXACT),
        ("Gerard Eugene Lacombe", "Lacombe Pierre", Level.DIFFERENT, Level.DIFFERENT),
        ("Virginia M Cole", "Virginia D Cole", Level.EXACT, Level.LOOSE),
        ("Virginia M Cole", "Virginia Cole", Level.EXACT, Level.EXACT),
        ("García López María", "María García López", Level.EXACT, Level.EXACT),
        ("García López, María", "María García López", Level.EXACT, Level.EXACT),
        ("Ann Mary Smith", "Mary Ann Smith", Level.EXACT, Level.LOOSE),
        ("Lin Ding Hao", "Hao Lin Ding", Level.DIFFERENT, Level.DIFFERENT),
        ("Janet Kerr", "Jno Kerr", Level.EXACT, Level.DIFFERENT),
        ("John Kerr", "Jno Kerr", Level.EXACT, Level.NEAR),
        ("김민수", "박민수", Level.DIFFERENT, Level.EXACT),
        ("Tyler Mendez Jr", "Tyler Mendez Sr", Level.EXACT, Level.DIFFERENT),
        ("Tyler Mendez Jr", "Tyler Mendez II", Level.EXACT, Level.EXACT),
        ("Tyler Mendez Jr", "Tyler Mendez", Level.EXACT, Level.EXACT),
    ],
)
def test_words_in_another_order_middle_names_and_generations(one: str, other: str, family: Level, given: Level) -> None:
    for found in (levels(one, other), levels(other, one)):
        assert (found["family"], found["given"]) == (family, given)


def test_another_surname_is_another_person_whatever_stands_behind_it() -> None:
    assert levels("王女士", "李静")["family"] == Level.DIFFERENT
    assert levels("王女士", "王静")["family"] == Level.EXACT


def test_a_father_and_a_son_are_no_same_name() -> None:
    assert name_relation(called("Tyler Mendez Jr"), called("Tyler Mendez Sr")) is NameRelation.DIFFERENT
    assert name_relation(called("Tyler Mendez Jr"), called("Mendez, Tyler Jr")) is NameRelation.SAME


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("黄亚强", "Wong Ya Qiang", NameRelation.PINYIN),
        ("何志玲", "Ho Zhi-Ling", NameRelation.PINYIN),
        ("单雄信", "Dan Xiongxin", NameRelation.DIFFERENT),
        ("Huang Yaqiang", "Wong Ya Qiang", NameRelation.SAME),
        ("Yaqiang Huang", "Huang Ya-Qiang", NameRelation.SAME),
        ("Tian Li Lin", "Tian Lina", NameRelation.DIFFERENT),
        ("李家美", "阳光家美🌹", NameRelation.NICKNAME),
        ("邵梓明", "小梓明93", NameRelation.NICKNAME),
        ("苏慧", "小慧", NameRelation.NICKNAME),
        ("高若婷", "🌸若婷~", NameRelation.NICKNAME),
        ("刘波", "阳光波90", NameRelation.NICKNAME),
        ("李家美", "王家美", NameRelation.DIFFERENT),
        ("刘波", "王海波", NameRelation.DIFFERENT),
        ("李美", "欧阳美", NameRelation.DIFFERENT),
        ("白老师", "Bai Deyu", NameRelation.UNKNOWN),
        ("白老师", "Huang Deyu", NameRelation.DIFFERENT),
    ],
)
def test_relations(one: str, other: str, relation: NameRelation) -> None:
    assert name_relation(called(one), called(other)) is relation
    assert name_relation(called(other), called(one)) is relation


def test_a_surname_is_found_at_either_end_of_pinyin() -> None:
    for spelling in ("Tang Xiao Ming", "Xiaoming Tang", "Tang, Xiao-Ming", "TANG Xiaoming"):
        ((family, given, *_),) = called(spelling).get("name")
        assert (family, given.replace(" ", "")) == ("tang", "xiaoming")
    ((family, given, *_),) = called("Anna Lee").get("name")
    assert (family, given) == ("lee", "anna")


def test_a_given_name_that_is_no_pinyin_speaks_neither_way() -> None:
    assert levels("张伟", "David Cheung") == {"family": Level.NEAR, "given": Level.MISSING}
    assert levels("张伟", "Zhang Min") == {"family": Level.NEAR, "given": Level.DIFFERENT}


def test_two_given_names_in_pinyin_that_are_alike_are_two_names() -> None:
    assert levels("Yu Jinjing", "Yu Jiating")["given"] is Level.DIFFERENT
    assert levels("Li Na", "Li Nan")["given"] is Level.LOOSE


@pytest.mark.parametrize(
    ("one", "other", "verdict", "rule"),
    [
        (named("冯刚", handle__wechat="fg_1980"), named("冯刚", handle__wechat="fg_1980"), Verdict.AUTO, "R14"),
        (named("冯刚", handle__wechat="fg_1980"), named("小刚82", handle__wechat="fg_1980"), Verdict.AUTO, "R14"),
        (named("冯刚", handle__wechat="fg_1980"), named("李强", handle__wechat="fg_1980"), Verdict.REVIEW, "R15"),
        (
            named("邹敏", phone="13800138000", handle__wechat="zm_1975"),
            named("Tsou Min", phone="13800138000", handle__wechat="zm_1975"),
            Verdict.AUTO,
            "R10",
        ),
        (named("李家美", phone="13800138000"), named("阳光家美", phone="13800138000"), Verdict.AUTO, "R12"),
        (named("李家美", phone="13800138000"), named("王家美", phone="13800138000"), Verdict.REVIEW, "R7"),
    ],
)
def test_accounts_and_nicknames(one: Standardised, other: Standardised, verdict: Verdict, rule: str) -> None:
    found = score_pair(one, other, Model())
    assert (found.verdict, found.rule) == (verdict, rule)
    assert score_pair(other, one, Model()) == found
