"""Bodies of requests. Unknown fields are refused, types are not guessed."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

ConnectionName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._:-]{0,79}$")]
StreamName = Annotated[str, StringConstraints(min_length=1, max_length=200)]
RecordId = Annotated[str, StringConstraints(pattern=r"^g_[0-9a-f]{32}$")]
ReasonCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.-]{0,79}$")]
AttributeName = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Note = Annotated[str, StringConstraints(max_length=2000)]
Moment = Annotated[str, StringConstraints(min_length=1, max_length=40)]
KeyPart = Annotated[str, StringConstraints(min_length=1, max_length=500)] | int


class Body(BaseModel):
    """What holds for every body."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class SearchRequest(Body):
    """What to look for: a name or a part of one, a phone number, an address of e-mail, an identifier."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class LookupRequest(Body):
    """The primary key that a source knows the customer by. Without ``stream`` all streams of the source are tried."""

    source: ConnectionName
    stream: StreamName | None = None
    key: KeyPart | Annotated[list[KeyPart], Field(min_length=1, max_length=10)]


class UnmergeRequest(Body):
    """How to take a golden record apart, and why.

    ``detach`` takes ``record_id`` or ``record_ids`` out, ``undo`` takes back the merge ``event_id``, ``explode`` makes
    every record a golden record of its own. ``preview`` tells what would come of it and changes nothing.
    """

    mode: Literal["detach", "undo", "explode"] = "detach"
    record_id: RecordId | None = None
    record_ids: Annotated[list[RecordId], Field(max_length=200)] = []
    event_id: Annotated[str, StringConstraints(pattern=r"^m_[0-9a-f]{32}$")] | None = None
    reason_code: ReasonCode
    note: Note = ""
    expires_at: Moment | None = None
    move_pins: Annotated[list[AttributeName], Field(max_length=50)] = []
    preview: bool = False


class LiftRequest(Body):
    """The golden record that is kept apart from this one, and why it need not be any more."""

    other: RecordId
    reason_code: ReasonCode


class PinRequest(Body):
    """A value that is to hold, or never to win (``ignore``), and why. ``note`` is kept sealed."""

    value: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    reason_code: ReasonCode
    kind: Literal["pin", "ignore"] = "pin"
    note: Note = ""
    expires_at: Moment | None = None
    on_source_change: Literal["keep", "review"] = "review"


class SurvivorshipRequest(Body):
    """A survivorship policy, as it stands under ``survivorship`` in ``ingot.yaml``, and why."""

    policy: dict[str, Any]
    reason_code: ReasonCode


class TrialRequest(Body):
    """A survivorship policy to try, on how many golden records at most."""

    policy: dict[str, Any]
    limit: Annotated[int, Field(ge=1, le=10_000)] = 1000


class RecordRequest(Body):
    """A record entered by hand: canonical attributes to a text or several. ``key`` names it, to correct it later."""

    stream: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")] = "customer"
    values: Annotated[dict[str, str | list[str]], Field(min_length=1, max_length=100)]
    key: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None


class SyncRequest(Body):
    """The connection to sync."""

    connection: ConnectionName


class ExportRequest(Body):
    """What to export, and how. Today: everything the caller may read, as NDJSON."""

    format: Annotated[str, StringConstraints(pattern=r"^ndjson$")] = "ndjson"
