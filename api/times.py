"""Times that somebody writes in a request: ISO 8601, a zone missing means UTC or that of the visitor."""

from datetime import UTC, datetime, tzinfo

from core.errors import Invalid
from merge.resolve.surviving import Moment


def time_of(text: str | None, name: str, zone: tzinfo = UTC) -> datetime | None:
    """The time, or None for no text. Raises Invalid ``request.time``, which does not repeat the text."""
    if not text:
        return None
    try:
        # A plus sign in a query stands for a space, where nobody wrote it as %2B.
        found = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text.strip())
        found = (found.replace(tzinfo=zone) if found.tzinfo is None else found).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid("request.time", f"'{name}' is a time such as 2026-05-01 or 2026-05-01T09:00:00Z.") from None
    return found.replace(microsecond=found.microsecond // 1000 * 1000)


def moment_of(as_of: str | None, valid_at: str | None, now: datetime, zone: tzinfo = UTC) -> Moment | None:
    """The place in time that is asked for, or None for the present. Raises Invalid ``request.time``."""
    known, valid = time_of(as_of, "as_of", zone), time_of(valid_at, "valid_at", zone)
    return None if known is None and valid is None else Moment(known or now, valid)
