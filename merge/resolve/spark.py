"""Entity resolution on a Spark session of the caller's: a frame in, a frame out.

The same answer as ``ingot resolve`` without Spark: the same code runs, in other places (docs/adr/0015).
"""

from collections.abc import Mapping
from typing import Any

from merge.resolve.file_formats import Table
from merge.resolve.file_records import Batch, standardise_rows, understand
from merge.resolve.goldens import golden_ids
from merge.resolve.spark_session import require_pyspark
from merge.resolve.whole import Resolved
from merge.resolve.whole import resolve as resolve_records


def resolve(
    session: Any,
    frame: Any,
    *,
    id_column: str,
    source_column: str | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Any:
    """Which rows of a frame are the same customer.

    Args:
        session: the caller's SparkSession; it is used, never changed and never stopped.
        frame: one row a record; columns of any type, compared as their text.
        id_column: the column with ids, unique and never empty.
        source_column: where a row comes from; not compared.
        mapping: column to attribute, or ``ignore``; the others are recognised.

    Returns:
        A frame ``record_id, golden_id``, one row a record.

    Raises Invalid, Conflict and Unavailable with codes ``resolve.*``; no value of a person is told.
    """
    require_pyspark()
    batch, resolved = resolve_frame(session, frame, id_column, source_column, mapping or {})
    import pyarrow as pa  # noqa: PLC0415  (loads only where tables are used)

    columns = {"record_id": batch.ids.values, "golden_id": golden_ids(resolved, batch)}
    table = pa.table({name: values.cast(pa.string()) for name, values in columns.items()})
    return session.createDataFrame(table)


def resolve_frame(
    session: Any, frame: Any, id_column: str, source_column: str | None, mapping: Mapping[str, str]
) -> tuple[Batch, Resolved]:
    """The records of a frame, and what they resolve to."""
    from merge.resolve.spark_work import SparkWork  # noqa: PLC0415  (after pyspark is known to be there)

    work = SparkWork(session)
    tables, chosen, ids, notes = understand([_table(frame)], id_column, source_column, mapping)
    batch = standardise_rows(tables, chosen, ids, by_id=True, notes=notes, standard=work.standard)
    return batch, resolve_records(batch.records, stage=_quiet, engine=work.engine())


def _quiet(_: str) -> None:
    pass


def _table(frame: Any) -> Table:
    """The frame's cells as text, "" where a cell is null."""
    import pyarrow as pa  # noqa: PLC0415  (loads only where tables are used)
    from pyspark.sql import functions  # noqa: PLC0415  (heavy and optional)

    names = list(frame.columns)
    as_text = [
        functions.coalesce(frame[f"`{name.replace('`', '``')}`"].cast("string"), functions.lit("")).alias(name)
        for name in names
    ]
    table = frame.select(*as_text).toArrow()
    cells = [column.cast(pa.large_string()) for column in table.columns]
    return Table("the frame", names, cells, table.num_rows)
