"""The cascade: cheap integer weights for all pairs, the learned model for those that are neither clear nor hopeless.

Rules stand above the model: a pair that a rule has decided keeps its weight. What the batch taught itself and what
the model learned elsewhere are averaged: the first knows these data, the second knows what people write.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np

from merge.match.batch import Column
from merge.match.boosting import Matrix, Trees
from merge.match.full_names import WHOLLY_DIFFERENT
from merge.match.model import Model
from merge.match.outcomes import Level
from merge.match.pair_features import NAMES, OF_PEOPLE, Floats, PairFeatures
from merge.match.pair_model import PairModel
from merge.match.room import room
from merge.match.side_by_side import THREADS, side_by_side
from merge.match.standing import standing
from merge.match.support import support
from merge.match.table import FeatureTable
from merge.match.texts import Flags, Ints

LOWEST, HIGHEST = -8000, 12000
"""The grey zone of cheap weights, in 1/1000 bit."""
HIGHEST_OF_ORGANIZATIONS = 30000
"""Of two organisations name, website and switchboard may agree and the place differ: few weights are clear."""
BOUND = 12000
"""Beyond this a weight says no more: one pair that is certain does not outweigh many that are not."""
# To one part of the cheap weight; what a batch teaches itself of names of organisations is worth less (docs/adr/0011).
_LEARNED_PARTS = 2
_LEARNED_PARTS_OF_ORGANIZATIONS = 5
APART = -4000
"""The most that a pair weighs whose full names are wholly different and that one contact or an address ties."""
OTHER_GENERATION = -8000
"""The most that a father and a son of one name weigh, whose records both say which they are (Sr, Jr)."""
_CONTACTS = ("phone.level", "email.level", "handle.level")
_PROOFS = ("birth.level", "id.level")
_OF_TENANTS = (*_CONTACTS, "website.level", "id.level")
_CHUNK, _LEAST_CHUNK = 65_536, 8_192
_LOOKED_AT = 1 << 18
"""Pairs at a time that trees are summed for: of fewer the single steps are so short that two threads wait in turns."""
_TOLD_APART = 1 << 21
"""Pairs at a time of which the texts are told apart: each two texts are measured once in them."""
_STANDING_TAKES = 20
"""What the standing of all pairs takes, in parts of ``_CHUNK`` pairs of which all else is told but their likeness."""
Job = Callable[[], None]
_PLACES = {name: place for place, name in enumerate(NAMES)}


@dataclass(frozen=True, slots=True)
class Cascade:
    """The pairs of a batch, those in the grey zone with their rows.

    Attributes:
        count: number of records.
        left, right: record numbers of the pairs, left smaller.
        cheap: weights after the rules, 1/1000 bit.
        grey: positions of the pairs that the model is asked about.
        rows: the model's columns for them.
        organizations: which of the grey ones are pairs of organisations.
    """

    count: int
    left: Ints
    right: Ints
    cheap: Ints
    grey: Ints
    rows: Floats
    organizations: Flags

    def all_weights(self, grey: Ints) -> Ints:
        """The weights of all pairs, with those of the grey ones put in."""
        weights = self.cheap.copy()
        weights[self.grey] = grey
        return weights

    def second_rows(self, first: Ints) -> Matrix:
        """What the neighbours of the grey pairs say, from what the first look gave these pairs."""
        return support(self.count, self.left, self.right, self.all_weights(first), self.grey)

    def weights(self, of_people: Callable[[], PairModel], of_organizations: Callable[[], PairModel]) -> Ints:
        """The weights of all pairs by both looks of the models and the cheap weights; only what is needed is read."""
        if not len(self.grey):
            return self.cheap.copy()
        sides = [
            (model(), None if mine.all() else np.flatnonzero(mine))
            for mine, model in ((~self.organizations, of_people), (self.organizations, of_organizations))
            if mine.any()
        ]
        first, second = np.zeros((2, len(self.grey)), dtype=np.int64)
        for model, at in sides:
            first[slice(None) if at is None else at] = look(model.first, self.rows[:, : len(model.names)], at=at)
        near = self.second_rows(first)
        for model, at in sides:
            found = look(model.second, self.rows[:, : len(model.names)], near, at=at)
            second[slice(None) if at is None else at] = found
        cheap = np.clip(self.cheap[self.grey], -BOUND, BOUND)
        learned = np.where(self.organizations, _LEARNED_PARTS_OF_ORGANIZATIONS, _LEARNED_PARTS)
        return self.all_weights(self.bounded((cheap + learned * second) // (1 + learned)))

    def bounded(self, grey: Ints, cut: int = 0) -> Ints:
        """Weights of the grey pairs, of which those of two full names and of father and son stay below every cut."""
        result: Ints = grey.copy()
        capped = (APART, self._strangers()), (APART, self._tenants()), (OTHER_GENERATION, self._generations())
        for most, of in capped:
            result[of] = np.minimum(result[of], most - cut)
        return result

    def _strangers(self) -> Ints:
        """Pairs of two names in full that share nothing, with one telephone, mailbox, account or address in common.

        People of one house, or who had a number one after the other. What rule R7 leaves to a steward is not joined
        without one.
        """
        apart = np.flatnonzero(self.rows[:, _PLACES["full"]] == WHOLLY_DIFFERENT)
        rows = {name: self.rows[apart, _PLACES[name]] for name in (*_CONTACTS, *_PROOFS)}
        # Of a year alone two of one house have the same now and then.
        born = (rows["birth.level"] >= Level.NEAR) & ~np.isnan(self.rows[apart, _PLACES["day"]])
        ties = sum((rows[name] == Level.EXACT).astype(np.int64) for name in _CONTACTS)
        housed = (self.rows[apart, _PLACES["street.level"]] == Level.EXACT) & (ties == 0)
        found: Ints = apart[~born & ~(rows["id.level"] >= Level.NEAR) & ((ties == 1) | housed)]
        return found

    def _tenants(self) -> Ints:
        """Pairs of organisations whose names share no word and are no acronyms, with nothing but a place in common.

        One house has many tenants. Firms that change name, or write it in another language, are told by a contact.
        """
        own = np.flatnonzero(self.organizations)
        if not len(own):
            return own
        rows = {name: self.rows[own, _PLACES[name]] for name in ("org.shared", "org.acronym", *_OF_TENANTS)}
        # Nothing is known of names that are not there.
        apart = (rows["org.shared"] <= 0) & ~(rows["org.acronym"] > 0)
        tied = np.any([rows[name] >= Level.NEAR for name in _OF_TENANTS], axis=0)
        found: Ints = own[apart & ~tied]
        return found

    def _generations(self) -> Ints:
        """Pairs of Smith Jr and Smith Sr: one given name, which differs all the same (``other_generation``)."""
        same = np.flatnonzero(self.rows[:, _PLACES["like.given"]] == 1)
        differ = self.rows[same, _PLACES["given.level"]] == Level.DIFFERENT
        found: Ints = same[differ & (self.rows[same, _PLACES["family.level"]] >= Level.NEAR)]
        return found

    def names(self) -> Sequence[str]:
        """The columns that these pairs can have."""
        return NAMES if self.organizations.any() else OF_PEOPLE


def look(trees: Trees, *blocks: Floats, at: Ints | None = None) -> Ints:
    """The weights that trees give rows, or those at some places; part by part and two at once."""

    def weighed(part: slice) -> Ints:
        # Of some rows those columns alone are gathered that the trees ask about.
        return trees.weights(*(block[part] for block in blocks)) if at is None else trees.weights(*blocks, at=at[part])

    count = len(blocks[0]) if at is None else len(at)
    return np.concatenate([np.empty(0, dtype=np.int64), *side_by_side(weighed, _parts(count, _LOOKED_AT))])


def _parts(count: int, most: int = _CHUNK) -> list[slice]:
    size = max(_LEAST_CHUNK, min(most, -(-count // THREADS)))
    return [slice(start, start + size) for start in range(0, count, size)]


def _in_turns(some: Sequence[Job], others: Sequence[Job], ahead: int) -> list[Job]:
    """All of both, spread so that they end together; before the others is done what ``ahead`` of them take."""
    places = [*(place / len(some) for place in range(len(some)))]
    places += ((ahead + place) / (ahead + len(others)) for place in range(len(others)))
    order = sorted(range(len(places)), key=places.__getitem__)
    return [([*some, *others])[place] for place in order]


def _grey(table: FeatureTable, left: Ints, right: Ints, plain: Ints, cheap: Ints) -> tuple[Ints, Flags]:
    """Positions of the pairs in the grey zone that no rule has decided, and which of them are of organisations."""
    holders = table.holders("org")

    def within(part: slice) -> tuple[Ints, Flags]:
        own = plain[part]
        found = np.flatnonzero((own >= LOWEST) & (own < HIGHEST_OF_ORGANIZATIONS) & (own == cheap[part])) + part.start
        both = holders.take(left.take(found)) & holders.take(right.take(found))
        kept = np.flatnonzero(both | (plain.take(found) < HIGHEST))
        return found.take(kept), both.take(kept)

    parts = list(side_by_side(within, _parts(len(left), _LOOKED_AT)))
    return np.concatenate([left[:0], *(grey for grey, _ in parts)]), np.concatenate(
        [np.zeros(0, np.bool_), *(both for _, both in parts)]
    )


def cascade_of(
    table: FeatureTable, left: Ints, right: Ints, model: Model, columns: Mapping[str, Column],
    plain: Ints, cheap: Ints, features: PairFeatures,
) -> Cascade:  # fmt: skip
    """Rows for the pairs in the grey zone.

    Args:
        table: the records.
        left: record numbers of one side of the pairs, the smaller ones.
        right: of the other.
        model: what the batch taught itself.
        columns: outcomes of the pairs by slot.
        plain: the pairs' weights before the rules.
        cheap: the same after the rules.
        features: of the records.
    """
    grey, organizations = _grey(table, left, right, plain, cheap) if columns else (left[:0], np.zeros(0, np.bool_))
    # Half precision: the trees split at few places, and a large batch has millions of rows. Column by column, as the
    # trees read them.
    names = NAMES if organizations.any() else OF_PEOPLE
    matrix = room().empty((len(names), len(grey)), np.float16)
    with ThreadPoolExecutor(1) as beside:
        around = beside.submit(standing, left, right, cheap, grey)
        texts = [text for text in features.texts if f"like.{text}" in names]
        measured = {f"like.{text}" for text in texts}

        def fill(part: slice) -> None:
            places = grey[part]
            inside = {
                slot: Column(column.levels.take(places), column.bits.take(places)) for slot, column in columns.items()
            }
            near = {name: values[part] for name, values in around.result().items()}
            found = features.columns(left.take(places), right.take(places), model, inside, plain.take(places), near)
            for name in set(names) - measured:
                matrix[_PLACES[name], part] = found.get(name, np.nan)

        def measure(text: str, part: slice) -> None:
            places = grey[part]
            matrix[_PLACES[f"like.{text}"], part] = features.likeness(text, left.take(places), right.take(places))

        # What needs the interpreter for its strings and what hardly needs it take turns.
        likeness = [partial(measure, *one) for one in product(texts, _parts(len(grey), _TOLD_APART))]
        others = [partial(fill, part) for part in _parts(len(grey))]
        for _ in side_by_side(lambda job: job(), _in_turns(likeness, others, _STANDING_TAKES)):
            pass
    return Cascade(len(table), left, right, cheap, grey, matrix.T, organizations)
