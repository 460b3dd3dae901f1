"""What narrows a list of golden records: ``fields=`` and ``filter=`` of ``GET /v1/golden``.

A filter is a comma-separated list of ``owner:HOLDER`` and ``changed_since:TIME``. Only facts that are not personal can
be named: a filter on a masked value would tell what the mask hides.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from core.attributes import Section
from core.errors import Invalid
from merge.listing import Narrow
from sync.presentation import wanted_of

_HOLDER = re.compile(r"(user|team|dept|pool):[\w.@-]{1,100}")


def fields_of(text: str) -> Sequence[str] | None:
    """Names of sections and attributes, separated by commas; None for an empty text.

    Raises Invalid ``golden.field_unknown``, which does not repeat the text: it can be anything.
    """
    if not text:
        return None
    names = [one.strip() for one in text.split(",")]
    try:
        wanted_of(names)
    except Invalid:
        raise Invalid(
            "golden.field_unknown",
            "'fields' names sections (profile, contact_points ...) and attributes (person.full_name, phone ...).",
        ) from None
    return names


def narrow_of(text: str) -> Narrow:
    """The filter. Raises Invalid ``request.filter`` for what is no filter on facts of ours."""
    holder: str | None = None
    since: datetime | None = None
    for part in text.split(",") if text else ():
        name, _, value = part.strip().partition(":")
        if name == "owner" and _HOLDER.fullmatch(value) and holder is None:
            holder = value
        elif name == "changed_since" and since is None:
            since = _time(value)
        else:
            raise _unfit()
    return Narrow(holder=holder, changed_since=since)


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise _unfit() from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _unfit() -> Invalid:
    return Invalid(
        "request.filter",
        "A filter is owner:user:LOGIN (or team:, dept:, pool:) and changed_since:TIME, each once, separated by commas; "
        "values of people cannot be filtered, search for them instead.",
    )


def sections_of(include: str) -> Sequence[str] | None:
    """Sections by name out of ``include``, separated by commas. Raises Invalid ``golden.section_unknown``."""
    if not include:
        return None
    wanted = [one.strip() for one in include.split(",")]
    known = [section.value for section in Section]
    if not set(wanted) <= set(known):
        raise Invalid("golden.section_unknown", f"'include' names sections out of {', '.join(known)}.")
    return wanted
