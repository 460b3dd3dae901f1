"""A steward's decision as a row; their words are sealed."""

from core.errors import Invalid
from merge.review_items import Item
from merge.review_queue import DecisionRow
from sync.foundation import Foundation
from sync.wish import Asked

NOTE_FIELD = "review.note"
"""The field name that a steward's words are sealed under, with the key of the first record."""
_LONGEST_NOTE = 2_000


def check_note(note: str) -> None:
    """Raises Invalid ``review.note`` for words that are too many."""
    if len(note) > _LONGEST_NOTE:
        raise Invalid("review.note", f"A note has at most {_LONGEST_NOTE} characters.")


def decision_row(
    foundation: Foundation,
    asked: Asked,
    found: Item,
    action: str,
    reason_code: str,
    note: str,
    *,
    blind: bool = False,
    state: str = "done",
) -> DecisionRow:
    """The row of a decision about an item, as the machine's verdict stands now."""
    check_note(note)
    first = found.subjects[0]
    keys = foundation.keyring.record_keys([first], create=False) if note else {}
    return DecisionRow(
        decision_id=foundation.clock.new_id("d"),
        item_id=found.item_id,
        state=state,
        action=action,
        records=list(found.subjects),
        actor=asked.principal.actor,
        reason_code=reason_code,
        note=keys[first].seal(NOTE_FIELD, note.encode()) if first in keys else None,
        at=foundation.clock.now(),
        blind=blind,
        verdict=found.verdict,
        weight=found.weight,
    )
