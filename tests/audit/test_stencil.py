"""A stencil gives the bytes that the event itself gives, whatever the event."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.actions import Action
from audit.events import Event, format_time, parts, to_body
from audit.log import Query
from audit.stencil import Again, Stencil
from core.database import unit_of_work
from core.errors import Invalid
from tests.audit.helpers import FilledLog, shown

TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30)
NAMES = TEXTS.filter(bool)
EVENTS = st.builds(
    Event,
    action=st.sampled_from(Action),
    actor=NAMES,
    role=TEXTS,
    object_type=st.sampled_from(["", "golden", "job"]),
    object_id=TEXTS,
    subjects=st.lists(NAMES, max_size=4).map(tuple),
    purpose=TEXTS,
    decision=st.sampled_from(["allow", "deny"]),
    policies=st.lists(NAMES, max_size=3).map(tuple),
    fields=st.dictionaries(st.sampled_from(["clear", "masked", "omitted"]), st.lists(NAMES, max_size=3)),
    count=st.none() | st.integers(0, 9),
    # Names that stand at the top of a body, too.
    details=st.dictionaries(
        st.sampled_from(["at", "id", "request_id", "a", "z"]), TEXTS | st.integers(0, 9), max_size=4
    ),
    request_id=TEXTS,
)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(event=EVENTS, event_id=NAMES, request_id=NAMES, at=TIMES)
def test_its_bytes_are_those_of_the_event(event: Event, event_id: str, request_id: str, at: datetime) -> None:
    ((part, number, of),) = parts(replace(event, request_id=request_id))
    wanted = to_body(part, event_id, at, number, of)
    assert Stencil(event).body(event_id, format_time(at), request_id) == wanted


def test_an_event_of_several_entries_has_none() -> None:
    many = replace(shown(1), subjects=tuple(f"g_{number}" for number in range(3_000)))
    with pytest.raises(Invalid, match="more than one entry"):
        Stencil(many)


def test_an_event_once_more_stands_in_the_log_in_its_turn(filled: FilledLog) -> None:
    again = Again(Stencil(shown(1)), "r_later")
    with unit_of_work(filled.engine) as connection:
        ids = filled.log.append_many(connection, [shown(0), again, shown(2)])
    filled.sequencer.sequence_all()
    with unit_of_work(filled.engine) as connection:
        found = filled.log.search(connection, Query())
    assert [one.object_id for one in reversed(found)] == [f"g_{number:032x}" for number in range(3)]
    assert len(set(ids)) == 3
    assert b'"request_id":"r_later"' in (found[1].body or b"")
    assert filled.check().ok
