"""What a gateway joins by itself, record by record and with frozen weights, beside what a batch makes of the same file.

usage: python -m benchmarks.gateway_accuracy [--records N] [--folder FOLDER] [SET...]

A gateway cannot learn from all records at once, and what it joins nobody has looked at: precision counts before
recall, and what it is not sure of waits for a person. A set is a generated family (``benchmarks.customers``) or, of
``FOLDER`` (INGOT_BENCH_DATA by default), a labelled one. Columns are recognised as ``ingot resolve`` does.
"""

import argparse
import csv
import gzip
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.customers.families import DRAWN
from benchmarks.match_sets import generated
from benchmarks.resolve_accuracy import scores
from core.attributes import attribute
from core.errors import Invalid
from core.records import AttributeValue, SourceRecord
from merge.match.columns import SOURCE
from merge.match.model import Model
from merge.resolve.batch import graph_of
from merge.resolve.files import ResolveOptions, resolve_files
from merge.resolve.graph import Edge
from merge.resolve.grouping import MatchSettings, group, verified_of
from merge.resolve.keying import Keyer, broad_of, conjoined, unkeyed
from merge.resolve.records import LoadedRecord, prepare

Row = Mapping[str, str]
_SEED = 21


def rows_of(name: str, count: int, folder: Path | None) -> tuple[list[str], list[Row]]:
    """Columns and rows of a set, with its labels. Raises Invalid ``benchmark.set`` for one that is not there."""
    if name in DRAWN:
        columns, rows = generated(name, count, _SEED)
        return columns, [dict(row) for row in rows]
    paths = sorted(folder.glob(f"er/{name}/records.csv*")) if folder else []
    if not paths:
        raise Invalid("benchmark.set", f"There is no set '{name}', neither a family nor in er/ of --folder.")
    data = gzip.decompress(paths[0].read_bytes()) if paths[0].suffix == ".gz" else paths[0].read_bytes()
    listed = list(csv.DictReader(data.decode().splitlines()))[:count]
    return list(listed[0]), [dict(row) for row in listed]


def mapped(rows: Sequence[Row], mapping: Mapping[str, str]) -> list[SourceRecord]:
    """The records as a connector with that mapping lands them."""
    source = next((column for column, name in mapping.items() if name == SOURCE), None)
    known = [(column, name) for column, name in mapping.items() if _is_attribute(name) and column in rows[0]]
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        SourceRecord(
            row["unique_id"], row[source] if source else "file",
            [AttributeValue(name, row[column]) for column, name in known if row[column]], at,
        )
        for row in rows
    ]  # fmt: skip


def _is_attribute(name: str) -> bool:
    try:
        attribute(name)
    except Invalid:
        return False
    return True


def hubs_of(keyer: Keyer, loaded: Iterable[LoadedRecord], settings: MatchSettings) -> set[int]:
    """The keys that too many records hold, as maintenance finds them; and those of the conjoined ones."""
    keys = [keyer.found(one).keys for one in loaded]
    broad = set(chain.from_iterable(map(broad_of, keys)))
    held = Counter(key for listed in keys for _, key in listed)
    hubs = {key for key, count in held.items() if count > settings.cap(broad=key in broad)}
    both = Counter(key for listed in keys for key in conjoined(listed, hubs))
    return hubs | {key for key, count in both.items() if count > settings.cap(broad=False)}


def joined(records: Sequence[SourceRecord]) -> tuple[dict[str, str], Sequence[Edge], MatchSettings]:
    """Record id to the first id of its group, all edges, and the settings of a new workspace."""
    settings, keyer = MatchSettings(Model()), Keyer(unkeyed)
    loaded = {one.record_id: prepare(one) for one in records}
    edges = graph_of(loaded, settings, keyer=keyer, hubs=hubs_of(keyer, loaded.values(), settings)).edges
    verified = {name: [f"{kind}:{value}" for kind, value in verified_of(one.features)] for name, one in loaded.items()}
    partition = group(loaded, edges, [], verified, settings, {})
    return {name: members[0] for members in partition.groups for name in members}, edges, settings


def _share(edges: Sequence[Edge], truth: Mapping[str, str]) -> str:
    right = sum(truth[edge.left] == truth[edge.right] for edge in edges)
    return f"{len(edges):7} {right / max(1, len(edges)):6.3f}"


def measured(name: str, count: int, folder: Path | None) -> str:
    """One line of figures for a set."""
    columns, rows = rows_of(name, count, folder)
    truth = {row["unique_id"]: row["cluster_id"] for row in rows}
    told = [column for column in columns if column != "cluster_id"]
    with TemporaryDirectory() as temporary:
        path, out = Path(temporary, "in.csv"), Path(temporary, "out.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(told)
            writer.writerows([row[column] for column in told] for row in rows)
        statistics = resolve_files(ResolveOptions(inputs=[path], out=out, id_column="unique_id"))
        with out.open(encoding="utf-8", newline="") as file:
            batch = {row["record_id"]: row["golden_id"] for row in csv.DictReader(file)}
    found, edges, settings = joined(mapped(rows, statistics.mapping))
    lines = [f"{one:7.4f}" for one in (scores(truth, batch)[2], *scores(truth, found)[:3])]
    sure = [edge for edge in edges if edge.weight >= settings.line]
    asked = [edge for edge in edges if settings.model.review <= edge.weight < settings.line]
    return f"{name:18} {len(rows):7} {' '.join(lines)} {_share(sure, truth)} {_share(asked, truth)}"


def main() -> int:
    """Print a table."""
    parser = argparse.ArgumentParser(description="What a gateway joins by itself.")
    parser.add_argument("--records", type=int, default=5000)
    parser.add_argument("--folder", type=Path, default=os.environ.get("INGOT_BENCH_DATA"))
    parser.add_argument("sets", nargs="*", default=sorted(DRAWN))
    arguments = parser.parse_args()
    heads = ("set", "records", "batch F1", "P", "R", "F1", "joined", "right", "asked", "right")
    print("{:18} {:>7} {:>8} {:>6} {:>7} {:>7} {:>7} {:>6} {:>7} {:>6}".format(*heads), flush=True)
    for name in arguments.sets:
        print(measured(name, arguments.records, arguments.folder and Path(arguments.folder)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
