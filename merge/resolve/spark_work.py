"""The batch engine's work on Spark: pure functions and the arrays they work on go to its workers, results come back.

What is done, and in what order results are put together, is the embedded engine's own code; Spark only decides where
it is done. That is why both engines give the same answer. Functions go to the workers as Spark sends them; what they
work on and find goes as plain values that cannot become code (``spark_format``).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from core.errors import Unavailable
from merge.match.parts import Parts, standard_parts
from merge.match.texts import Ints
from merge.resolve.batch_linkage import labels_of
from merge.resolve.linkage import Constraints
from merge.resolve.linkage_rounds import Merges
from merge.resolve.spark_format import from_bytes, to_bytes
from merge.resolve.whole import Engine, Heights, linked_here

Item = TypeVar("Item")
Found = TypeVar("Found")

_VALUES = 20_000
"""Distinct values standardised in one task."""
_PAIRS = 100_000
"""Pairs linked in one task, a whole component at least."""
_BYTES_A_JOB = 64 * 1024 * 1024
"""What is sent with one job, besides what its function holds."""
_WORTH_A_JOB = 20_000
"""Fewer pairs or values than this are worked on in the driver: a job takes longer to start."""

Part = tuple[Ints, Ints, Ints, Mapping[int, frozenset[str]], int]
"""Pairs and their weights, the verified identifiers of items, and how large groups may be."""


def run_task(function: Callable[[Any], Any], batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """What a worker does: every item of its partition in turn."""
    for batch in batches:
        for number, blob in zip(batch.column(0).to_pylist(), batch.column(1), strict=True):
            found = to_bytes(function(from_bytes(blob.as_py())))
            yield pa.RecordBatch.from_pydict(
                {"number": pa.array([number], pa.int64()), "found": pa.array([found], pa.binary())}
            )


def standard_chunk(item: tuple[str, list[str]]) -> list[Parts | None]:
    """The strings of one chunk of values."""
    return standard_parts(*item)


def link_part(part: Part, heights: Heights) -> tuple[Ints, Ints, Ints]:
    """The merges inside some whole components."""
    left, right, weights, verified, most = part
    merges = linked_here(left, right, weights, Constraints(verified=verified, max_size=most), heights)
    return merges.left, merges.right, merges.height


class SparkWork:
    """Runs the engine's work on a session, which stays its owner's."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._spread = _tasks_of(session)

    def engine(self) -> Engine:
        """For ``whole.resolve``."""
        return Engine(each=self.each, link=self.link)

    def each(self, function: Callable[[Item], Found], items: Iterable[Item]) -> Iterator[Found]:
        """``side_by_side`` on Spark: a job for as many items as travel well together, then the next."""
        window: list[bytes] = []
        size = 0
        for item in items:
            window.append(to_bytes(item))
            size += len(window[-1])
            if size >= _BYTES_A_JOB:
                yield from self._job(function, window)
                window, size = [], 0
        if window:
            yield from self._job(function, window)

    def _job(self, function: Callable[[Any], Found], items: Sequence[bytes]) -> Iterator[Found]:
        table = pa.table({"number": pa.array(range(len(items)), pa.int64()), "item": pa.array(items, pa.binary())})
        try:
            frame = self._session.createDataFrame(table)
            if self._spread:  # a Connect server puts what it is sent in one partition
                frame = frame.repartition(self._spread, "number")
            found = frame.mapInArrow(partial(run_task, function), "number long, found binary").toArrow()
        except Exception as error:  # noqa: BLE001  (what Spark raises depends on its version and kind of session)
            raise Unavailable(
                "resolve.spark_failed",
                f"Spark could not finish a task ({type(error).__name__}); see the log of its driver and executors. "
                "Workers need this version of ingot, its libraries and the same Python.",
            ) from None
        place = {number: row for row, number in enumerate(found.column(0).to_pylist())}
        blobs = found.column(1)
        # Whole arrays of our own making; one at a time, so that they do not lie here twice.
        return (from_bytes(blobs[place[number]].as_py()) for number in range(len(items)))

    def standard(self, attribute: str, raws: list[str]) -> Sequence[Parts | None]:
        """``standard_parts`` of all values."""
        if len(raws) < _WORTH_A_JOB:
            return standard_parts(attribute, raws)
        chunks = ((attribute, raws[start : start + _VALUES]) for start in range(0, len(raws), _VALUES))
        return [parts for found in self.each(standard_chunk, chunks) for parts in found]

    def link(self, left: Ints, right: Ints, weights: Ints, constraints: Constraints, heights: Heights) -> Merges:
        """``linked_here`` with the components spread over tasks."""
        if len(left) < _WORTH_A_JOB:
            return linked_here(left, right, weights, constraints, heights)
        parts = list(_parts(left, right, weights, constraints, heights.cut))
        found = list(self.each(partial(link_part, heights=heights), parts))
        nothing = np.empty(0, np.int64)
        a, b, height = (np.concatenate([nothing, *(one[at] for one in found)]) for at in range(3))
        order = np.lexsort((b, a, -height))
        return Merges(a[order], b[order], height[order])


def _tasks_of(session: Any) -> int:
    """How many tasks to ask for; 0 where the session spreads what it is given by itself."""
    try:
        return 0 if session.sparkContext is not None else 1
    except Exception:  # noqa: BLE001  (a Connect session has no context and says so in its own way)
        return max(1, int(session.conf.get("spark.sql.shuffle.partitions", "8")))


def _parts(left: Ints, right: Ints, weights: Ints, constraints: Constraints, cut: int) -> Iterator[Part]:
    """Pairs inside components of pairs at or above the cut, a number of whole components at a time."""
    strong = weights >= cut
    if not strong.any():
        return
    label = labels_of(int(right.max(initial=-1)) + 1, left[strong], right[strong])
    inside = np.flatnonzero(label[left] == label[right])
    order = inside[np.argsort(label[left[inside]], kind="stable")]
    own = label[left[order]]
    starts = np.flatnonzero(np.r_[True, own[1:] != own[:-1]])
    begins, last = [0], 0
    for start in starts.tolist():
        if start - last >= _PAIRS:
            begins.append(start)
            last = start
    for begin, end in zip(begins, [*begins[1:], len(order)], strict=True):
        rows = order[begin:end]
        items = np.unique(np.concatenate([left[rows], right[rows]])).tolist()
        verified = {item: constraints.verified[item] for item in items if item in constraints.verified}
        yield left[rows], right[rows], weights[rows], verified, constraints.max_size
