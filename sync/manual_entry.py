"""Records that people and programs enter themselves, by canonical attribute: checked, allowed, landed like others."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from audit.actions import Action
from core.attributes import CANONICAL, DataClass, attribute
from core.database import reading, unit_of_work
from core.errors import Conflict, Denied, Invalid
from governance.policy.actions import PolicyAction
from governance.policy.decision_point import DecisionPoint
from governance.policy.values import GoldenResource, Refused
from merge.resolve.identifiers import golden_ids
from sync.entry import Entries, Entry, Receipt, once_more_on_conflict
from sync.foundation import Foundation
from sync.mapping import StreamMapping
from sync.mapping_store import MappingStore
from sync.rights import Rights
from sync.tables import record
from sync.wish import Asked

# No configured connection can have this name: a colon is not allowed in theirs.
CONNECTION = "entry:manual"
MAX_VALUES = 20
MAX_LENGTH = 4_000
# What a record is found by: whoever sees these in clear may also write them into a new record.
_IDENTIFYING = frozenset(
    {DataClass.PROFILE, DataClass.IDENTIFIER, DataClass.CONTACT, DataClass.ADDRESS, DataClass.ORGANIZATION}
)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}(\.[a-z0-9_]{1,40}){0,3}")
_NUMBER = re.compile(r"\d{5}")
_BASE = StreamMapping(fields={one.name: one.name for one in CANONICAL})
_SYSTEM = "system:entry"

Values = Mapping[str, str | Sequence[str]]


class ManualEntry:
    """Takes entered records in."""

    def __init__(
        self,
        foundation: Foundation,
        decisions: DecisionPoint,
        rights: Rights,
        entries: Entries,
        mappings: MappingStore,
    ) -> None:
        self._foundation = foundation
        self._decisions = decisions
        self._rights = rights
        self._entries = entries
        self._mappings = mappings

    def enter(self, asked: Asked, stream: str, values: Values, *, key: str, delivery: bool) -> Receipt:
        """Land one record. ``key`` names it in its stream: the same key again corrects it, unless it is a delivery id.

        Raises Invalid ``attribute.unknown`` or ``record.value``, Denied ``policy.class_denied``, Conflict
        ``delivery.reused``.
        """
        checked = check_values(values)
        classes = sorted({attribute(name).data_class for name in checked})
        self._may_write(asked, classes)
        once_more_on_conflict(lambda: self._ensure_mapping(stream, checked))
        entry = Entry(CONNECTION, stream, key, checked)
        return once_more_on_conflict(
            lambda: self._entries.take(
                entry,
                actor=asked.principal.actor,
                action=Action.RECORD_ENTERED,
                delivery=delivery,
                role=",".join(sorted(asked.principal.roles)),
                purpose=asked.purpose,
                request_id=asked.context.request_id,
                check=lambda connection, record_id: self._may_correct(connection, asked, record_id, classes),
            )
        )

    def _may_correct(self, connection: Connection, asked: Asked, record_id: str, classes: Sequence[DataClass]) -> None:
        """Correcting a record changes the golden record that holds it: who may not do that finds the key taken."""
        entered_by = connection.execute(select(record.c.run_id).where(record.c.record_id == record_id)).scalar()
        golden_id = golden_ids(connection, [record_id]).get(record_id)
        if entered_by is None or (golden_id is None and entered_by == asked.principal.actor[:40]):
            return
        if golden_id is not None and self._rights.may_edit(connection, asked, golden_id, classes):
            return
        raise Conflict(
            "record.key_taken",
            "There is a record with this key, and it is not yours to correct; use another key.",
        )

    def _may_write(self, asked: Asked, classes: Sequence[DataClass]) -> None:
        """A new record is nobody's yet: what counts is what the caller may do to a golden record of their own."""
        own = GoldenResource(owner=asked.principal.id, teams=asked.principal.teams)
        view = self._decisions.view(asked.principal, own, asked.context)
        for one in classes:
            decision = self._decisions.decide(
                asked.principal, PolicyAction.EDIT, own, asked.context, data_class=one.value
            )
            seen = one in _IDENTIFYING and view.level(one).value == "clear"
            if isinstance(decision, Refused) and not seen:
                refused = Denied(
                    "policy.class_denied",
                    f"You may not enter values of the class '{one.value}'; leave them out, or ask for the right.",
                    data_class=one.value,
                )
                self._rights.audit_refusal(asked, Action.RECORD_ENTERED, refused)
                raise refused

    def _ensure_mapping(self, stream: str, values: Values) -> None:
        """Every attribute of an entered record stands for itself; open families join the mapping as they come."""
        with reading(self._foundation.engine) as connection:
            if self._missing(connection, stream, values) is None:
                return
        with unit_of_work(self._foundation.engine) as connection:
            wanted = self._missing(connection, stream, values)
            if wanted is not None:
                self._mappings.set(connection, CONNECTION, stream, wanted, actor=_SYSTEM)

    def _missing(self, connection: Connection, stream: str, values: Values) -> StreamMapping | None:
        """The mapping that should stand, or None where it does."""
        standing = self._mappings.all(connection, CONNECTION).get(stream)
        base = standing or _BASE
        new = {name: name for name in sorted(values) if name not in base.fields}
        if standing is not None and not new:
            return None
        return replace(base, fields={**base.fields, **new})


def check_values(values: Values) -> Values:
    """The values, each attribute known, each text bounded and not empty.

    Raises Invalid ``attribute.unknown`` (the name is repeated only where it has the form of one), ``record.value``.
    """
    if not values:
        raise Invalid("record.empty", "The record has no values; give at least one attribute.")
    for name, value in values.items():
        if not _NAME.fullmatch(name) or _NUMBER.search(name):
            raise Invalid(
                "attribute.unknown", "One of the attributes does not exist; GET /openapi.json tells where they are."
            )
        attribute(name)
        texts = [value] if isinstance(value, str) else value
        if not 0 < len(texts) <= MAX_VALUES or not all(0 < len(text.strip()) <= MAX_LENGTH for text in texts):
            raise Invalid(
                "record.value",
                f"The attribute '{name}' needs 1 to {MAX_VALUES} texts of 1 to {MAX_LENGTH} characters.",
                attribute=name,
            )
    return {name: value if isinstance(value, str) else list(value) for name, value in values.items()}
