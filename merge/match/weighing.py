"""Weights of many pairs of records, equal to those of one pair alone: two values that meet again are compared once.

The records that one change brings together say the same again and again: a street, a postcode, a family name. What is
remembered are the values themselves, so it must go with the step that it was made for.
"""

from collections.abc import Iterable
from typing import NamedTuple

from merge.match.comparisons import compare_group
from merge.match.features import Feature, Features
from merge.match.model import Model, damped
from merge.match.name_relations import NameRelation, relation_of_names
from merge.match.outcomes import Level


class _Part(NamedTuple):
    """What one group of features adds: to the whole, to what tells persons of a household apart, and to bundles."""

    plain: int
    personal: int
    bundled: tuple[tuple[str, int], ...]


_PLACES = ("street", "unit", "locality", "postcode", "province", "country", "website", "employer")
"""Groups of one slot each, of their own name, that a household mostly shares."""


class PairWeights:
    """``total_weight`` of what ``compare`` finds, for many pairs under one model."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._known: dict[tuple[str, Feature, Feature], _Part] = {}
        self._named: dict[tuple[Feature, Feature], NameRelation] = {}
        self._silent = frozenset(group for group in _PLACES if not model.of(group).personal)

    def relation(self, left: Features, right: Features) -> NameRelation:
        """``name_relation`` of two records."""
        key = (left.get("name"), right.get("name"))
        known = self._named.get(key)
        if known is None:
            known = self._named[key] = relation_of_names(*key)
        return known

    def weight(self, left: Features, right: Features, least: int | None = None) -> int:
        """Log2 odds that two records are one customer, in 1/1000 bit.

        A weight of ``least`` or less need not be exact: it may be anything between the true one and ``least``.
        """
        plain = personal = 0
        bundles: dict[str, list[int]] = {}
        others, known, silent = right.groups, self._known, self._silent
        later: list[tuple[str, Feature, Feature]] = []
        for group, ours in left.groups.items():
            theirs = others.get(group)
            if not theirs:
                continue
            key = group, ours, theirs
            if group in silent:
                later.append(key)
                continue
            part = known.get(key)
            if part is None:
                part = known[key] = self._part(*key)
            said, told, bundled = part
            plain += said
            personal += told
            for bundle, weight in bundled:
                bundles.setdefault(bundle, []).append(weight)
        # What comes later tells nobody of a household from another: this bound stays.
        personal += self._model.household
        if least is not None and personal <= least:
            return personal
        return min(plain + self._places(later, bundles) - self._model.prior, personal)

    def _places(self, keys: Iterable[tuple[str, Feature, Feature]], bundles: dict[str, list[int]]) -> int:
        """What places add, with all that is bundled."""
        plain = 0
        for key in keys:
            part = self._known.get(key)
            if part is None:
                part = self._known[key] = self._part(*key)
            plain += part.plain
            for bundle, weight in part.bundled:
                bundles.setdefault(bundle, []).append(weight)
        return plain + sum([damped(weights) for weights in bundles.values()])

    def _part(self, group: str, ours: Feature, theirs: Feature) -> _Part:
        plain = personal = 0
        bundled: list[tuple[str, int]] = []
        for outcome in compare_group(group, ours, theirs, self._model.frequency):
            if outcome.level is Level.MISSING:
                continue
            weights = self._model.of(outcome.slot)
            weight = weights.weight(outcome.level, outcome.bits)
            personal += weights.told(weight)
            if weights.bundle:
                bundled.append((weights.bundle, weight))
            else:
                plain += weight
        return _Part(plain, personal, tuple(bundled))
