"""Companies that wait for a person: at two places, and of names that are only alike. Accounts that are none."""

import pytest

from core.records import AttributeValue
from merge.match.model import Model
from merge.match.score import Verdict, score_pair
from merge.standardise.record import Standardised, standardise

SITE = {"organization.name": "Greenleaf Foods Ltd", "website": "greenleaffoods.example"}
NAME = {"organization.name": "Greenleaf Foods Ltd"}
LEEDS = {"address.street": "73 Queens Way", "address.city": "Leeds", "address.postcode": "LS19 1BB"}
LONDON = {"address.street": "70 Church Road", "address.city": "London", "address.postcode": "SW17 4BX"}


def told(values: dict[str, str]) -> Standardised:
    return standardise([AttributeValue(name, value) for name, value in values.items()])


@pytest.mark.parametrize(
    ("one", "other", "verdict", "rule"),
    [
        (SITE | LEEDS | {"phone": "+448008728911"}, SITE | LONDON | {"phone": "+448008728911"}, Verdict.REVIEW, "R16"),
        (SITE | LEEDS | {"id.vat": "GB179964785"}, SITE | LONDON | {"id.vat": "GB179964785"}, Verdict.REVIEW, "R16"),
        (SITE | LEEDS, {"organization.name": "Oakwood Bank"} | LONDON, Verdict.NO, "R16"),
        (SITE | LEEDS | {"phone": "+448008728911"}, SITE | LEEDS | {"phone": "+448008728911"}, Verdict.AUTO, "R13"),
        (SITE, SITE | {"organization.name": "Greenleaf Foods Restaurants"}, Verdict.REVIEW, "R17"),
        (NAME, NAME | LEEDS, Verdict.REVIEW, "R18"),
        (NAME | LEEDS, NAME | LONDON, Verdict.NO, "R16"),
        (NAME | {"phone": "+448008728911"}, NAME | {"phone": "+448008728999"}, Verdict.NO, None),
        ({"organization.name": "ABC Ltd"}, {"organization.name": "ABC Ltd"}, Verdict.NO, None),
        (SITE | LEEDS, SITE | LEEDS | {"organization.name": "Greenleaf Food Restaurants Ltd"}, Verdict.AUTO, None),
        (
            {"organization.name": "红狐贸易有限公司", "phone": "13900139000"},
            {"organization.name": "蓝天科技有限公司", "phone": "13900139000"},
            Verdict.NO,
            None,
        ),
    ],
)
def test_companies(one: dict[str, str], other: dict[str, str], verdict: Verdict, rule: str | None) -> None:
    found = score_pair(told(one), told(other), Model())
    assert (found.verdict, found.rule) == (verdict, rule)
    assert score_pair(told(other), told(one), Model()) == found


@pytest.mark.parametrize("handle", ["t***7", "小太阳", "Lisa"])
def test_what_many_are_called_joins_nobody(handle: str) -> None:
    one = told({"handle.social": handle, "person.full_name": "冯刚"})
    assert score_pair(one, told({"handle.social": handle}), Model()).verdict is Verdict.NO
    assert score_pair(one, told({"handle.social": handle, "person.full_name": "李强"}), Model()).verdict is Verdict.NO


def test_an_account_still_does() -> None:
    one = told({"handle.social": "tb_8812345", "person.full_name": "冯刚"})
    found = score_pair(one, told({"handle.social": "tb_8812345"}), Model())
    assert (found.verdict, found.rule) == (Verdict.AUTO, "R14")
