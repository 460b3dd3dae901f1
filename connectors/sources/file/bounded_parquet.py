"""What a small Parquet file may claim to hold before it is read (CWE-409)."""

from pathlib import Path

import pyarrow.parquet as pq

from connectors.sources.values import ConfigError

# What is held in memory at once.
_ROW_GROUP_BYTES = 2 * 1024 * 1024 * 1024
_ROWS_A_BYTE = 1000
_FREE_ROWS = 10_000_000


def check_claims(file: pq.ParquetFile, path: Path) -> None:
    """Raises ConfigError for row groups that do not fit into memory, and for rows out of all proportion."""
    told = file.metadata
    if any(told.row_group(number).total_byte_size > _ROW_GROUP_BYTES for number in range(told.num_row_groups)):
        raise ConfigError(
            f"{path.name} has a row group of more than {_ROW_GROUP_BYTES} bytes; write it with smaller row groups."
        )
    if told.num_rows > max(_FREE_ROWS, path.stat().st_size * _ROWS_A_BYTE):
        raise ConfigError(f"{path.name} claims more rows than a file of its size can mean; check where it is from.")
