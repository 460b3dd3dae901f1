"""What narrows a list: only facts that are not personal; and only what was asked for is shown and logged as shown."""

from collections.abc import Mapping

import pytest

from api.lists import fields_of, narrow_of
from api.wiring import Services
from audit.actions import Action
from core.clock import Clock
from core.errors import Invalid
from sync.wish import Asked
from tests.api.test_disclosure import customers, events, people

__all__ = ["customers", "people"]


def test_a_list_is_narrowed_by_owner_and_time(
    services: Services,
    people: Mapping[str, Asked],
    customers: dict[str, str],
    clock: Clock,
) -> None:
    steward = people["steward"]

    def ids(filter_text: str) -> set[str]:
        found, following = services.disclosure.page_after(steward, after="", limit=10, narrow=narrow_of(filter_text))
        assert following is None
        return {row["id"] for row in found}

    assert ids("") == set(customers.values())
    assert ids("owner:user:chen") == {customers["张三丰"]}
    assert ids("owner:pool:sea") == set()
    now = clock.now().isoformat()
    assert ids(f"changed_since:{now}") == set(customers.values())
    assert ids("changed_since:2999-01-01,owner:user:chen") == set()


def test_only_the_fields_asked_for_are_shown_and_logged(
    services: Services,
    people: Mapping[str, Asked],
    customers: dict[str, str],
) -> None:
    found, _ = services.disclosure.page_after(people["chen"], after="", limit=10, include=fields_of("phone, addresses"))
    assert [set(row["sections"]) for row in found] == [{"contact_points", "addresses"}]
    assert set(found[0]["sections"]["contact_points"]) == {"phone"}
    shown = events(services, Action.GOLDEN_DISCLOSED)[0]["fields"]
    assert set(shown["clear"]) == {"phone", "address.province", "address.full"}
    services.disclosure.golden(people["chen"], customers["张三丰"], include=[])
    assert "fields" not in events(services, Action.GOLDEN_DISCLOSED)[0]


@pytest.mark.parametrize(
    "text",
    ["phone:13800138000", "owner:chen", "owner:user:chen,owner:user:dong", "changed_since:soon", "owner", ",", "x:y"],
)
def test_what_is_no_filter_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        narrow_of(text)
    assert caught.value.code == "request.filter"
    assert "13800138000" not in str(caught.value)
