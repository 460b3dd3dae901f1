"""Train the match model that is shipped, or print what it is worth where one family was left out.

usage: python -m benchmarks.train_match_model [--of people|crowds|organizations] [--draws N] [--without FAMILY]
    [--cache FOLDER] [--out FILE]

``crowds`` are people in large batches: few draws, each of 250,000 rows.

Every set is prepared by the product's own code. The second look is trained on weights of trees that did not see the
set (two halves of the draws). Seeds are the numbers of the draws and ``merge.match.boosting.SEED``.
"""

import argparse
import pickle
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.customers.families import DRAWN, TRAINING, TRAINING_OF_PEOPLE
from benchmarks.match_sets import LABELLED, LARGE, LabelledSet, training_set
from merge.match.boosting import Growth, Matrix, Trees, grow
from merge.match.pair_features import NAMES, OF_PEOPLE
from merge.match.pair_model import SHIPPED, SHIPPED_OF_CROWDS, SHIPPED_OF_ORGANIZATIONS, PairModel, rising
from merge.match.support import SUPPORT

FIRST = Growth(rounds=140, leaves=24, rate=0.08, least=40)
SECOND = Growth(rounds=100, leaves=24, rate=0.08, least=40)
_MOST_OF_A_SET, _MOST_OF_A_LARGE_SET = 8000, 40_000
_DRAWS, _LARGE_DRAWS = 8, 3
_SHIPPED = {"people": SHIPPED, "crowds": SHIPPED_OF_CROWDS, "organizations": SHIPPED_OF_ORGANIZATIONS}
_OF_PLACES = ("sites", "organizations")
"""Families of organisations, of which nothing is to be learnt about crowds of people."""


_MOST_DRAWS = {"namesakes": 3}
"""Of names and dates alone a few: with more of them the model takes every date that differs for another person's."""


def _sample(one: LabelledSet) -> npt.NDArray[np.int64]:
    most = _MOST_OF_A_LARGE_SET if one.large else _MOST_OF_A_SET
    step = max(1, -(-len(one.cascade.grey) // most))
    return np.arange(0, len(one.cascade.grey), step)


def _rows(one: LabelledSet, names: Sequence[str]) -> Matrix:
    """The rows of a set; people lack the columns of organisations."""
    known = one.cascade.rows[:, : len(names)].astype(np.float32)
    lacking = np.full((len(known), len(names) - known.shape[1]), np.nan, dtype=np.float32)
    return np.hstack([known, lacking])


def _grown(
    sets: Sequence[LabelledSet], growth: Growth, first: dict[str, npt.NDArray[np.int64]] | None, own: Sequence[str]
) -> Trees:
    """Trees from all sets; a large set counts for more than a small one, but not in proportion."""
    rows: list[Matrix] = []
    same, worth = [], []
    for one in sets:
        chosen = _sample(one)
        matrix = _rows(one, own)[chosen]
        if first is not None:
            matrix = np.hstack([matrix, one.cascade.second_rows(first[one.name])[chosen]])
        rows.append(matrix)
        same.append(one.same()[chosen])
        worth.append(np.full(len(chosen), 100 / np.sqrt(max(1, len(chosen)))))
    names = own if first is None else (*own, *SUPPORT)
    return grow(np.concatenate(rows), np.concatenate(same), rising(names), growth, worth=np.concatenate(worth))


def train(sets: Sequence[LabelledSet], names: Sequence[str]) -> PairModel:
    """The model of some columns from labelled sets."""
    sets = [one for one in sets if len(one.cascade.grey)]
    unseen: dict[str, npt.NDArray[np.int64]] = {}
    halves = (sets[::2], sets[1::2])
    for own, other in (halves, halves[::-1]):
        trees = _grown(own, FIRST, None, names)
        unseen |= {one.name: trees.weights(_rows(one, names)) for one in other}
    return PairModel(_grown(sets, FIRST, None, names), _grown(sets, SECOND, unseen, names), names)


def _cached(family: str, draw: int, size: int | None, cache: Path | None) -> LabelledSet | None:
    path = cache / f"{family}.{draw}.{size or ''}.pickle" if cache else None
    if path is not None and path.exists():
        found: LabelledSet = pickle.loads(path.read_bytes())  # noqa: S301  (a file that this script wrote)
        return found
    made = training_set(family, draw, size)
    if path is not None and made is not None:
        path.write_bytes(pickle.dumps(made))
    return made


def gathered(draws: int, without: Sequence[str], size: int | None, cache: Path | None) -> list[LabelledSet]:
    """All training sets but those of some families; twice the draws of those of which each has habits of its own."""
    found = []
    for draw in range(2 * draws):
        for family in (*sorted(DRAWN), *sorted(LABELLED)):
            most = _MOST_DRAWS.get(family, 2 * draws if family in TRAINING else draws)
            wanted = family not in without and draw < min(most, 2 * draws)
            if wanted and (made := _cached(family, draw, size, cache)) is not None:
                found.append(made)
                print(f"{made.name}: {len(made.truth)} records, {len(made.same())} pairs", file=sys.stderr, flush=True)
    return found


def main() -> int:
    """Train, write, and print the hash to put into ``merge.match.pair_model``."""
    parser = argparse.ArgumentParser(description="Train the match model.")
    parser.add_argument("--of", choices=tuple(_SHIPPED), default="people")
    parser.add_argument("--draws", type=int, help="8, of crowds 3")
    parser.add_argument("--without", nargs="*", default=(), help="families or labelled sets to leave out")
    parser.add_argument("--cache", type=Path, default=None, help="a folder of prepared sets")
    parser.add_argument("--out", type=Path, default=None)
    arguments = parser.parse_args()
    organizations, crowds = arguments.of == "organizations", arguments.of == "crowds"
    without = (*arguments.without, *(TRAINING_OF_PEOPLE if organizations else TRAINING))
    if crowds:
        without = (*without, *_OF_PLACES, *LABELLED)
    draws = arguments.draws or (_LARGE_DRAWS if crowds else _DRAWS)
    sets = gathered(draws, without, LARGE if crowds else None, arguments.cache)
    model = train(sets, NAMES if organizations else OF_PEOPLE)
    text = model.to_text().encode()
    out = arguments.out or _SHIPPED[arguments.of]
    out.write_bytes(text)
    print(f"{out} {len(text)} bytes SHA256 = {sha256(text).hexdigest()}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
