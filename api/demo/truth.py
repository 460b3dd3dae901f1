"""The truth of a world, and how well golden records agree with it."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from api.demo.sightings import Channel

Key = tuple[Channel, str]


@dataclass(frozen=True, slots=True, order=True)
class TruthRow:
    """One source record of a channel, by its primary key there, and the customer it is of."""

    channel: Channel
    key: str
    entity: str


@dataclass(frozen=True, slots=True)
class BCubed:
    """Precision and recall seen from each record, averaged (Bagga and Baldwin 1998)."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How golden records agree with the truth: shares of record pairs, and B-cubed.

    ``missing`` counts records of the truth that no golden record holds: each counts as a golden record of its own, so
    that lost records cost recall. ``unknown`` counts records that the truth does not know; they are left out.
    """

    precision: float
    recall: float
    f1: float
    b_cubed: BCubed
    records: int
    entities: int
    golden: int
    missing: int
    unknown: int


def write_truth(path: Path, rows: Iterable[TruthRow]) -> int:
    """Write JSON lines ``{"channel", "key", "entity"}``, sorted, and return how many."""
    ordered = sorted(rows)
    lines = [json.dumps({"channel": row.channel.value, "key": row.key, "entity": row.entity}) for row in ordered]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return len(ordered)


def read_truth(path: Path) -> list[TruthRow]:
    """The rows of a file that ``write_truth`` wrote."""
    with path.open(encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    return [TruthRow(Channel(row["channel"]), row["key"], row["entity"]) for row in found]


def evaluate(truth: Iterable[TruthRow], golden: Mapping[Key, str]) -> Evaluation:
    """Compare the golden id of each (channel, key) with the truth.

    Sums are exact (integers and fractions), so the figures do not depend on the order of the rows. Shares of nothing
    (no pair anywhere) are 1.
    """
    entity_of = {(row.channel, row.key): row.entity for row in truth}
    # A tuple cannot be any record's golden id, so a missing record is alone.
    golden_of: dict[Key, str | Key] = {key: golden.get(key, key) for key in entity_of}
    both = Counter((golden_of[key], entity) for key, entity in entity_of.items())
    by_golden = Counter(golden_of.values())
    by_entity = Counter(entity_of.values())
    right, said, true = (_pairs(counter.values()) for counter in (both, by_golden, by_entity))
    precision, recall = _share(right, said), _share(right, true)
    records = len(entity_of)
    b_precision = _mean((Fraction(n * n, by_golden[one]) for (one, _), n in both.items()), records)
    b_recall = _mean((Fraction(n * n, by_entity[entity]) for (_, entity), n in both.items()), records)
    return Evaluation(
        precision=float(precision),
        recall=float(recall),
        f1=float(_harmonic(precision, recall)),
        b_cubed=BCubed(float(b_precision), float(b_recall), float(_harmonic(b_precision, b_recall))),
        records=records,
        entities=len(by_entity),
        golden=len(by_golden),
        missing=sum(key not in golden for key in entity_of),
        unknown=sum(key not in entity_of for key in golden),
    )


def _pairs(counts: Iterable[int]) -> int:
    return sum(count * (count - 1) // 2 for count in counts)


def _share(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole else Fraction(1)


def _mean(parts: Iterable[Fraction], count: int) -> Fraction:
    return sum(parts, Fraction(0)) / count if count else Fraction(1)


def _harmonic(first: Fraction, second: Fraction) -> Fraction:
    return 2 * first * second / (first + second) if first + second else Fraction(0)
