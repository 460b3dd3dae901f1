"""Bodies of requests. Unknown fields are refused, types are not guessed."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

ConnectionName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._:-]{0,79}$")]
StreamName = Annotated[str, StringConstraints(min_length=1, max_length=200)]
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
    """The record to take out, and why."""

    record_id: Annotated[str, StringConstraints(pattern=r"^g_[0-9a-f]{32}$")]
    reason_code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.-]{0,79}$")]
    note: Annotated[str, StringConstraints(max_length=2000)] = ""


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
