"""The labelled sets that the match model is trained on and measured with, prepared by the product's own code."""

import csv
import gzip
import io
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from benchmarks.customers.draw import rows as drawn_rows
from benchmarks.customers.families import DRAWN
from benchmarks.match_variety import LABELS, Row, varied
from merge.match.cascade import Cascade
from merge.match.parts import standard_parts
from merge.resolve.file_records import load, standardise_rows
from merge.resolve.whole import prepare

SIZES = {
    "mixed": 4000, "census": 4000, "contacts": 3000, "german_dates": 4000, "sites": 2500, "organizations": 1500,
    "chinese_channels": 4000, "registers": 1500, "branches": 2500, "households": 2500,
    "chinese_shops": 3000, "chinese_firms": 2500, "mailboxes": 3000, "namesakes": 4000,
}  # fmt: skip
"""Rows of one draw of each family, before it is made poorer."""
LARGE = 250_000
"""Rows of one draw for the model of large batches: enough for the strict keys of those (``pairs.caps_for``)."""
LABELLED = {"fake_1000": 1000, "historical_50k": 6000}
"""Labelled sets that may be trained on (MIT), and rows of one draw of them."""


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """A set ready for training: its name, its family, its pairs and the truth of the distinct records."""

    name: str
    family: str
    cascade: Cascade
    truth: npt.NDArray[np.int64]

    @property
    def large(self) -> bool:
        """Whether it is a draw for the model of large batches."""
        return len(self.truth) > LARGE // 4

    def same(self) -> npt.NDArray[np.bool_]:
        """Whether each grey pair is one customer."""
        cascade = self.cascade
        result: npt.NDArray[np.bool_] = (
            self.truth[cascade.left[cascade.grey]] == self.truth[cascade.right[cascade.grey]]
        )
        return result


def read_labelled(name: str) -> tuple[list[str], list[Row]] | None:
    """Columns and rows of a set in INGOT_BENCH_DATA, None where it is not there."""
    root = os.environ.get("INGOT_BENCH_DATA")
    paths = sorted(Path(root, "er", name).glob("records.csv*")) if root else []
    if not paths:
        return None
    data = gzip.decompress(paths[0].read_bytes()) if paths[0].suffix == ".gz" else paths[0].read_bytes()
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    return list(rows[0]), rows


def generated(family: str, count: int, seed: int) -> tuple[list[str], list[Row]]:
    """Columns and rows of a generated family."""
    drawn = DRAWN[family]
    named = drawn.headings(Random(f"headings {seed}")) if drawn.headings else drawn.columns
    columns = [*LABELS, *named]
    rows = [dict(zip(columns, row, strict=True)) for row in drawn_rows(drawn.clusters, count, seed)]
    return columns, rows


def _some(rows: Sequence[Row], count: int, random: Random) -> list[Row]:
    """Whole clusters, until there are about as many rows."""
    sizes = Counter(row["cluster_id"] for row in rows)
    clusters = sorted(sizes)
    random.shuffle(clusters)
    taken: set[str] = set()
    total = 0
    for cluster in clusters:
        if total >= count:
            break
        taken.add(cluster)
        total += sizes[cluster]
    return [row for row in rows if row["cluster_id"] in taken]


def prepared(name: str, family: str, columns: Sequence[str], rows: Sequence[Row]) -> LabelledSet:
    """Rows as ``ingot resolve`` would have them before the model is asked."""
    written = [column for column in columns if column != "cluster_id"]
    with TemporaryDirectory() as folder:
        path = Path(folder, "records.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, written, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        tables, mapping, ids, notes = load([path], id_column="unique_id", source_column=None, mapping={})
        batch = standardise_rows(tables, mapping, ids, by_id=True, notes=notes, standard=standard_parts)
    clusters = {row["unique_id"]: row["cluster_id"] for row in rows}
    numbers = {cluster: number for number, cluster in enumerate(sorted(set(clusters.values())))}
    resolved = prepare(batch.records, stage=lambda _: None)
    listed = batch.ids.listed
    truth = [numbers[clusters[listed[row]]] for row in batch.order[resolved.distinct.first].tolist()]
    return LabelledSet(name, family, resolved.cascade, np.array(truth, dtype=np.int64))


def training_set(family: str, draw: int, size: int | None = None) -> LabelledSet | None:
    """One draw of a family, or of a labelled set where it is there; every draw but the first is made poorer.

    ``size`` is the rows of a family's draw, those of ``SIZES`` where None.
    """
    random = Random(f"{family} {draw}" if size is None else f"{family} {draw} {size}")
    if family in DRAWN:
        columns, rows = generated(family, size or SIZES[family], draw + 1)
    else:
        read = read_labelled(family)
        if read is None:
            return None
        columns, rows = read[0], _some(read[1], LABELLED[family], random)
    if draw:
        kept, rows = varied(columns, rows, random)
        columns = [*(label for label in LABELS if label in columns), *kept]
    return prepared(f"{family} {draw}", family, columns, rows)
