"""Files that are small on disk and without measure when they are read."""

import gzip
import zlib
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.sources.file import bounded_gzip, bounded_parquet
from connectors.sources.file.bounded_gzip import BoundedGzip
from connectors.sources.file.bounded_parquet import check_claims
from connectors.sources.file.lines import Encoding, LineReader
from connectors.sources.values import ConfigError

MIB = 1024 * 1024


@pytest.fixture
def bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """64 MiB of lines in 64 KiB; the free size is lowered so that no test has to wait for 256 MiB."""
    monkeypatch.setattr(bounded_gzip, "_FREE_BYTES", MIB)
    path = tmp_path / "a.csv.gz"
    packer = zlib.compressobj(9, wbits=31)
    path.write_bytes(
        b"".join([packer.compress((b"a," * 500 + b"b\n") * (MIB // 1002)) for _ in range(64)]) + packer.flush()
    )
    return path


def read_all(path: Path) -> int:
    """How many lines there are, as the file source reads them."""
    with BoundedGzip(path) as file:
        stream = cast("BinaryIO", file)
        reader = LineReader(stream, Encoding("utf-8", stream.read(4)))
        stream.seek(0)
        count = 0
        while reader.take() is not None:
            reader.keep(1)
            count += 1
    return count


def hash_all(path: Path) -> None:
    """As a later sync does to see whether what it read before is unchanged."""
    with BoundedGzip(path) as file:
        stream = cast("BinaryIO", file)
        LineReader(stream, Encoding("utf-8", b"a")).resume({"offset": 64 * MIB, "digest": "x"})


def test_a_bomb_ends_while_it_is_read(bomb: Path) -> None:
    with pytest.raises(ConfigError, match="expands to more than"):
        read_all(bomb)
    with pytest.raises(ConfigError, match="expands to more than"):
        hash_all(bomb)


def test_a_file_of_records_is_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_gzip, "_FREE_BYTES", 1)
    path = tmp_path / "b.csv.gz"
    path.write_bytes(gzip.compress(b"".join(b"%d,name %d\n" % (number, number * 7919) for number in range(50_000))))
    assert read_all(path) == 50_000


def test_parquet_that_claims_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "c.parquet"
    pq.write_table(pa.table({"a": ["x"] * 2_000_000}), path, row_group_size=1_000_000)
    with pq.ParquetFile(path) as file:
        check_claims(file, path)
        monkeypatch.setattr(bounded_parquet, "_FREE_ROWS", 1_000)
        monkeypatch.setattr(bounded_parquet, "_ROWS_A_BYTE", 1)
        with pytest.raises(ConfigError, match="claims more rows"):
            check_claims(file, path)
        monkeypatch.setattr(bounded_parquet, "_ROW_GROUP_BYTES", 100)
        with pytest.raises(ConfigError, match="row group"):
            check_claims(file, path)
