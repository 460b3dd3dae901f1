"""``ingot resolve``: entity resolution on plain files, no workspace needed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.output import AsJson, print_object, split_pairs, tell
from core.errors import Invalid
from merge.resolve.files import STAGES, ResolveOptions, ResolveStatistics, resolve_files

_WORDS = {
    "read": "reading",
    "standardise": "standardising",
    "block": "looking for candidate pairs",
    "train": "learning the columns",
    "score": "scoring",
    "cluster": "grouping",
    "write": "writing",
}


def refuse_overwriting(inputs: Sequence[Path], outputs: Sequence[Path]) -> None:
    """Refuse to write over an input or twice into one file. Raises Invalid ``resolve.overwrite``."""
    taken = [path.resolve() for path in inputs]
    for path in outputs:
        same = path.resolve() in taken or (
            path.exists() and any(other.exists() and other.samefile(path) for other in taken)
        )
        if same:
            raise Invalid("resolve.overwrite", f"'{path}' is an input or another output already; name a new file.")
        taken.append(path.resolve())


@contextmanager
def _watched() -> Iterator[Callable[[str], None]]:
    """A progress bar over the stages, on stderr, where that is a terminal."""
    from rich.console import Console  # noqa: PLC0415  (loads only when a file is resolved, not for the help)
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal
    ) as bars:
        task = bars.add_task("starting", total=len(STAGES))

        def begin(stage: str) -> None:
            bars.update(task, description=_WORDS[stage], completed=STAGES.index(stage))

        yield begin


def _told(found: ResolveStatistics) -> dict[str, Any]:
    return {
        "records": found.records,
        "goldens": found.goldens,
        "candidate_pairs": found.candidate_pairs,
        "mapping": dict(found.mapping),
        "seconds": dict(found.seconds),
    }


def resolve(
    inputs: Annotated[list[Path], typer.Argument(metavar="INPUT...", help="CSV, JSON lines or Parquet; gzip allowed.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="record_id, golden_id; CSV or Parquet by its ending.")],
    id_column: Annotated[
        str | None, typer.Option("--id", metavar="COLUMN", help="The id of a row; else its number.")
    ] = None,
    source: Annotated[str | None, typer.Option(metavar="COLUMN", help="Where a row comes from; not compared.")] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=ATTRIBUTE", help="Overrides what is recognised; 'ignore' drops."),
    ] = None,
    model: Annotated[Path | None, typer.Option(help="A model of --save-model instead of training one.")] = None,
    save_model: Annotated[Path | None, typer.Option("--save-model", help="Where to keep the trained model.")] = None,
    pairs: Annotated[Path | None, typer.Option(help="Scored pairs with their evidence; holds no values.")] = None,
    engine: Annotated[str, typer.Option(help="embedded, or spark (pip install 'ingot[spark]', Java 17).")] = "embedded",
    threshold: Annotated[
        float | None, typer.Option(help="Stricter above 0.5, looser below: moves the cut by these odds.")
    ] = None,
    stats: Annotated[Path | None, typer.Option(help="Where to write counts and times as JSON.")] = None,
    labels: Annotated[Path | None, typer.Option(help="left_id,right_id,match: lets people's word set the cut.")] = None,
    memory: Annotated[
        float | None,
        typer.Option(min=0, help="Gigabytes for what grows with the pairs; more goes to TMPDIR, as numbers alone."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Which rows are the same customer. No labels, no settings; the order of rows changes nothing.

    Works on your own plain files: outputs hold ids and evidence, no values. Text columns that no attribute fits are
    compared as text; columns called cluster_id or golden_id are left out.
    """
    refuse_overwriting(inputs, [one for one in (out, pairs, stats, save_model) if one is not None])
    with _watched() as begin:
        options = ResolveOptions(
            inputs=inputs,
            out=out,
            id_column=id_column,
            source_column=source,
            mapping=split_pairs(mapping or [], "--map"),
            model=model,
            save_model=save_model,
            pairs=pairs,
            engine=engine,
            threshold=threshold,
            stats=stats,
            labels=labels,
            memory=None if memory is None else round(memory * 1e9),
            stage=begin,
            note=tell,
        )
        found = resolve_files(options)
    if as_json:
        print_object(_told(found), as_json=True)
    tell(f"{found.records} records, {found.goldens} golden records: {out} ({sum(found.seconds.values()):.1f} s)")
