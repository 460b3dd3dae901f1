"""A golden record as the bytes of an answer. Pure: what a form shows hangs on the form alone.

``Form.key`` names everything that the bytes are made from, so bytes remembered under it are never out of date.
"""

import hashlib
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from core.attributes import attribute
from core.records import SourceRecord
from governance.detect.text import mask_text
from governance.policy.values import View
from merge.standing import Head, ItemHead
from merge.survivorship.values import GoldenValues
from sync.presentation import Presenter, Wanted, isoformat


@dataclass(frozen=True, slots=True)
class Form:
    """What one caller is shown of one golden record.

    Attributes:
        head: the golden record.
        holder: its owner or pool.
        view: the level of every class.
        wanted: what was asked for.
        items: records that tell of its events.
        lineage: whether each value says where it is from.
        led_on: whether it was asked for by another id.
        moment: the times that it is told as of, by name; empty for now.
    """

    head: Head
    holder: str | None
    view: View
    wanted: Wanted
    items: tuple[ItemHead, ...] = ()
    lineage: bool = False
    led_on: bool = False
    moment: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> Hashable:
        """Equal keys, equal answers."""
        return (self.head, self.holder, self.view.key, self.wanted, self.items, self.lineage, self.led_on, self.moment)


@dataclass(frozen=True, slots=True)
class Rendered:
    """An answer: its bytes (JSON), its entity tag, and what the audit event says of it."""

    content: bytes
    etag: str
    fields: Mapping[str, list[str]]
    policies: tuple[str, ...]


def render(
    form: Form,
    values: GoldenValues,
    changed_at: datetime | None,
    records: Sequence[SourceRecord],
    token: Callable[[str], str],
) -> Rendered:
    """The answer of a form. ``token`` makes pseudonyms; ``changed_at`` goes with the version."""
    known = [value.value for value in values if not attribute(value.attribute).item]
    presenter = Presenter(
        view=form.view, free_text=lambda text: mask_text(text, known), token=token, wanted=form.wanted
    )
    body: dict[str, Any] = {
        "id": form.head.golden_id,
        "version": form.head.version,
        "members": form.head.members,
        "changed_at": None if changed_at is None else isoformat(changed_at),
        "owner": form.holder,
        "sections": presenter.sections(values, lineage=form.lineage),
        **dict(form.moment),
    }
    items = presenter.items(records)
    if items:
        body["items"] = items
    if form.led_on:
        body["canonical_id"] = form.head.golden_id
    digest = hashlib.blake2b(orjson.dumps(body, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()
    policies = {name for names in form.view.policies.values() for name in names}
    return Rendered(orjson.dumps(body), f'"{digest}"', presenter.shown.as_fields(), tuple(sorted(policies)))
