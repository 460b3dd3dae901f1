"""What is audited, as a value, and the bytes it becomes.

The log hashes *stored bytes*, so a verifier needs no canonicaliser; the bytes are still canonical (JSON, keys sorted
by code point, no spaces) so that equal events give equal bytes. A body names fields, ids and counts and never holds a
value of a person.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache

import orjson

from audit.actions import Action
from core.errors import Invalid

DECISIONS = ("allow", "deny")
FIELD_VIEWS = ("clear", "masked", "omitted")
_FIELD_VIEWS = frozenset(FIELD_VIEWS)
# Entry bundles prefix an entry with its length in 16 bits (https://c2sp.org/tlog-tiles, "Log entries").
MAX_BODY = 65_535
# A subject is an id of 34 characters; a thousand leave half of a body to the rest.
SUBJECTS_A_PART = 1_000
# The type of object whose id is a subject, too.
GOLDEN = "golden"
# What the search columns and their indexes hold on every database.
MAX_LENGTHS = {"actor": 200, "object_type": 64, "object_id": 200, "purpose": 100}
MAX_SUBJECT = 64


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done, tried or refused.

    Attributes:
        action: what, from the closed vocabulary.
        actor: who: ``user:…``, ``token:…``, ``job:…`` or ``system``; an id of ours, never a name of a person.
        role: the role the actor used, where one was used.
        object_type, object_id: what it was done to.
        subjects: golden or record ids of the data subjects concerned, each once; what a subject report finds.
        purpose: the purpose the caller gave.
        decision: ``allow`` or ``deny``.
        policies: ids of the policies that decided.
        fields: attribute names by how they were shown: ``clear``, ``masked``, ``omitted``.
        count: rows concerned, where that is not the number of subjects.
        details: further facts that are never personal (names of settings, hashes, durations in seconds).
        request_id: what ties the entry to a request or job.
    """

    action: Action
    actor: str
    role: str = ""
    object_type: str = ""
    object_id: str = ""
    subjects: tuple[str, ...] = ()
    purpose: str = ""
    decision: str = "allow"
    policies: tuple[str, ...] = ()
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    count: int | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    request_id: str = ""

    def __post_init__(self) -> None:
        """Refuse what an auditor could not read later.

        Raises Invalid ``audit.actor_missing``, ``audit.decision_unknown``, ``audit.field_view_unknown`` or
        ``audit.not_an_id``.
        """
        if not self.actor:
            raise Invalid(
                "audit.actor_missing",
                f"The audit event '{self.action}' names no actor; pass the id of the user, token or job.",
            )
        if self.decision not in DECISIONS:
            raise Invalid(
                "audit.decision_unknown",
                f"The audit event '{self.action}' has a decision that is not one of {', '.join(DECISIONS)}.",
            )
        if not self.fields.keys() <= _FIELD_VIEWS:
            raise Invalid(
                "audit.field_view_unknown",
                f"The audit event '{self.action}' lists fields under a word that is not one of "
                f"{', '.join(FIELD_VIEWS)}.",
            )
        # An entry that no search column can hold would stop the sequencer for all entries after it.
        for name, longest in MAX_LENGTHS.items():
            value = getattr(self, name)
            if len(value) > longest or "\x00" in value:
                raise self._not_an_id(name, longest)
        for subject in self.subjects:
            if len(subject) > MAX_SUBJECT or "\x00" in subject:
                raise self._not_an_id("subjects", MAX_SUBJECT)

    def _not_an_id(self, name: str, longest: int) -> Invalid:
        return Invalid(
            "audit.not_an_id",
            f"The audit event '{self.action}' has a text under '{name}' that is longer than {longest} characters or "
            "holds a NUL; pass an id of ours.",
        )


def parts(event: Event) -> Iterator[tuple[Event, int, int]]:
    """The event cut so that each part fits an entry: (part, its number from 1, how many).

    Only the subjects are cut; nearly every event is one part. The golden record that an event is about is a subject of
    every part: entries about it are found so.
    """
    about = (event.object_id,) if event.object_type == GOLDEN and event.object_id else ()
    subjects = tuple(dict.fromkeys((*about, *event.subjects)))
    if len(subjects) <= SUBJECTS_A_PART:
        yield (event if subjects == event.subjects else replace(event, subjects=subjects)), 1, 1
        return
    rest = subjects[len(about) :]
    size = SUBJECTS_A_PART - len(about)
    starts = range(0, len(rest), size)
    for number, start in enumerate(starts, 1):
        yield replace(event, subjects=about + rest[start : start + size]), number, len(starts)


def to_body(event: Event, event_id: str, at: datetime, part: int = 1, of: int = 1) -> bytes:
    """The bytes that are stored and hashed: canonical JSON; what is empty is left out.

    Args:
        event: what happened.
        event_id: ``e_…``; the parts of one event share it.
        at: when, with zone; kept to the millisecond.
        part: which part of the event this is, from 1.
        of: how many parts there are.

    Raises Invalid ``audit.event_unwritable`` (details that are not JSON) or ``audit.event_too_large``.
    """
    filled = {**contents(event), "id": event_id, "at": format_time(at)}
    if of > 1:
        filled["part"], filled["parts"] = part, of
    return written(filled, event.action)


def contents(event: Event) -> dict[str, object]:
    """What an event says, by the names in its body, without its id and its moment; what is empty is left out."""
    filled: dict[str, object] = {
        "action": event.action.value,
        "actor": event.actor,
        "decision": event.decision,
    }
    optional: dict[str, object] = {
        "role": event.role,
        "object_type": event.object_type,
        "object_id": event.object_id,
        "subjects": event.subjects,
        "purpose": event.purpose,
        "policies": event.policies,
        "fields": {view: sorted(names) for view, names in event.fields.items()},
        "details": event.details,
        "request_id": event.request_id,
    }
    filled.update((name, value) for name, value in optional.items() if value)
    if event.count is not None:
        filled["count"] = event.count
    return filled


def written(filled: Mapping[str, object], action: Action) -> bytes:
    """The body of an event of that action: canonical JSON. Raises as ``to_body``."""
    try:
        body = orjson.dumps(filled, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        raise Invalid(
            "audit.event_unwritable",
            f"The details of the audit event '{action}' are not JSON; give texts, numbers, lists and objects.",
        ) from None
    if len(body) > MAX_BODY:
        raise Invalid(
            "audit.event_too_large",
            f"The audit event '{action}' is larger than {MAX_BODY} bytes; put less into its details.",
            size=len(body),
        )
    return body


@lru_cache(maxsize=64)
def format_time(at: datetime) -> str:
    """RFC 3339 in UTC to the millisecond, ``2026-05-01T09:00:00.000Z``; a time without zone is refused."""
    if at.tzinfo is None:
        raise Invalid("audit.naive_time", "A time without a zone cannot be audited; give it in UTC.")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
