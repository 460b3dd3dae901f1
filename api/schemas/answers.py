"""Shapes of answers, for the OpenAPI document; the answers themselves are built as bytes."""

from typing import Any

from pydantic import BaseModel


class Problem(BaseModel):
    """An error (RFC 9457). ``code`` is stable; ``errors`` names parts of the request, never their values."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[dict[str, str]] = []


class Page(BaseModel):
    """One page of a list."""

    data: list[dict[str, Any]]
    next_cursor: str | None
    has_more: bool


class Golden(BaseModel):
    """A golden record as the caller may see it."""

    id: str
    canonical_id: str | None = None
    version: int
    members: int
    changed_at: str
    owner: str | None
    sections: dict[str, dict[str, list[dict[str, Any]]]]
    items: dict[str, list[dict[str, Any]]] = {}


class Found(BaseModel):
    """What a search found."""

    data: list[dict[str, Any]]


class Received(BaseModel):
    """A record was taken in."""

    status: str
    record_id: str


class Facts(BaseModel):
    """An object of facts."""

    model_config = {"extra": "allow"}


class Uploaded(BaseModel):
    """An uploaded file: what it is, and the configuration of the source ``file`` that reads it."""

    id: str
    reference: str
    name: str
    format: str
    size: int
    expanded_size: int
    encoding: str
    delimiter: str
    connection: str | None
    created_by: str
    created_at: str
    config: dict[str, Any]
