"""Columns recognised from names and values, in English and Chinese."""

import pytest

from merge.match.columns import IGNORE, SOURCE, header_words, suggest
from merge.match.headers import EXACT


@pytest.mark.parametrize(
    ("header", "values", "attribute"),
    [
        ("dob", ["1980-01-02"], "person.birth_date"),
        ("CustomerPhoneNo", ["13800138000"], "phone"),
        ("手机号", ["13800138000"], "phone"),
        ("客户姓名", ["张三"], "person.full_name"),
        ("出生日期", ["1980年1月2日"], "person.birth_date"),
        ("统一社会信用代码", ["91310000MA1K000019"], "id.cn.uscc"),
        ("身份证号", ["11010519491231002X"], "id.cn.ric"),
        ("soc_sec_id", ["4732796"], "id.ssn"),
        ("postcode_fake", ["se1 8xu"], "address.postcode"),
        ("订单号", ["A-1"], "transaction.number"),
        ("金额", ["12.50"], "transaction.amount"),
        ("投诉内容", ["坏了"], "feedback.text"),
        ("Nachname", ["Müller"], "person.family_name"),
        ("surname", ["Lee"], "person.family_name"),
        ("Nom de famille", ["Lefèvre"], "person.family_name"),
        ("Né(e) le", ["03/04/1980"], "person.birth_date"),
        ("Geb.-Dat.", ["3.4.1980"], "person.birth_date"),
        ("Straße und Hausnummer", ["Hauptstr. 3"], "address.street"),
        ("Courriel", ["a@b.example"], "email"),
        ("Raison sociale", ["Dupont SARL"], "organization.name"),
        ("Дата рождения", ["03.04.1980"], "person.birth_date"),
        ("联络电话", ["13800138000"], "phone"),
        ("生年月日", ["1980年1月2日"], "person.birth_date"),
        ("客户名称", ["上海示例科技有限公司", "北京甲乙丙公司"], "organization.name"),
        ("name", ["Anna Lee", "Bob Stone", "Karin Maria Berg"], "person.full_name"),
        ("name", ["Red Fox Ltd", "Blue Sky GmbH"], "organization.name"),
        ("contact_1", ["a@b.org", "c@d.org"], "email"),
        ("phone_type", ["HOME"], "text.phone_type"),
        ("by", ["x"], "text.by"),
        ("favourite colour", ["red"], "text.favourite_colour"),
        ("cluster_id", ["c1"], IGNORE),
        ("source", ["crm"], SOURCE),
    ],
)
def test_columns(header: str, values: list[str], attribute: str) -> None:
    assert suggest(header, values).attribute == attribute


def test_values_that_contradict_the_name_lower_the_confidence() -> None:
    assert suggest("dob", ["1980-01-02"]).confidence > 0.9
    assert suggest("dob", ["red", "green"]).confidence < 0.5


def test_dates_over_many_years_are_of_birth() -> None:
    births = [f"{year}-03-{year % 28 + 1:02d}" for year in range(1940, 2000)]
    assert suggest("c9", births).attribute == "person.birth_date"
    assert suggest("customer since", births).attribute == "text.customer_since"
    assert suggest("c9", [f"2024-03-{day:02d}" for day in range(1, 29)]).attribute == "text.c9"


def test_every_header_written_down_can_be_met() -> None:
    assert [header for header in EXACT if header_words(header) != header] == []


def test_values_tell_where_the_name_does_not() -> None:
    assert suggest("c7", ["11010519491231002X", "310101199001011234"]).attribute == "id.cn.ric"
