"""The worked examples about pairs (acceptance AT02, AT04 to AT07, AT09, AT11), with the default model and rules."""

from core.records import AttributeValue
from merge.match.model import Model
from merge.match.score import PairScore, Verdict, score_pair
from merge.standardise.record import Standardised, standardise

NAME, MOBILE = "person.full_name", "13800138000"


def record(**values: str) -> Standardised:
    return standardise([AttributeValue(name.replace("__", "."), value) for name, value in values.items()])


def score(a: Standardised, b: Standardised) -> PairScore:
    found = score_pair(a, b, Model())
    assert found == score_pair(b, a, Model())
    return found


def test_AT02_same_name_and_mobile_is_one_customer() -> None:
    found = score(
        record(person__full_name="張三 先生", phone=MOBILE), record(person__full_name="张三", phone="+86-138-0013-8000")
    )
    assert (found.verdict, found.rule) == (Verdict.AUTO, "R2")


def test_AT04_same_credit_code_whatever_the_names() -> None:
    code = "91310000MA1K000019"
    found = score(
        record(organization__name="甲公司", id__cn__uscc=code), record(organization__name="乙集团", id__cn__uscc=code)
    )
    assert (found.verdict, found.rule) == (Verdict.AUTO, "R1")
    assert found.probability > 0.999


def test_AT06_pinyin_and_homophone() -> None:
    qin = record(person__full_name="李友琴", phone=MOBILE)
    latin = score(qin, record(person__full_name="LI Youqin", phone=MOBILE))
    assert (latin.verdict, latin.rule, round(latin.probability, 2)) == (Verdict.AUTO, "R4", 0.93)
    homophone = score(qin, record(person__full_name="李友勤", phone=MOBILE))
    assert (homophone.verdict, homophone.rule, round(homophone.probability, 2)) == (Verdict.REVIEW, "R8", 0.80)


def test_AT07_two_valid_identifiers_are_two_customers() -> None:
    found = score(
        record(person__full_name="张三", phone=MOBILE, id__cn__ric="310101199001011234"),
        record(person__full_name="张三", phone=MOBILE, id__cn__ric="330106198505123417"),
    )
    assert (found.verdict, found.veto) == (Verdict.NO, "different.id.cn.ric")


def test_AT09_polyphone_surname() -> None:
    han = record(person__full_name="单雄信", email="x@example.com")
    assert score(han, record(person__full_name="Shan Xiongxin", email="x@example.com")).verdict is Verdict.AUTO
    assert score(han, record(person__full_name="Dan Xiongxin", email="x@example.com")).verdict is Verdict.REVIEW


def test_AT11_company_and_branch() -> None:
    company = record(organization__name="上海示例科技有限公司")
    twin = score(company, record(organization__name="示例科技（上海）有限公司"))
    assert (twin.verdict, twin.rule, round(twin.probability, 2)) == (Verdict.REVIEW, "R5", 0.85)
    branch = score(company, record(organization__name="上海示例科技有限公司北京分公司"))
    assert (branch.verdict, branch.relation) == (Verdict.NO, "branch")


def test_one_mobile_under_two_names_is_for_a_steward() -> None:
    found = score(record(person__full_name="王芳", phone=MOBILE), record(person__full_name="李强", phone=MOBILE))
    assert (found.verdict, found.rule) == (Verdict.REVIEW, "R7")


def test_a_name_and_an_address_alone_are_for_a_steward() -> None:
    found = score(
        record(person__full_name="王芳", address__full="北京市朝阳区建国路88号院3号楼1201室"),
        record(person__full_name="王芳", address__full="北京朝阳建国路八十八号院三号楼1201"),
    )
    assert (found.verdict, found.rule) == (Verdict.REVIEW, "R6")


def test_people_of_one_household_are_not_one_customer() -> None:
    def person(given: str) -> Standardised:
        return record(
            person__given_name=given,
            person__family_name="Lindqvist",
            phone="+46 8 123 456 78",
            address__street="12 Long Street",
            address__city="Uppsala",
            address__postcode="75310",
        )

    assert score(person("Karin"), person("Anders")).verdict is Verdict.NO
