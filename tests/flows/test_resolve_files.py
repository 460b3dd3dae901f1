"""``ingot resolve`` as a person types it, on input that nobody meant to give: each is worked on, or refused with what,
where and what to do, without a value, and nothing is written."""

import csv
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from random import Random
from string import ascii_lowercase

import pytest
from typer.testing import CliRunner, Result

from api.cli.main import app
from merge.match.pair_model import SHA256, SHA256_OF_CROWDS, SHA256_OF_ORGANIZATIONS
from tests.flows.conftest import ROOT

SECRET = "Lindqvist"
UTF_8, GB18030 = "1,张三丰\n".encode(), "2,李四李四\n".encode("gb18030")
ACCENTS = "3,Jürgen Müller-Größe\n"


def ingot(folder: Path, content: bytes | None, *arguments: str, name: str = "in.csv") -> Result:
    """The command on one file; ``{}`` in an argument is the folder."""
    if content is not None:
        (folder / name).write_bytes(content)
    told = [one.replace("{}", str(folder)) for one in arguments]
    out = [] if "--out" in told else ["--out", str(folder / "out.csv")]
    return CliRunner().invoke(app, ["resolve", str(folder / name), *out, *told])


def groups(folder: Path) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["golden_id"], set()).add(row["record_id"])
    return {frozenset(group) for group in found.values()}


@pytest.mark.parametrize(
    ("content", "arguments", "code", "told"),
    [
        (b"", [], "resolve.empty", "in.csv is empty: it has no header and no rows"),
        (b"\n\n\n", [], "resolve.empty", "in.csv is empty"),
        (b"key,name\n1,Lindqvist\n,Berg\n3,Lee\n ,Ng\n", ["--id", "key"], "resolve.id", "'key' is empty in rows 2, 4"),
        (b"key,surname\n7,Lindqvist\n8,Lee\n7,Ng\n", ["--id", "key"], "resolve.duplicate_id", "same id in rows 1, 3"),
        (b"key,surname\n7,Lindqvist\n", ["--id", "number"], "resolve.id", "its columns are: key, surname"),
        (b"a,a\n1,2\n", [], "resolve.columns", "two columns of one name: a"),
        (b"a,b\n1,2,Lindqvist\n", [], "resolve.row", "line 2 has 3 cells, the header has 2"),
        (b'a,b\n1,"Lindqvist\n2,x\n', [], "resolve.row", "breaks near line 3; check its quotes"),
        (b"a,b\n1,Lindqvist\na,b\n2,Lee\n", [], "resolve.row", "row 2 is the header again"),
        (b'a,b\n1,Lindqvist\na,b\n2,"x ""y"" z"u\n', [], "resolve.row", "near line 4"),
        (b"a,b\n1,Lind\x00qvist\n", [], "resolve.encoding", "holds a NUL byte in line 2: it is damaged"),
        (b"a,b\n1,\xff\xff\xff\xff\n", [], "resolve.encoding", "neither UTF-8 nor GB18030 nor Big5 text"),
        (b"a,b\n" + UTF_8 + GB18030, [], "resolve.encoding", "mixes encodings: line 3 is not UTF-8 and others are"),
        (b"a,b\n" + ACCENTS.encode() * 3 + ACCENTS.encode("cp1252"), [], "resolve.encoding", "line 5 is not UTF-8"),
        (b"a,b\n" + GB18030 * 50 + UTF_8 * 2, [], "resolve.encoding", "mixes encodings: line 2 is not UTF-8"),
        (b"\xff\xfea", [], "resolve.encoding", "is neither UTF-8 nor GB18030 nor Big5 text"),
        (b"PK\x03\x04" + bytes(40), [], "resolve.encoding", "is a workbook of a spreadsheet; save it as CSV"),
        (b"PAR1" + bytes(40), [], "resolve.parquet", "is not a readable Parquet file"),
        (b"\x1f\x8b" + bytes(10), [], "resolve.input", "cannot be read: its gzip data is damaged"),
        (b"a,b\n1,2\n", ["--threshold", "1.5"], "resolve.threshold", "between 0 and 1"),
        (b"a,b\n1,2\n", ["--engine", "abacus"], "resolve.engine", "use --engine embedded or spark"),
        (b"a,b\n1,2\n", ["--map", "c=email"], "resolve.map", "columns that no input has: c"),
        (b"a,b\n1,2\n", ["--out", "{}/no/out.csv"], "resolve.output", "there is no folder"),
        (b"a,b\n1,2\n", ["--out", "{}"], "resolve.output", "is not a plain file; name another"),
        (b"a,b\n1,2\n", ["--out", "/dev/null"], "resolve.output", "is not a plain file; name another"),
        (b"a,b\n1,2\n", ["--stats", "{}/no/stats.json"], "resolve.output", "there is no folder"),
        (b"a,b\n1,2\n", ["--save-model", "{}/no/model.json"], "resolve.output", "there is no folder"),
        (b"a,b\n1,2\n", ["--model", "{}/no.json"], "resolve.model", "There is no model file"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(
    tmp_path: Path, content: bytes, arguments: list[str], code: str, told: str
) -> None:
    done = ingot(tmp_path, content, *arguments)
    assert done.exit_code in {1, 2, 3, 5}
    assert f"[{code}]" in done.stderr
    assert told in done.stderr
    assert SECRET not in done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv"]
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize(
    "lines",
    [
        b'{"key": 1, "name": "Karin Lindqvist"}\n[1]\n',
        b'{"key": 1, "name": "Karin Lindqvist"}\n{"key": 2, "na',
        b'{"key": 1, "name": "Karin Lindqvist"}\n{"key": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
    ],
)
def test_lines_that_are_no_objects_are_refused(tmp_path: Path, lines: bytes) -> None:
    done = ingot(tmp_path, lines, name="in.jsonl")
    assert (done.exit_code, "line 2 is not a JSON object" in done.stderr) == (2, True)
    assert SECRET not in done.output


SLOT = (
    '{"match": [-4000, -4000, -3000, -500], "near_cost": 1, "loose_cost": 1, "cap": 9, "personal": 0, '
    '"personal_cap": 1, "bundle": "", "sparse": true, "near_bits": 5}'
)
ROUND = f'{{"household": 0, "weights": {{"phone": {SLOT}}}}}'
MODEL = (
    '{"kind": "ingot-match-model", "version": 4, '
    f'"learned": ["{SHA256}", "{SHA256_OF_CROWDS}", "{SHA256_OF_ORGANIZATIONS}"], '
    '"cut": -1000, "taught_cut": null, '
    f'"rounds": [{ROUND}, {ROUND}]}}'
)


def test_a_model_of_this_version_is_taken(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(MODEL)
    done = ingot(tmp_path, b"key,surname\n1,Lindqvist\n", "--model", str(tmp_path / "model.json"))
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    "model",
    [
        b'{"kind": "ingot-match-model", "version": 99}',
        b'{"kind": "ingot-match-model", "version": 1, "learned": 1}',
        b'{"kind": "another"}',
        b"[]",
        b'{"kind":',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        *(
            MODEL.replace(*change).encode()
            for change in (
                (SHA256, SHA256_OF_ORGANIZATIONS),
                ('"cut": -1000', '"cut": Infinity'),
                ('"cut": -1000', '"cut": 1e99'),
                ("[-4000, -4000, -3000, -500]", "[1, 2]"),
                ('"cap": 9', '"cap": 99999999999999999999'),
                ('"household": 0', '"household": "many"'),
                (f"[{ROUND}, ", "["),
            )
        ),
    ],
)
def test_a_model_of_another_version_is_refused(tmp_path: Path, model: bytes) -> None:
    (tmp_path / "model.json").write_bytes(model)
    done = ingot(tmp_path, b"key,surname\n1,Lindqvist\n", "--model", str(tmp_path / "model.json"))
    assert (done.exit_code, "[resolve.model]" in done.stderr, "--save-model" in done.stderr) == (2, True, True)
    assert not (tmp_path / "out.csv").exists()


ROW = "Karin,Lindqvist,k@lindqvist.example"
NAMES = "first_name,surname,email"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"key,{NAMES}\n".encode(), set()),
        (f"key,{NAMES}\n1,{ROW}\n".encode(), {frozenset("1")}),
        (f"\ufeffkey,{NAMES}\r\n1,{ROW}\r\n2,{ROW}\r\n".encode(), {frozenset("12")}),
        (f"key,{NAMES}\n1,{ROW}\n2,{ROW}\n".encode("utf-16"), {frozenset("12")}),
        (f"key,{NAMES}\r1,{ROW}\r2,{ROW}\r".encode(), {frozenset("12")}),
        (f'key,{NAMES},"no""tes"\n1,{ROW},"a, ""b""\nc"\n2,{ROW},\n'.encode(), {frozenset("12")}),
        (f"key,{NAMES}\n1,{ROW}\n2,Olof\n".encode(), {frozenset("1"), frozenset("2")}),
        (f"key,{NAMES},,\n1,{ROW},x,y\n2,{ROW},z,\n".encode(), {frozenset("12")}),
        (f"key,{NAMES},cluster_id,by,order,select\n1,{ROW},a,b,c,d\n2,{ROW},e,b,f,d\n".encode(), {frozenset("12")}),
        (f"key,{NAMES},dob\n1,{ROW},1980-02-30\n2,{ROW},0000-00-00\n".encode(), {frozenset("12")}),
        ("key,姓名,手机号\n1,张三丰,13800138000\n2,張三豐,138 0013 8000\n".encode("gbk"), {frozenset("12")}),
    ],
    ids=["header", "one", "bom", "utf16", "cr", "quotes", "short", "unnamed", "words", "dates", "gbk"],
)  # fmt: skip
def test_what_is_odd_is_worked_on(tmp_path: Path, content: bytes, expected: set[frozenset[str]]) -> None:
    done = ingot(tmp_path, content, "--id", "key")
    assert done.exit_code == 0, done.output
    assert groups(tmp_path) == expected
    assert SECRET not in done.output


def test_three_hundred_columns(tmp_path: Path) -> None:
    draw = Random(300)
    people = [",".join("".join(draw.sample(ascii_lowercase, 9)) for _ in range(3)) + "@x.example" for _ in range(40)]
    header = f"key,{NAMES}," + ",".join(f"c{number}" for number in range(296))
    rows = [f"{number},{one}," + ",".join(["x"] * 296) for number, one in enumerate([*people, *people[:2]])]
    done = ingot(tmp_path, "\n".join([header, *rows]).encode(), "--id", "key")
    assert done.exit_code == 0, done.output
    assert {group for group in groups(tmp_path) if len(group) > 1} == {frozenset({"0", "40"}), frozenset({"1", "41"})}


def test_all_rows_equal_and_a_column_of_one_value(tmp_path: Path) -> None:
    assert ingot(tmp_path, f"{NAMES},country\n".encode() + f"{ROW},Sweden\n".encode() * 300).exit_code == 0
    assert len(groups(tmp_path)) == 1
    assert ingot(tmp_path, b"key,country\n" + b"".join(b"%d,Sweden\n" % n for n in range(300))).exit_code == 0
    assert len(groups(tmp_path)) == 300


def test_through_a_link_what_it_leads_to_is_written(tmp_path: Path) -> None:
    target, link = tmp_path / "real.csv", tmp_path / "link.csv"
    link.symlink_to(target)
    done = ingot(tmp_path, f"key,{NAMES}\n1,{ROW}\n".encode(), "--out", str(link))
    assert done.exit_code == 0, done.output
    assert link.is_symlink()
    assert target.read_text().startswith("record_id,golden_id\n1,g_")


def command(folder: Path, python: str, environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [python, "-m", "api.cli.main", "resolve", *arguments],
        env={"PYTHONPATH": str(ROOT), "HOME": str(folder), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_process_of_its_own_ends_with_one_sentence_and_a_code(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(b"key,surname\n7,Lindqvist\n8,Lee\n7,Stone\n")
    environment = {"PATH": os.environ["PATH"]}
    code, told = command(tmp_path, sys.executable, environment, "in.csv", "--id", "key", "--out", "out.csv")
    assert code == 5
    assert told.startswith("ingot: Column 'key' has the same id in rows 1, 3; ids must be unique over all inputs.")
    assert told.endswith(" [resolve.duplicate_id]\n")
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.full
def test_spark_without_java_is_told_what_to_install(tmp_path: Path) -> None:
    if find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed: the full tier installs the extra 'spark'")
    (tmp_path / "in.csv").write_bytes(b"key,surname\n7,Lindqvist\n")
    (tmp_path / "bin").mkdir()
    environment = {"PATH": str(tmp_path / "bin"), "JAVA_HOME": ""}
    code, told = command(tmp_path, sys.executable, environment, "in.csv", "--out", "out.csv", "--engine", "spark")
    assert (code, "[resolve.spark_java]" in told, "openjdk-17-jre-headless" in told) == (1, True, True)
    assert not (tmp_path / "out.csv").exists()
