"""One attribute of a golden record, whole: what every record says of it, what was made of that, and why.

On its way to people like all else: the caller's level masks every value, and the log says that it was shown.
"""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from core.attributes import Attribute, attribute
from core.errors import Invalid
from governance.detect.text import mask_text
from governance.masking import Level, present
from governance.policy.values import View
from merge.record_store import members_of
from merge.resolve.records import LoadedRecord, standard_lookup
from merge.resolve.surviving import Surviving
from merge.survivorship.candidates import Candidate, bearers, coupled_candidates, single_candidates
from merge.survivorship.policy import SurvivorshipPolicy
from merge.survivorship.survive import as_of
from merge.survivorship.values import GoldenValues
from sync.opening import Opener
from sync.presentation import Presenter, Shown, Wanted, isoformat
from sync.side_by_side import said_by


@dataclass(frozen=True, slots=True)
class Contest:
    """What is told of an attribute, and what the log is to say of it."""

    body: dict[str, Any]
    fields: dict[str, list[str]]


class Contests:
    """Tells single attributes of golden records."""

    def __init__(self, opener: Opener, surviving: Surviving) -> None:
        self._opener = opener
        self._surviving = surviving

    def tell(self, connection: Connection, golden_id: str, name: str, view: View, values: GoldenValues) -> Contest:
        """An attribute at the levels of a view; at level ``none`` as if nobody had said anything.

        Raises Invalid ``attribute.unknown``, and ``lineage.event`` for attributes of events.
        """
        known = attribute(name)
        if known.item:
            raise Invalid("lineage.event", f"'{name}' tells of events, and they do not contend; see their section.")
        policy = self._surviving.policy(connection)
        members = members_of(connection, [golden_id]).get(golden_id, [])
        loaded = self._surviving.records(connection, members)
        shown = Shown()
        text = [*said_by(loaded), *(value.value for value in values if not attribute(value.attribute).item)]
        presenter = Presenter(
            view, lambda free: mask_text(free, text), self._opener.pseudonym, Wanted(frozenset({name})), shown
        )
        golden = presenter.sections(values, lineage=True)
        held = golden.get(known.section.value, {}).get(name, [])
        contenders = [] if view.level(known.data_class) is Level.NONE else _candidates(loaded, known, policy)
        won = {one.lineage.record_id for one in values.attributes.get(name, ())}
        body = {
            "id": golden_id,
            "attribute": name,
            "policy": policy.reference,
            "strategy": list(strategy_of(known, policy)),
            "values": held,
            "candidates": [self._row(one, known, presenter, won) for one in contenders],
        }
        return Contest(body, shown.as_fields())

    def _row(self, one: Candidate, known: Attribute, presenter: Presenter, won: set[str]) -> dict[str, Any]:
        raw = dict(one.shown).get(known.name)
        level = presenter.view.level(known.data_class)
        told = None
        if raw is not None:
            told = present(level, known.kind, raw, known.name, token=presenter.token, free_text=presenter.free_text)
            presenter.shown.note(known.name, level, told)
        return {
            "record_id": one.record_id,
            "source": one.source,
            "asserted_at": isoformat(one.asserted_at),
            "value": told,
            "level": level.value,
            "validity": one.validity.value,
            "trust": one.trust,
            "won": one.record_id in won,
        }


def strategy_of(known: Attribute, policy: SurvivorshipPolicy) -> tuple[str, ...]:
    """The comparators that an attribute survives by, its own or those of what it is coupled with."""
    coupling = next((one for one in policy.couplings if known.name in one.members), None)
    return policy.strategy(known) if coupling is None else policy.strategies.get(coupling.name, ("trust",))


def _candidates(loaded: list[LoadedRecord], known: Attribute, policy: SurvivorshipPolicy) -> list[Candidate]:
    """What stands for choice, best trusted first; without records nothing does."""
    if not loaded:
        return []
    sources = [one.record for one in loaded]
    held = bearers(sources, policy, as_of(sources), standard_lookup(loaded))
    coupling = next((one for one in policy.couplings if known.name in one.members), None)
    if coupling is None:
        found = single_candidates(held, known.name)
    else:
        every = replace(coupling, leads=())
        found = coupled_candidates(held, every)
    return sorted(found, key=lambda one: (-one.trust, *one.tie_break))
