"""Pins, the past, unmerge with its preview and decisions on the pages of a customer."""

from collections.abc import Iterator

import pytest

from core.database import reading, unit_of_work
from merge.golden_store import events_of
from merge.record_store import live_customers, members_of, rows_of
from merge.resolve.identifiers import golden_of
from merge.resolve.unmerge import Unmerge
from tests.console import html
from tests.console.shop import SELLER, Shop, opened

pytestmark = pytest.mark.xdist_group("console")
STEWARD = "steward"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with opened(tmp_path_factory.mktemp("identity") / "shop") as found:
        yield found


def text_of(shop: Shop, path: str, who: str = STEWARD, language: str = "en") -> str:
    answer = shop.get(path, who, language)
    assert answer.status_code == 200, answer.text
    return " ".join(html.parsed(answer.text).text_content().split())


def test_a_pin_is_set_shown_and_ended_on_the_page_of_its_attribute(own: Shop) -> None:
    path = f"/customers/{own.customer}/attributes/occupation"
    before = own.services.foundation.clock.now().isoformat().replace("+00:00", "Z")
    assert "set by a person" not in text_of(own, path)
    fields = {
        "attribute": "occupation",
        "value": "特约评审员",
        "kind": "pin",
        "reason": "checked",
        "note": "电话里说的",
    }
    done = own.post(f"/customers/{own.customer}/pins", STEWARD, **fields)
    assert (done.status_code, done.headers["location"]) == (303, path)
    shown = text_of(own, path)
    assert "特约评审员" in shown
    assert "set by a person" in shown
    assert "人工设定" in text_of(own, path, language="zh")
    page = text_of(own, f"/customers/{own.customer}")
    assert "Set by people" in page
    past = text_of(own, f"/customers/{own.customer}?as_of={before}")
    assert "特约评审员" not in past
    assert "This is the past" in past
    own.post(f"/customers/{own.customer}/pins/remove", STEWARD, attribute="occupation", kind="pin")
    assert "特约评审员" not in text_of(own, path)


def test_whoever_may_not_set_values_is_offered_no_form_and_refused(own: Shop) -> None:
    path = f"/customers/{own.customer}/attributes/consent.marketing"
    assert 'name="value"' not in own.get(path, STEWARD).text
    assert 'name="value"' in own.get(f"/customers/{own.customer}/attributes/phone", SELLER).text
    fields = {"attribute": "consent.marketing", "value": "granted", "reason": "checked"}
    assert own.post(f"/customers/{own.customer}/pins", STEWARD, **fields).status_code == 403
    assert own.get(f"/customers/{own.customer}/attributes/transaction.amount", STEWARD).status_code == 422


def test_the_records_say_each_at_its_level(own: Shop) -> None:
    shown = text_of(own, f"/customers/{own.customer}/attributes/phone", "analyst")
    assert "****" in shown
    assert "Trust" in shown


def test_taking_apart_shows_first_what_would_come_of_it(own: Shop) -> None:
    with reading(own.services.engine) as connection:
        golden_id = golden_of(connection, own.customer).golden_id
        records = members_of(connection, [golden_id])[golden_id]
    assert len(records) > 1
    taken = next(one for one in records if one != golden_id)
    preview = text_of(own, f"/customers/{golden_id}/unmerge?record={taken}")
    assert "keeps the id" in preview
    assert "Nothing is changed yet" in preview
    assert own.get(f"/customers/{golden_id}/unmerge", SELLER).status_code in {403, 404}
    with reading(own.services.engine) as connection:
        assert golden_of(connection, taken).golden_id == golden_id
    done = own.post(f"/customers/{golden_id}/unmerge", STEWARD, record_id=taken, reason="different_people")
    assert done.headers["location"].startswith(f"/customers/{golden_id}?taken_out=")
    page = text_of(own, f"/customers/{golden_id}")
    assert "Decided about who it is" in page
    own.post(f"/customers/{golden_id}/lift", STEWARD, other=taken, reason="wrong_data")
    assert "review" in text_of(own, f"/customers/{golden_id}")
    assert own.get(f"/customers/{golden_id}/unmerge?record={taken}", STEWARD).status_code == 404


def test_a_merge_can_be_undone_from_the_history(own: Shop) -> None:
    services = own.services
    with unit_of_work(services.engine) as connection:
        rows = rows_of(connection, live_customers(connection)).values()
        proved = {row.golden_id for row in rows if row.verified}
        one, other = sorted({str(row.golden_id) for row in rows} - proved - {own.customer})[:2]
        Unmerge(services.resolver).merge(connection, [one, other], actor="user:test", reason_code="test_data")
        kept = golden_of(connection, one).golden_id
        event = events_of(connection, [kept])[-1]["event_id"]
    address = f"/customers/{kept}/unmerge?mode=undo&event={event}"
    assert address.replace("&", "&amp;") in own.get(f"/customers/{kept}", STEWARD).text
    assert "has its old id again" in text_of(own, address)
    done = own.post(f"/customers/{kept}/unmerge", STEWARD, mode="undo", event=event, reason="wrong_data")
    assert done.status_code == 303
    with reading(services.engine) as connection:
        assert {golden_of(connection, name).golden_id for name in (one, other)} == {one, other}
