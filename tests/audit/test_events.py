import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.actions import Action
from audit.columns import read_columns
from audit.events import MAX_BODY, Event, format_time, parts, to_body
from core.errors import Damaged, Invalid
from tests.audit.helpers import shown

AT = datetime(2026, 5, 1, 9, 0, 0, 123_000, tzinfo=UTC)
IDS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=60)


def test_a_body_is_canonical_json_without_what_is_empty() -> None:
    body = to_body(Event(Action.ROLE_ASSIGNED, "user:ann", details={"z": 1, "a": "角色"}), "e_1", AT)
    assert body.decode() == (
        '{"action":"role.assigned","actor":"user:ann","at":"2026-05-01T09:00:00.123Z",'
        '"decision":"allow","details":{"a":"角色","z":1},"id":"e_1"}'
    )


def test_field_names_are_listed_in_one_order() -> None:
    one = replace(shown(1), fields={"masked": ["phone", "email"], "clear": ["need"]})
    other = replace(shown(1), fields={"clear": ["need"], "masked": ["email", "phone"]})
    assert to_body(one, "e_1", AT) == to_body(other, "e_1", AT)


def test_a_count_of_zero_is_told() -> None:
    assert json.loads(to_body(replace(shown(1), count=0), "e_1", AT))["count"] == 0


def test_times_are_told_in_utc_to_the_millisecond() -> None:
    shanghai = datetime(2026, 5, 1, 17, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=8)))
    assert format_time(shanghai) == "2026-05-01T09:00:00.999Z"
    with pytest.raises(Invalid, match="naive_time"):
        format_time(datetime(2026, 5, 1))  # noqa: DTZ001 - the time without zone is the point


@given(actor=IDS.filter(bool), object_id=IDS, purpose=IDS, subjects=st.lists(IDS.filter(bool), max_size=5, unique=True))
def test_the_search_columns_are_read_back_from_any_body(
    actor: str, object_id: str, purpose: str, subjects: list[str]
) -> None:
    event = Event(
        Action.GOLDEN_DISCLOSED, actor, object_id=object_id, purpose=purpose, subjects=tuple(subjects), decision="deny"
    )
    columns, concerned = read_columns(to_body(event, "e_1", AT))
    assert columns == (AT, actor, "golden.disclosed", "", object_id, purpose, "deny")
    assert concerned == subjects


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"actor": ""}, "audit.actor_missing"),
        ({"decision": "perhaps"}, "audit.decision_unknown"),
        ({"fields": {"hidden": ["phone"]}}, "audit.field_view_unknown"),
        ({"object_id": "x" * 201}, "audit.not_an_id"),
        ({"purpose": "a\x00b"}, "audit.not_an_id"),
        ({"subjects": ("g" * 65,)}, "audit.not_an_id"),
    ],
)
def test_an_event_that_could_not_be_read_later_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        replace(shown(1), **change)  # type: ignore[arg-type]  # each case breaks one field
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({"what": object()}, "audit.event_unwritable"),
        ({"what": "\ud800"}, "audit.event_unwritable"),
        ({"what": "x" * MAX_BODY}, "audit.event_too_large"),
    ],
)
def test_details_that_cannot_be_stored_are_refused(details: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        to_body(replace(shown(1), details=details), "e_1", AT)
    assert refused.value.code == code


def test_an_event_of_many_subjects_is_cut_into_parts_that_fit_and_lose_nobody() -> None:
    everybody = tuple(f"g_{number:032x}" for number in range(2_500))
    cut = list(parts(replace(shown(1), object_id="", subjects=everybody + everybody[:10])))
    assert [(number, of) for _, number, of in cut] == [(1, 3), (2, 3), (3, 3)]
    assert tuple(subject for part, _, _ in cut for subject in part.subjects) == everybody
    bodies = [json.loads(to_body(part, "e_1", AT, number, of)) for part, number, of in cut]
    assert [(body["id"], body["part"], body["parts"]) for body in bodies] == [("e_1", n, 3) for n in (1, 2, 3)]


def test_every_part_about_a_golden_record_names_it_as_a_subject_and_none_is_lost() -> None:
    everybody = tuple(f"g_{number:032x}" for number in range(2_500))
    for about in (everybody[2_100], "g_of_none_of_them"):
        cut = [part for part, _, _ in parts(replace(shown(1), object_id=about, subjects=everybody))]
        assert all(part.subjects[0] == about and len(part.subjects) <= 1_000 for part in cut)
        assert {one for part in cut for one in part.subjects} == {*everybody, about}
        assert sum(len(part.subjects) - 1 for part in cut) == len({*everybody} - {about})


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b'{"at":1,"actor":"a","action":"b","decision":"c"}'])
def test_bytes_that_are_no_event_are_told(body: bytes) -> None:
    with pytest.raises(Damaged) as told:
        read_columns(body)
    assert told.value.code == "audit.body_unreadable"
