"""``ingot resolve``: entity resolution on plain files, without labels, in one process."""

import json
import os
import resource
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import Invalid
from merge.match.assembly import Standard
from merge.match.batch import slot_weight
from merge.match.cells import load_arrow_ahead
from merge.match.model import AUTO_CUT, REVIEW_CUT
from merge.match.outcomes import Level
from merge.match.pair_model import VERSION
from merge.match.room import within
from merge.match.rules import odds
from merge.match.score import probability
from merge.match.self_training import Label
from merge.match.standard_pool import StandardPool
from merge.resolve.file_formats import read_table
from merge.resolve.file_records import Batch, load, standardise_rows
from merge.resolve.goldens import golden_ids
from merge.resolve.memory import large_job, look_for_cycles
from merge.resolve.model_file import load_model, save_model
from merge.resolve.output_files import check_output, write_json
from merge.resolve.spark_session import session_for_command
from merge.resolve.table_output import write_columns, write_table
from merge.resolve.whole import Engine, Resolved, resolve

if TYPE_CHECKING:
    from pyarrow import LargeStringArray

STAGES = ("read", "standardise", "block", "train", "score", "cluster", "write")
ENGINES = ("embedded", "spark")
_LARGE = 16 * 1024 * 1024
_SHOWN_BELOW_CUT = 4000
"""How far below the cut a pair may lie to be listed in --pairs, in 1/1000 bit."""


def _quiet(_: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class ResolveOptions:
    """What ``ingot resolve`` was asked for; see interfaces of the command for each option.

    ``memory`` is how many bytes what grows with the pairs may take before it goes to temporary files, as numbers alone;
    half of the machine's where None. ``stage`` is told the name of each stage as it begins, ``note`` each sentence a
    person should read.
    """

    inputs: Sequence[Path]
    out: Path
    id_column: str | None = None
    source_column: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    model: Path | None = None
    save_model: Path | None = None
    pairs: Path | None = None
    engine: str = "embedded"
    threshold: float | None = None
    stats: Path | None = None
    labels: Path | None = None
    memory: int | None = None
    stage: Callable[[str], None] = _quiet
    note: Callable[[str], None] = _quiet


@dataclass(frozen=True, slots=True)
class ResolveStatistics:
    """What was done, for --stats: counts, seconds by stage, peak memory, the model's outline."""

    records: int
    goldens: int
    candidate_pairs: int
    seconds: Mapping[str, float]
    peak_rss_mb: float
    spilled_mb: float
    engine: str
    model: Mapping[str, Any]
    mapping: Mapping[str, str]

    def to_json(self) -> str:
        """As one JSON object."""
        names = (
            "records", "goldens", "candidate_pairs", "seconds", "peak_rss_mb", "spilled_mb", "engine", "model",
            "mapping",
        )  # fmt: skip
        return json.dumps({name: getattr(self, name) for name in names}, ensure_ascii=False, indent=1)


class _Watch:
    """Seconds by stage; a stage ends where the next begins."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.seconds = dict.fromkeys(STAGES, 0.0)
        self._tell, self._current, self._since = tell, "", monotonic()

    def begin(self, stage: str) -> None:
        now = monotonic()
        if self._current:
            self.seconds[self._current] += now - self._since
        self._current, self._since = stage, now
        if stage:
            self._tell(stage)


def _check(options: ResolveOptions) -> None:
    if options.engine not in ENGINES:
        raise Invalid(
            "resolve.engine",
            f"There is no engine '{options.engine}'; use --engine {' or '.join(ENGINES)}.",
            engine=options.engine,
        )
    if options.threshold is not None and not 0 < options.threshold < 1:
        raise Invalid("resolve.threshold", "--threshold is a probability between 0 and 1; 0.5 is the cut found.")
    if not options.inputs:
        raise Invalid("resolve.input", "Name at least one input file.")
    for path in (options.out, options.pairs, options.stats, options.save_model):
        if path is not None:
            check_output(path)


def _labels(path: Path | None, numbers: Mapping[str, int]) -> list[Label]:
    if path is None:
        return []
    table = read_table(path)
    needed = ["left_id", "right_id", "match"]
    if any(name not in table.columns for name in needed):
        raise Invalid("resolve.labels", f"{path} needs the columns left_id, right_id and match.")
    left, right, match = (table.columns.index(name) for name in needed)
    found: dict[tuple[int, int], bool] = {}
    for line, row in enumerate(table.rows(), start=2):
        if row[left] not in numbers or row[right] not in numbers:
            raise Invalid("resolve.labels", f"{path}: row {line} names a record id that no input has.", row=line)
        said = row[match].strip().lower()
        if said not in {"1", "0", "true", "false", "yes", "no", "y", "n"}:
            raise Invalid("resolve.labels", f"{path}: row {line}: match must be true or false.", row=line)
        low, high = sorted((numbers[row[left]], numbers[row[right]]))
        same = said in {"1", "true", "yes", "y"}
        if low == high:
            raise Invalid("resolve.labels", f"{path}: row {line} names one record twice.", row=line)
        if found.setdefault((low, high), same) is not same:
            raise Invalid("resolve.labels", f"{path}: row {line} says the contrary of a row before it.", row=line)
    return [(low, high, same) for (low, high), same in found.items()]


def _verdict(weight: int) -> str:
    return "auto" if weight >= AUTO_CUT else "review" if weight >= REVIEW_CUT else "no"


def _pair_rows(
    resolved: Resolved, ids: Sequence[str], said: Mapping[tuple[str, str], bool]
) -> Iterator[tuple[str, str, float, str, str]]:
    relative = resolved.weights - resolved.cut.weight
    shown = np.flatnonzero(relative >= -_SHOWN_BELOW_CUT)
    model = resolved.trained.model
    slots = {slot: slot_weight(model.of(slot), column) for slot, column in resolved.trained.columns.items()}
    for position in shown.tolist():
        evidence: list[dict[str, str | int]] = [
            {
                "slot": slot,
                "level": Level(int(column.levels[position])).name.lower(),
                "weight": int(slots[slot][position]),
            }
            for slot, column in resolved.trained.columns.items()
            if column.levels[position] != Level.MISSING
        ]
        weight = int(relative[position])
        # What the learned model, correlated slots and the odds beforehand add, so that the lines make up the whole.
        rest = weight - sum(int(line["weight"]) for line in evidence)
        evidence.append({"slot": "rest", "level": "record", "weight": rest})
        left, right = sorted((ids[int(resolved.left[position])], ids[int(resolved.right[position])]))
        verdict = _verdict(weight)
        if (left, right) in said:
            # What a person said holds, whatever the pair weighs.
            same = said[left, right]
            evidence.append({"slot": "label", "level": "same" if same else "different", "weight": 0})
            verdict = "auto" if same else "no"
        yield left, right, probability(weight), verdict, json.dumps(evidence)


def _write(
    options: ResolveOptions, batch: Batch, resolved: Resolved, goldens: "LargeStringArray", labels: Sequence[Label]
) -> None:
    write_columns(options.out, {"record_id": batch.ids.values, "golden_id": goldens})
    if options.pairs is not None:
        # The engine compares distinct records; the first of equal ones names them.
        stands = [batch.ids.listed[row] for row in batch.order.tolist()]
        names = [stands[record] for record in resolved.first.tolist()]
        said = {(min(pair), max(pair)): same for a, b, same in labels for pair in ((stands[a], stands[b]),)}
        rows = sorted(_pair_rows(resolved, names, said))
        write_table(options.pairs, ["left_id", "right_id", "probability", "verdict", "evidence"], rows)
    if options.save_model is not None:
        save_model(options.save_model, resolved.learned)


def resolve_files(options: ResolveOptions) -> ResolveStatistics:
    """Resolve the inputs and write the outputs.

    The output has one row for each input row, in the order of the input. Raises Invalid, NotFound, Conflict and
    Unavailable of ``core.errors`` with codes ``resolve.*``; none of them tells a value of a person.
    """
    _check(options)
    watch = _Watch(options.stage)
    watch.begin("read")
    large = _large(options.inputs)
    given = load_model(options.model) if options.model else None
    with ExitStack() as held:
        if large:
            held.enter_context(large_job())
            load_arrow_ahead()
        standard, standardised, engine = _engine(options, held, large=large)
        tables, mapping, ids, notes = load(
            options.inputs,
            id_column=options.id_column,
            source_column=options.source_column,
            mapping=options.mapping,
        )
        for note in notes:
            options.note(note)
        watch.begin("standardise")
        by_id = options.id_column is not None
        batch = standardise_rows(tables, mapping, ids, by_id=by_id, notes=notes, standard=standard)
        del tables
        standardised()

        def begin(stage: str) -> None:
            if large:
                look_for_cycles()
            watch.begin(stage)

        number_of = (
            {ids.listed[row]: number for number, row in enumerate(batch.order.tolist())} if options.labels else {}
        )
        labels = _labels(options.labels, number_of)
        space = held.enter_context(within(options.memory))
        resolved = resolve(
            batch.records,
            stage=begin,
            given=given,
            threshold=None if options.threshold is None else odds(options.threshold),
            labels=labels,
            sources=batch.sources,
            engine=engine,
        )
    for note in _told(resolved) if len(ids) else ():
        options.note(note)
    watch.begin("write")
    goldens = golden_ids(resolved, batch)
    _write(options, batch, resolved, goldens, labels)
    watch.begin("")
    statistics = _statistics(options.engine, batch, resolved, watch.seconds, space.spilled)
    if options.stats is not None:
        write_json(options.stats, statistics.to_json())
    return statistics


def _told(resolved: Resolved) -> Iterator[str]:
    """What a person should know of how it was done."""
    once = sorted(cost / 1000 for cost in resolved.costs.tolist() if cost)
    if once:
        # By number: what a file calls its sources may be a person's name.
        yield (
            f"Of {len(resolved.costs)} sources {len(once)} hold hardly anybody twice: "
            f"pairs of records of one of them weigh {once[0]:.1f} to {once[-1]:.1f} bit less."
        )
    if resolved.cut.warning:
        yield f"The cut may be off: {resolved.cut.warning}."


def _engine(options: ResolveOptions, held: ExitStack, *, large: bool) -> tuple[Standard, Callable[[], None], Engine]:
    """How values are standardised, what to do when all of them are, and where the rest is done.

    What that needs is let go with ``held``.
    """
    if options.engine == "embedded":
        pool = held.enter_context(StandardPool(helped=large and (os.cpu_count() or 1) > 1))
        return pool.standard, pool.finish, Engine()
    session = held.enter_context(session_for_command())
    from merge.resolve.spark_work import SparkWork  # noqa: PLC0415  (heavy, and for this engine alone)

    work = SparkWork(session)
    return work.standard, lambda: None, work.engine()


def _large(inputs: Sequence[Path]) -> bool:
    """Whether there is so much that a second process and care about memory are worth their time."""
    return sum(path.stat().st_size for path in inputs if path.is_file()) > _LARGE


def _peak_memory() -> float:
    """Peak memory of this process and the largest helper, in MB."""
    peak = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


def _statistics(
    engine: str, batch: Batch, resolved: Resolved, seconds: Mapping[str, float], spilled: int
) -> ResolveStatistics:
    return ResolveStatistics(
        records=len(batch.ids),
        goldens=int(resolved.labels.max(initial=-1)) + 1,
        candidate_pairs=resolved.candidates,
        seconds={stage: round(spent, 3) for stage, spent in seconds.items()},
        peak_rss_mb=_peak_memory(),
        spilled_mb=round(spilled / 1e6, 1),
        engine=engine,
        model={
            "cut": resolved.cut.weight,
            "cut_found_by": resolved.cut.method,
            "prior": resolved.trained.model.prior,
            "household": resolved.trained.model.household,
            "learned": VERSION,
            "learned_pairs": resolved.asked,
            "self_trained": resolved.taught,
            "slots": sorted(resolved.trained.columns),
        },
        mapping=dict(batch.mapping),
    )
