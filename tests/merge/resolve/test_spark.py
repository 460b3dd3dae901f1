"""The Spark engine: the same digests as the embedded one, a caller's session left alone, errors of its own."""

import csv
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import IngotError, Unavailable
from merge.match.parts import standard_parts
from merge.resolve import spark_session
from merge.resolve.digests import Digests, digests
from merge.resolve.file_records import load, standardise_rows
from merge.resolve.files import ResolveOptions, resolve_files
from merge.resolve.linkage import Constraints
from merge.resolve.spark import resolve, resolve_frame
from merge.resolve.spark_work import SparkWork, _parts, link_part
from merge.resolve.table_output import write_table
from merge.resolve.whole import LOWEST_CUT, Engine, Heights, linked_here
from merge.resolve.whole import resolve as resolve_records

# One session serves all of them.
pytestmark = pytest.mark.xdist_group("spark")
COLUMNS = ["key", "姓名", "手机", "邮箱", "生日", "城市", "身份证号"]
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林罗高", "伟芳静敏强磊军洋勇艳杰娟涛明超兰霞平刚桂文华建国志"
IDENTIFIERS = ("310101199001011234", "330106198505123417")


def customers(count: int) -> list[tuple[str, ...]]:
    """Chinese customers, a good third of them twice or more, with slips and gaps; seeded."""
    draw = random.Random(47)
    rows: list[tuple[str, ...]] = []
    while len(rows) < count:
        name = draw.choice(SURNAMES) + "".join(draw.sample(GIVEN, draw.choice((1, 2, 2))))
        phone, number = f"13{draw.randrange(10**9):09}", draw.randrange(10**6)
        born = f"{draw.randrange(1950, 2005)}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}"
        city = draw.choice(("上海", "苏州", "杭州", "南京", "北京"))
        identifier = draw.choice(IDENTIFIERS) if draw.random() < 0.001 else ""
        for _ in range(draw.choice((1, 1, 1, 2, 3))):
            slipped = phone[:-1] + str(draw.randrange(10)) if draw.random() < 0.1 else phone
            said = (name, slipped, f"u{number}@example.cn", born, city, identifier)
            rows.append((f"r{len(rows)}", *(one if draw.random() < 0.8 else "" for one in said)))
    return rows[:count]


def _install_java() -> None:
    if shutil.which("java") is not None:
        return
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or shutil.which("apt-get") is None:
        pytest.skip("no Java, and only root on Debian can install it: apt-get install openjdk-17-jre-headless")
    lock = str(Path(tempfile.gettempdir()) / "apt.lock")
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", "openjdk-17-jre-headless"]):
        subprocess.run(
            ["flock", lock, "apt-get", *arguments],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdout=subprocess.DEVNULL,
            check=False,
            timeout=280,
        )
    if shutil.which("java") is None:
        pytest.skip("Java could not be installed with apt-get install openjdk-17-jre-headless")


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A session as a caller has it: two cores, its own settings."""
    if find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed: the full tier installs the extra 'spark'")
    _install_java()
    from pyspark.sql import SparkSession  # noqa: PLC0415  (an optional extra)

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    root = str(Path(__file__).parents[3])
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "2g")
        .config("spark.executorEnv.PYTHONPATH", root)
        .getOrCreate()
    )
    yield session
    session.stop()


# Py4J leaves the socket over which it fetched a table to the garbage collector.
sockets = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


def embedded(path: Path) -> Digests:
    tables, mapping, ids, notes = load([path], id_column="key", source_column=None, mapping={})
    batch = standardise_rows(tables, mapping, ids, by_id=True, notes=notes, standard=standard_parts)
    return digests(resolve_records(batch.records, stage=lambda _: None, engine=Engine()), batch)


@pytest.mark.full
@pytest.mark.timeout(900)
@sockets
@pytest.mark.parametrize("count", [10_000, 100_000])
def test_AT47_embedded_and_spark_give_identical_digests(spark: Any, tmp_path: Path, count: int) -> None:
    rows = customers(count)
    write_table(tmp_path / "in.csv", COLUMNS, rows)
    frame = spark.createDataFrame(random.Random(1).sample(rows, len(rows)), COLUMNS)
    batch, resolved = resolve_frame(spark, frame, "key", None, {})
    found = digests(resolved, batch)
    # The frame's rows come in another order than the file's: neither that nor the engine may be seen in the result.
    assert found == embedded(tmp_path / "in.csv")
    assert len(set(resolved.labels.tolist())) < count * 0.9


@pytest.mark.full
@sockets
def test_a_callers_session_gets_a_frame_and_lives_on(spark: Any) -> None:
    rows = customers(500)
    frame = spark.createDataFrame(rows, COLUMNS)
    # Spark itself settles the last of its configuration (where its warehouse is) at a session's first query.
    assert frame.count() == len(rows)
    before = dict(spark.sparkContext.getConf().getAll())
    found = resolve(spark, frame, id_column="key")
    assert found.columns == ["record_id", "golden_id"]
    assert sorted(row["record_id"] for row in found.collect()) == sorted(row[0] for row in rows)
    assert dict(spark.sparkContext.getConf().getAll()) == before
    assert spark.range(3).count() == 3


@pytest.mark.full
@sockets
def test_the_command_uses_the_active_session_and_writes_the_same_file(spark: Any, tmp_path: Path) -> None:
    source, stats = tmp_path / "in.csv", tmp_path / "stats.json"
    write_table(source, COLUMNS, customers(3000))
    outputs = {}
    for engine in ("embedded", "spark"):
        out = tmp_path / f"{engine}.csv"
        options = ResolveOptions(inputs=[source], out=out, id_column="key", engine=engine, stats=stats)
        assert resolve_files(options).engine == engine
        outputs[engine] = list(csv.reader(out.open(encoding="utf-8", newline="")))
    assert outputs["spark"] == outputs["embedded"]
    assert json.loads(stats.read_text())["engine"] == "spark"
    assert spark.range(3).count() == 3


def broken(item: int) -> int:
    message = "Karin Lindqvist"
    raise ValueError(message)


@pytest.mark.full
@sockets
def test_a_task_that_fails_is_told_without_values(spark: Any) -> None:
    with pytest.raises(Unavailable) as refused:
        list(SparkWork(spark).each(broken, [1]))
    assert refused.value.code == "resolve.spark_failed"
    assert "Lindqvist" not in str(refused.value)


def refusal(tmp_path: Path) -> IngotError:
    source = tmp_path / "in.csv"
    source.write_bytes(b"key,surname\n1,Lindqvist\n")
    with pytest.raises(IngotError) as refused:
        resolve_files(ResolveOptions(inputs=[source], out=tmp_path / "out.csv", id_column="key", engine="spark"))
    assert not (tmp_path / "out.csv").exists()
    return refused.value


def test_without_pyspark_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_session, "find_spec", lambda name: None)
    error = refusal(tmp_path)
    assert (error.code, "ingot[spark]" in str(error)) == ("resolve.spark_missing", True)
    with pytest.raises(Unavailable) as refused:
        resolve(None, None, id_column="key")
    assert refused.value.code == "resolve.spark_missing"


@pytest.mark.parametrize("home", ["", "nowhere"])
def test_without_java_it_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("JAVA_HOME", home and str(tmp_path / home))
    with pytest.raises(Unavailable) as refused:
        spark_session.require_java()
    assert refused.value.code == "resolve.spark_java"
    assert "openjdk-17" in str(refused.value)


@pytest.mark.parametrize("seed", range(20))
def test_components_linked_in_parts_are_linked_as_one(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("merge.resolve.spark_work._PAIRS", 5)
    draw = random.Random(seed)
    pairs = sorted({tuple(sorted(draw.sample(range(60), 2))) for _ in range(draw.choice((3, 40, 120)))})
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    weights = np.array([draw.randrange(-9000, 9000) for _ in pairs], dtype=np.int64)
    verified = {item: frozenset({f"id.x:{draw.randrange(3)}"}) for item in draw.sample(range(60), 6)}
    constraints = Constraints(verified=verified, max_size=8)
    whole = linked_here(left, right, weights, constraints, Heights(LOWEST_CUT))
    parts = [link_part(part, Heights(LOWEST_CUT)) for part in _parts(left, right, weights, constraints, LOWEST_CUT)]
    found = sorted(merge for part in parts for merge in zip(*(one.tolist() for one in part), strict=True))
    assert found == sorted(zip(whole.left.tolist(), whole.right.tolist(), whole.height.tolist(), strict=True))
