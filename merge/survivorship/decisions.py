"""Pins and ignores laid over what survived. Pure."""

from collections.abc import Mapping, Sequence

from core.attributes import attribute
from merge.survivorship.candidates import Candidate, Standardise, form_of, shown
from merge.survivorship.pins import SOURCE, Pin, Pins
from merge.survivorship.policy import SurvivorshipPolicy
from merge.survivorship.values import GoldenValue, Lineage

_Values = tuple[GoldenValue, ...]


def ignored_forms(pins: Pins, standard: Standardise) -> frozenset[str]:
    """The normal forms, with their attributes, of values that may not win."""
    return frozenset(form_of(standard(name, raw)) for name, values in pins.ignored.items() for raw in values)


def allowed(candidates: Sequence[Candidate], refused: frozenset[str]) -> list[Candidate]:
    """The candidates without those that hold an ignored value; of coupled values one spoils all."""
    return [one for one in candidates if not refused & set(one.normal.split("\x1f"))] if refused else [*candidates]


def pinned(
    attributes: Mapping[str, _Values], pins: Pins, policy: SurvivorshipPolicy, standard: Standardise
) -> dict[str, _Values]:
    """What survived, with the pinned values first.

    A pin on one of several coupled attributes lets the others stand only where the record that they are from says the
    same as the pin: what a person says of a city does not go with another city's street.
    """
    found = dict(attributes)
    for name in sorted(pins.pinned):
        value = standard(name, pins.pinned[name].value)
        before = found.get(name, ())
        agrees = bool(before) and form_of(standard(name, before[0].value)) == form_of(value)
        others = [one for one in before if form_of(standard(name, one.value)) != form_of(value)]
        lineage = _lineage(pins.pinned[name], before, others)
        held = [GoldenValue(name, shown(value) or pins.pinned[name].value, 1, value.validity.value, lineage)]
        if attribute(name).multiple:
            held += [
                GoldenValue(name, one.value, rank, one.validity, one.lineage)
                for rank, one in enumerate(others, start=2)
            ]
        coupling = next((one for one in policy.couplings if name in one.members), None)
        if coupling is not None and not agrees:
            for member in coupling.members:
                if member not in pins.pinned:
                    found.pop(member, None)
        found[name] = tuple(held)
    return dict(sorted(found.items()))


def _lineage(pin: Pin, before: _Values, others: Sequence[GoldenValue]) -> Lineage:
    losing = (record for one in others for record in (one.lineage.record_id, *one.lineage.losers))
    agreeing = {one.lineage.record_id for one in before} - {one.lineage.record_id for one in others}
    losers = tuple(one for one in dict.fromkeys(losing) if one not in agreeing)
    return Lineage(pin.anchor_id, SOURCE, pin.at, "pin", "pin", 0, losers)
