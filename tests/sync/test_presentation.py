"""What an answer shows of events: their times are personal too."""

from datetime import UTC, datetime

import pytest

from core.attributes import DataClass
from core.records import AttributeValue, SourceRecord
from governance.masking import Level
from governance.policy.values import Allowed, View
from sync.presentation import Presenter

CALLED = datetime(2026, 3, 15, 10, 0, 7, tzinfo=UTC)
VALUES = (AttributeValue("interaction.channel", "phone"), AttributeValue("interaction.at", CALLED.isoformat()))
CALL = SourceRecord("g_1", "calls", VALUES, CALLED)


def shown(level: Level) -> Presenter:
    view = View(Allowed(("p",)), {DataClass.INTERACTION: level})
    return Presenter(view, free_text=lambda text: text, token=lambda text: f"t_{len(text)}")


@pytest.mark.parametrize(
    ("level", "heard"),
    [
        (Level.CLEAR, "2026-03-15T10:00:07.000Z"),
        (Level.PARTIAL, "2026-03-**T**:**:**.***Z"),
        (Level.TOKEN, "t_24"),
    ],
)
def test_when_an_event_was_is_shown_as_the_times_of_its_section_are(level: Level, heard: str) -> None:
    (item,) = shown(level).items([CALL])["interactions"]
    assert item["at"] == heard


def test_who_sees_no_event_hears_of_none() -> None:
    assert shown(Level.NONE).items([CALL]) == {}
    assert shown(Level.AGGREGATE).items([CALL]) == {}
