"""What of a body stands in the search columns beside it: the sequencer writes it, the check compares it. Pure."""

from datetime import datetime
from typing import Any, NamedTuple

import orjson

from core.errors import Damaged


class Columns(NamedTuple):
    """The searchable part of an entry, in the names of ``audit_entry``."""

    at: datetime
    actor: str
    action: str
    object_type: str
    object_id: str
    purpose: str
    decision: str


def read_columns(body: bytes) -> tuple[Columns, list[str]]:
    """The columns and the subjects of a body.

    Raises Damaged ``audit.body_unreadable`` for bytes that are no body of ours.
    """
    try:
        told: dict[str, Any] = orjson.loads(body)
        columns = Columns(
            datetime.fromisoformat(told["at"]),
            told["actor"],
            told["action"],
            told.get("object_type", ""),
            told.get("object_id", ""),
            told.get("purpose", ""),
            told["decision"],
        )
        return columns, told.get("subjects", [])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Damaged(
            "audit.body_unreadable",
            "Stored bytes of the audit log are no event of ours; run 'ingot audit verify' and compare with a backup.",
        ) from None
