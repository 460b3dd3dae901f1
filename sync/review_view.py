"""One item of the stewards' queue as somebody may see it: records side by side, evidence, preview, impact."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from core.attributes import DataClass, Section
from core.crypto import Keyring
from governance.detect.text import mask_text
from governance.masking import Level
from governance.policy.actions import PolicyAction
from governance.policy.values import View
from merge.evidence.collect import gather, lines_of
from merge.evidence.gathered import Gathered
from merge.resolve.incremental import Resolver
from merge.resolve.publishing import golden_values
from merge.resolve.stewarding import homes_of
from merge.review_impact import Impact, impact_of
from merge.review_items import Item
from merge.review_kinds import State
from merge.review_queue import DecisionRow, decisions_about
from sync.evidence_told import merge_told, pair_told, said_told
from sync.presentation import Presenter, Shown, isoformat
from sync.review_asks import asks_of
from sync.rights import Rights
from sync.side_by_side import as_json, said_by, side_by_side
from sync.wish import Asked

_CLASS_OF_EVENTS = {
    Section.TRANSACTIONS.value: DataClass.FINANCE,
    Section.INTERACTIONS.value: DataClass.INTERACTION,
    Section.FEEDBACK.value: DataClass.FEEDBACK,
}
BESIDE_AT_MOST = 5
"""So many records stand beside each other; of more the two in question come first."""
_PAIRS_AT_MOST = 25


@dataclass(frozen=True, slots=True)
class Seen:
    """An item as it is told, with what the audit event says of it."""

    body: dict[str, Any]
    goldens: tuple[str, ...]
    shown: Shown
    policies: tuple[str, ...]


class ReviewView:
    """Makes what a steward sees of an item. Opens values: whoever calls it audits what was shown."""

    def __init__(self, keyring: Keyring, rights: Rights, resolver: Resolver) -> None:
        self._keyring = keyring
        self._rights = rights
        self._resolver = resolver

    def see(self, connection: Connection, asked: Asked, item: Item, *, blind: bool) -> Seen:
        """The item whole. ``blind`` leaves out what the machine says until the item is decided.

        Raises NotFound ``golden.unknown`` where the caller may not read one of the customers, Denied ``policy.*``.
        """
        goldens = homes_of(connection, item.subjects)
        views = self._rights.views(connection, asked, goldens)
        view = View.least(list(views.values()))
        impact = impact_of(connection, goldens)
        decisions = decisions_about(connection, [item.item_id])
        hide = blind and item.state is not State.DECIDED
        for golden_id in goldens:
            self._rights.need(connection, asked, PolicyAction.READ, golden_id)
        beside = _beside(item, impact)
        loaded = self._resolver.loader.load(connection, impact.records)
        rows, shown = side_by_side([loaded[one] for one in beside if one in loaded], view, self._pseudonym, mask_text)
        preview, also = self._preview(connection, impact, loaded, view)
        asks, more = asks_of(connection, self._resolver, item, impact, loaded, view, self._pseudonym)
        for name in ("clear", "masked", "omitted"):
            getattr(shown, name).update(getattr(also, name), getattr(more, name))
        home = {record: one.golden_id for one in impact.goldens for record in one.records}
        body = {
            **item_told(item, hide=hide),
            **asks,
            "records": [
                {
                    "id": one,
                    "golden_id": home.get(one),
                    "source": impact.rows[one].source,
                    "asserted_at": impact.rows[one].asserted_at,
                    "subject": one in item.subjects,
                }
                for one in beside
                if one in loaded
            ],
            "more_records": max(0, len(impact.records) - len(beside)),
            "rows": as_json(rows),
            "preview": preview,
            "impact": impact_told(impact, view),
            "decisions": [decision_told(one, hide=hide) for one in decisions],
            "blind": hide,
        }
        if not hide:
            body["evidence"] = self._evidence(connection, item, impact, view)
        policies = {name for one in views.values() for names in one.policies.values() for name in names}
        return Seen(body, tuple(goldens), shown, tuple(sorted(policies)))

    def _evidence(self, connection: Connection, item: Item, impact: Impact, view: View) -> dict[str, Any]:
        """The pair in question first, then the other pairs between the golden records, then what stands between."""
        settings = self._resolver.settings
        found = gather(connection, self._resolver.features_of, settings, impact.records)
        home = {record: one.golden_id for one in impact.goldens for record in one.records}
        subjects = set(item.subjects)
        across = [
            pair
            for pair in found.pairs
            if len(impact.goldens) < 2 or home.get(pair.edge.left) != home.get(pair.edge.right)
        ]
        across.sort(key=lambda pair: ({pair.edge.left, pair.edge.right} != subjects, -pair.edge.weight))
        return {
            "lines": {
                "cut": found.lines.cut,
                "bridge": found.lines.bridge,
                "auto": settings.model.auto,
                "review": settings.model.review,
            },
            "pairs": [pair_told(pair, view) for pair in across[:_PAIRS_AT_MOST]],
            "between": self._between(found, impact),
            "said": [said_told(one) for one in found.constraints],
        }

    def _between(self, found: Gathered, impact: Impact) -> dict[str, Any] | None:
        if len(impact.goldens) != 2:
            return None
        left, right = impact.goldens
        return merge_told(found.between(left.records, right.records), lines_of(self._resolver.settings))

    def _preview(
        self, connection: Connection, impact: Impact, loaded: Mapping[str, Any], view: View
    ) -> tuple[dict[str, Any], Shown]:
        """The golden record that a merge would make, as the caller may see it."""
        records = [loaded[one] for one in impact.records if one in loaded]
        if len(impact.goldens) < 2 or not records:
            return {}, Shown()
        newest = max(one.record.asserted_at for one in records)
        values = golden_values(records, self._resolver.publisher.policies.current(connection), newest)
        said = said_by(records)
        presenter = Presenter(view=view, free_text=lambda text: mask_text(text, said), token=self._pseudonym)
        return presenter.sections(values, lineage=True), presenter.shown

    def _pseudonym(self, text: str) -> str:
        return self._keyring.blind("pseudonym", text.encode()).hex()


def item_told(item: Item, *, hide: bool = False) -> dict[str, Any]:
    """An item without values of anybody."""
    detail = {name: value for name, value in item.detail.items() if not hide or name not in _MACHINE}
    return {
        "id": item.item_id,
        "kind": item.kind.value,
        "state": item.state.value,
        "subjects": list(item.subjects),
        "about": item.about,
        "detail": detail,
        "between": item.between,
        "weight": None if hide else item.weight,
        "verdict": "" if hide else item.verdict,
        "priority": item.priority,
        "opened_at": item.opened_at,
        "due_at": item.due_at,
        "claimed_by": item.claimed_by,
        "claimed_until": item.claimed_until,
        "deferred_until": item.deferred_until,
        "closed_at": item.closed_at,
        "cause": item.cause,
        "decision_id": item.decision_id,
    }


_MACHINE = frozenset({"mean", "rule", "veto"})


def impact_told(impact: Impact, view: View) -> dict[str, Any]:
    """What a decision would touch; events are counted where the caller may know that there are any."""
    return {
        "goldens": [
            {
                "id": one.golden_id,
                "records": len(one.records),
                "owner": one.holder,
                "events": {
                    section: count
                    for section, count in one.events.items()
                    if view.level(_CLASS_OF_EVENTS[section]) >= Level.AGGREGATE
                },
            }
            for one in impact.goldens
        ],
        "second_person": list(impact.second),
    }


def decision_told(one: DecisionRow, *, hide: bool = False) -> dict[str, Any]:
    """A decision: who said what of what the machine had said (``hide`` leaves that out), and what came of it."""
    return {
        "id": one.decision_id,
        "state": one.state,
        "action": one.action,
        "by": one.actor,
        "at": isoformat(one.at),
        "reason": one.reason_code,
        "blind": one.blind,
        "machine": {"verdict": "" if hide else one.verdict, "weight": None if hide else one.weight},
        "second": one.second,
        "before": list(one.before),
        "after": list(one.after),
        "ended_by": one.ended_by,
        "ended_at": None if one.ended_at is None else isoformat(one.ended_at),
    }


def _beside(item: Item, impact: Impact) -> list[str]:
    """The records to stand beside each other: those in question, then the others, in an order that stays."""
    present = set(impact.records)
    first = [one for one in item.subjects if one in present]
    return [*first, *(one for one in impact.records if one not in first)][:BESIDE_AT_MOST]
