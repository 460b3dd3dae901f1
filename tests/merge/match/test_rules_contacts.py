"""Contacts of one's own with and without names: what is AUTO, what a steward must see."""

import pytest

from core.records import AttributeValue
from merge.match.model import Model
from merge.match.score import PairScore, Verdict, score_pair
from merge.standardise.record import standardise

Values = dict[str, str]


def score(one: Values, other: Values) -> PairScore:
    left, right = (
        standardise([AttributeValue(name, value) for name, value in values.items()]) for values in (one, other)
    )
    return score_pair(left, right, Model())


MOBILE, OTHER = "13800138000", "13900139000"
MAIL = "eli.memet@example.com"


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        # Both contacts agree and the names stand in scripts that pinyin does not bridge.
        (
            {"person.full_name": "艾力·买买提", "phone": MOBILE, "email": MAIL},
            {"person.full_name": "Eli Memet", "phone": MOBILE, "email": MAIL},
            Verdict.AUTO,
        ),
        # Both contacts agree and the names are two people's: a household with one mailbox.
        (
            {"person.full_name": "王芳", "phone": MOBILE, "email": MAIL},
            {"person.full_name": "李强", "phone": MOBILE, "email": MAIL},
            Verdict.REVIEW,
        ),
        ({"person.full_name": "王芳", "email": MAIL}, {"email": MAIL}, Verdict.AUTO),
        ({"person.full_name": "王芳", "email": "info@example.com"}, {"email": "info@example.com"}, Verdict.NO),
        ({"person.full_name": "王芳", "email": "sales2@example.com"}, {"email": "sales2@example.com"}, Verdict.NO),
        ({"person.full_name": "王芳", "phone": MOBILE}, {"phone": MOBILE}, Verdict.AUTO),
        ({"person.full_name": "王芳", "phone": MOBILE}, {"person.full_name": "李强", "phone": MOBILE}, Verdict.REVIEW),
        ({"person.full_name": "王芳", "phone": MOBILE}, {"person.full_name": "王芳", "phone": OTHER}, Verdict.NO),
        (
            {"organization.name": "长沙通启纺织有限责任公司", "phone": MOBILE, "person.full_name": "韩媛莉"},
            {"organization.name": "长沙通启纺织有限责任公司（官方）", "phone": MOBILE},
            Verdict.AUTO,
        ),
        # An emoji or a city behind a stroke is no part of a name.
        (
            {"person.full_name": "Elke Ackermann🍀", "email": "elke.a@example.com"},
            {"person.full_name": "Ackermann, Elke", "email": "elke.a@example.com"},
            Verdict.AUTO,
        ),
        (
            {"person.full_name": "李娜_北京", "phone": MOBILE},
            {"person.full_name": "李娜", "phone": MOBILE},
            Verdict.AUTO,
        ),
        # What a mask shows is many people's: it never joins alone, and speaks beside a name.
        ({"phone": "138****8000"}, {"phone": "138****8000"}, Verdict.NO),
        ({"email": "z***@qq.com"}, {"email": "z***@qq.com"}, Verdict.NO),
        (
            {"person.full_name": "王芳", "phone": "138****8000"},
            {"person.full_name": "王芳", "phone": MOBILE},
            Verdict.AUTO,
        ),
        (
            {"person.full_name": "王芳", "phone": "139****8000"},
            {"person.full_name": "王芳", "phone": MOBILE},
            Verdict.NO,
        ),
    ],
)
def test_contacts_and_names(one: Values, other: Values, verdict: Verdict) -> None:
    found = score(one, other)
    assert found.verdict is verdict
    assert score(other, one) == found


def test_a_different_verified_identifier_parts_whatever_else_agrees() -> None:
    same = {"phone": MOBILE, "email": MAIL, "person.full_name": "张三"}
    found = score({**same, "id.cn.ric": "310101199001011234"}, {**same, "id.cn.ric": "330106198505123417"})
    assert found.veto
    assert found.verdict is Verdict.NO
