"""Columns recognised from names and values, in English and Chinese."""

import pytest

from merge.match.columns import IGNORE, SOURCE, suggest


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


def test_values_tell_where_the_name_does_not() -> None:
    assert suggest("c7", ["11010519491231002X", "310101199001011234"]).attribute == "id.cn.ric"
