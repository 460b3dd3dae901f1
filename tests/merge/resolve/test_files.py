"""``ingot resolve`` on files: formats, ids, mapping, bad input, any order, and the bench data where it is there."""

import csv
import gzip
import json
import os
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks.customers.families import write as write_family
from core.errors import Conflict, IngotError, Invalid, NotFound
from merge.resolve.files import ResolveOptions, resolve_files
from merge.resolve.output_files import whole
from merge.resolve.table_output import write_table

PEOPLE = [
    ("1", "Karin", "Lindqvist", "1980-05-17", "karin@lindqvist.example"),
    ("2", "Karin", "Lindqvist", "1980-05-17", "karin@lindqvist.example"),
    ("3", "Karin", "Lindqist", "1980-05-17", "karin@lindqvist.example"),
    ("4", "Tobias", "Wagenaar", "1971-11-02", "t.wagenaar@example.net"),
    ("5", "Tobias", "Wagenaar", "1971-11-20", "t.wagenaar@example.net"),
    ("6", "Ines", "Carvalho", "1993-01-30", ""),
]
HEADER = ["key", "first_name", "surname", "dob", "email"]
SECRET = "Lindqvist"


def write(path: Path, rows: Sequence[tuple[str, ...]], header: list[str] | None = None) -> Path:
    write_table(path, header or HEADER, rows)
    return path


def run(tmp_path: Path, *inputs: Path, **options: Any) -> dict[str, str]:
    out = tmp_path / "out.csv"
    resolve_files(ResolveOptions(inputs=inputs, out=out, **options))
    with out.open(encoding="utf-8", newline="") as file:
        return {row["record_id"]: row["golden_id"] for row in csv.DictReader(file)}


def groups(found: dict[str, str]) -> set[frozenset[str]]:
    by: dict[str, set[str]] = {}
    for record, golden in found.items():
        by.setdefault(golden, set()).add(record)
    return {frozenset(group) for group in by.values()}


EXPECTED = {frozenset("123"), frozenset("45"), frozenset("6")}


def test_people_are_found(tmp_path: Path) -> None:
    assert groups(run(tmp_path, write(tmp_path / "in.csv", PEOPLE), id_column="key")) == EXPECTED


def test_beyond_its_memory_it_spills_and_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("merge.match.room._SMALL", 0)
    path, stats = tmp_path / "in.csv", tmp_path / "stats.json"
    write_family("contacts", 400, 5, path)
    found = [run(tmp_path, path, id_column="unique_id", memory=memory, stats=stats) for memory in (1 << 40, 0)]
    assert found[0] == found[1]
    assert json.loads(stats.read_text(encoding="utf-8"))["spilled_mb"] > 0


def test_dates_are_read_as_each_source_writes_them(tmp_path: Path) -> None:
    rows = [
        ("1", "uk", "Karin", "Lindqvist", "03/04/1980"),
        ("2", "us", "Karin", "Lindqist", "04/03/1980"),
        ("3", "uk", "Tobias", "Wagenaar", "25/11/1971"),
        ("4", "us", "Tobias", "Wagenaar", "11/25/1971"),
        ("5", "uk", "Karin", "Berg", "04/03/1980"),
    ]
    path = write(tmp_path / "in.csv", rows, ["key", "source", "first_name", "surname", "dob"])
    pairs = tmp_path / "pairs.csv"
    run(tmp_path, path, id_column="key", pairs=pairs)
    with pairs.open(encoding="utf-8", newline="") as file:
        found = {(row["left_id"], row["right_id"]): json.loads(row["evidence"]) for row in csv.DictReader(file)}
    assert {one["slot"]: one["level"] for one in found["1", "2"]}["birth"] == "exact"


def test_a_contact_person_is_not_the_customer_where_rows_are_organisations(tmp_path: Path) -> None:
    rows = [
        ("1", "苏州宏远新材料有限公司", "021-36521842", "王健"),
        ("2", "宏远新材料（苏州）有限公司", "021-36521842", ""),
        ("3", "上海智华网络科技有限公司", "", "王健"),
        ("4", "上海智远网络科技有限公司", "", ""),
    ]
    path = write(tmp_path / "in.csv", rows, ["key", "企业名称", "联系电话", "联系人"])
    notes: list[str] = []
    found = groups(run(tmp_path, path, id_column="key", note=notes.append))
    assert frozenset("12") in found
    assert not any({"3", "4"} <= group for group in found)
    assert any("contact person" in note and "联系人" in note for note in notes)


def test_without_id_the_row_number_is_the_id(tmp_path: Path) -> None:
    assert groups(run(tmp_path, write(tmp_path / "in.csv", PEOPLE))) == EXPECTED


@pytest.mark.parametrize("with_id", [True, False])
def test_row_order_changes_nothing(tmp_path: Path, with_id: bool) -> None:
    rows = [*PEOPLE, *((str(number), f"Given{number % 7}", f"Family{number % 5}", "", "") for number in range(10, 40))]
    column = "key" if with_id else None
    first = run(tmp_path, write(tmp_path / "a.csv", rows), id_column=column)
    shuffled = random.Random(5).sample(rows, len(rows))
    second = run(tmp_path, write(tmp_path / "b.csv", shuffled), id_column=column)
    if with_id:
        assert first == second
    else:
        by_content = [
            {frozenset(given[int(number) - 1][0] for number in group) for group in groups(found)}
            for given, found in ((rows, first), (shuffled, second))
        ]
        assert by_content[0] == by_content[1]


@pytest.mark.parametrize("name", ["in.csv", "in.csv.gz", "in.jsonl", "in.parquet", "bom.csv", "semicolon.csv"])
def test_formats(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith(".jsonl"):
        path.write_text("".join(json.dumps(dict(zip(HEADER, row, strict=True))) + "\n" for row in PEOPLE))
    else:
        write(path, PEOPLE)
    if name == "bom.csv":
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    if name == "semicolon.csv":
        path.write_text(path.read_text().replace(",", ";"))
    assert groups(run(tmp_path, path, id_column="key")) == EXPECTED


def test_gb18030_is_read_and_told(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes("编号,姓名,手机号\n1,张三丰,13800138000\n2,張三豐,138 0013 8000\n".encode("gb18030"))
    notes: list[str] = []
    assert groups(run(tmp_path, path, id_column="编号", note=notes.append)) == {frozenset("12")}
    assert any("GB18030" in note for note in notes)


def test_parquet_output_pairs_stats_and_model(tmp_path: Path) -> None:
    from pyarrow import parquet  # noqa: PLC0415  (heavy, and for this test alone)

    source = write(tmp_path / "in.csv", PEOPLE)
    files = {name: tmp_path / name for name in ("out.parquet", "pairs.csv", "stats.json", "model.json")}
    found = resolve_files(
        ResolveOptions(
            inputs=[source],
            out=files["out.parquet"],
            id_column="key",
            pairs=files["pairs.csv"],
            stats=files["stats.json"],
            save_model=files["model.json"],
        )
    )
    assert parquet.read_table(files["out.parquet"]).column("record_id").to_pylist() == [row[0] for row in PEOPLE]
    stats = json.loads(files["stats.json"].read_text())
    assert (
        (stats["records"], stats["goldens"], stats["engine"])
        == (6, 3, "embedded")
        == (found.records, found.goldens, found.engine)
    )
    assert set(stats["seconds"]) == {"read", "standardise", "block", "train", "score", "cluster", "write"}
    pairs = listed(files["pairs.csv"])
    assert {row["verdict"] for row in pairs} <= {"auto", "review", "no"}
    assert all({"slot", "level", "weight"} <= set(entry) for row in pairs for entry in json.loads(row["evidence"]))
    for path in (files["pairs.csv"], files["stats.json"], files["model.json"]):
        assert SECRET.lower() not in path.read_text().lower()
    assert groups(run(tmp_path, source, id_column="key", model=files["model.json"])) == EXPECTED


def test_map_wins_and_ignore_drops(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", PEOPLE)
    mapping = {"email": "ignore", "dob": "ignore", "first_name": "ignore", "surname": "text.word"}
    found = run(tmp_path, source, id_column="key", mapping=mapping)
    assert groups(found) != EXPECTED
    with pytest.raises(Invalid) as refused:
        run(tmp_path, source, mapping={"email": "no.such.thing"})
    assert refused.value.code == "attribute.unknown"
    with pytest.raises(Invalid) as refused:
        run(tmp_path, source, mapping={"nowhere": "email"})
    assert refused.value.code == "resolve.map"


def test_columns_with_names_of_a_query_language_break_nothing(tmp_path: Path) -> None:
    header = [*HEADER, "cluster_id", "by", "order", "source"]
    rows = [(*row, f"c{number}", "x", str(number), "crm") for number, row in enumerate(PEOPLE)]
    notes: list[str] = []
    found = run(tmp_path, write(tmp_path / "in.csv", rows, header), id_column="key", note=notes.append)
    assert groups(found) == EXPECTED
    assert any("output of a matcher" in note and "cluster_id" in note for note in notes)


def listed(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_two_inputs(tmp_path: Path) -> None:
    one = write(tmp_path / "a.csv", PEOPLE[:2])
    two = write(tmp_path / "b.csv", [row[::-1] for row in PEOPLE[2:]], HEADER[::-1])
    assert groups(run(tmp_path, one, two, id_column="key")) == EXPECTED


def test_contacts_of_all_kinds_in_one_column_meet_those_in_columns_of_their_own(tmp_path: Path) -> None:
    forms = [
        ("1", "张伟", "13800138000"),
        ("2", "张伟", "zhang.wei@x.example"),
        ("3", "张伟", "13800138000 / zhang.wei@x.example"),
        ("4", "李娜", "微信：lina_8812"),
        ("5", "李娜", "13900139000，微信：lina_8812"),
        ("6", "王芳", "wang.fang@y.example"),
    ]
    shop = [("7", "王芳", "wang.fang@y.example", ""), ("8", "李娜", "", "13900139000")]
    one = write(tmp_path / "forms.csv", forms, ["key", "姓名", "联系方式"])
    two = write(tmp_path / "shop.csv", shop, ["key", "姓名", "email", "手机"])
    found = groups(run(tmp_path, one, two, id_column="key"))
    assert found == {frozenset("123"), frozenset("458"), frozenset("67")}


def test_a_stricter_threshold_joins_no_more(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", [*PEOPLE, ("7", "Ines", "Carvallo", "", "")])
    counts = [len(groups(run(tmp_path, source, id_column="key", threshold=at))) for at in (0.01, 0.5, 0.9999)]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def test_a_header_without_rows_and_one_row(tmp_path: Path) -> None:
    assert run(tmp_path, write(tmp_path / "none.csv", [])) == {}
    assert len(run(tmp_path, write(tmp_path / "one.csv", PEOPLE[:1]), id_column="key")) == 1


def test_all_rows_equal(tmp_path: Path) -> None:
    rows = [(str(number), *PEOPLE[0][1:]) for number in range(300)]
    assert len(groups(run(tmp_path, write(tmp_path / "in.csv", rows), id_column="key"))) == 1


def test_equal_rows_that_say_little_stay_apart(tmp_path: Path) -> None:
    rows = [(str(number), "John", "Smith", "", "") for number in range(50)]
    assert len(groups(run(tmp_path, write(tmp_path / "in.csv", rows), id_column="key"))) == 50


def test_different_verified_identifiers_are_never_joined(tmp_path: Path) -> None:
    header = ["key", "姓名", "手机号", "身份证号"]
    rows = [
        ("1", "张三丰", "13800138000", "310101199001011234"),
        ("2", "张三丰", "13800138000", ""),
        ("3", "张三丰", "13800138000", "330106198505123417"),
    ]
    found = run(tmp_path, write(tmp_path / "in.csv", rows, header), id_column="key")
    assert found["1"] != found["3"]


def refusal(tmp_path: Path, content: bytes, **options: Any) -> IngotError:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(IngotError) as refused:
        run(tmp_path, path, **options)
    assert SECRET not in str(refused.value)
    return refused.value


def test_bad_input_is_told_without_values(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"").code == "resolve.empty"
    assert refusal(tmp_path, b"a,b\n1,2,Lindqvist\n").code == "resolve.row"
    assert refusal(tmp_path, b'a,b\n1,"Lindqvist\n').code == "resolve.row"
    assert refusal(tmp_path, b"a,b\n1,\xff\xff\xff\xff\n").code == "resolve.encoding"
    assert refusal(tmp_path, b"a,a\n1,2\n").code == "resolve.columns"
    assert refusal(tmp_path, b"a,b\n1,Lindqvist\n", id_column="key").code == "resolve.id"
    assert refusal(tmp_path, b"a,b\n,Lindqvist\n", id_column="a").code == "resolve.id"
    assert refusal(tmp_path, b"a,b\n1,2\n", engine="abacus").code == "resolve.engine"
    assert refusal(tmp_path, b"a,b\n1,2\n", threshold=1.5).code == "resolve.threshold"
    bad_model = tmp_path / "model.json"
    bad_model.write_text('{"kind": "ingot-match-model", "version": 99}')
    assert refusal(tmp_path, b"a,b\n1,2\n", model=bad_model).code == "resolve.model"


def test_duplicate_ids_are_refused_with_row_numbers(tmp_path: Path) -> None:
    error = refusal(tmp_path, b"key,surname\n7,Lindqvist\n8,Lee\n7,Stone\n", id_column="key")
    assert isinstance(error, Conflict)
    assert error.details["rows"] == [1, 3]


def test_a_missing_file_and_damaged_gzip(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        run(tmp_path, tmp_path / "nowhere.csv")
    damaged = tmp_path / "bad.csv.gz"
    damaged.write_bytes(gzip.compress(b"a,b\n1,2\n" * 100)[:30])
    with pytest.raises(IngotError) as refused:
        run(tmp_path, damaged)
    assert refused.value.code == "resolve.input"


@pytest.mark.parametrize("other", ["宏远新材料（上海）有限公司", "SHANGHAI HONGYUAN NEW MATERIALS CO LTD"])
def test_a_company_is_known_by_either_of_two_names_in_one_cell(tmp_path: Path, other: str) -> None:
    both = "上海宏远新材料有限公司 Shanghai Hongyuan New Materials Co., Ltd"
    rows = [("1", both, "中国"), ("2", other, "China"), ("3", "上海智华网络科技有限公司", "CN")]
    found = run(tmp_path, write(tmp_path / "in.csv", rows, ["key", "企业名称", "国家"]), id_column="key")
    assert groups(found) == {frozenset("12"), frozenset("3")}


def test_a_masked_telephone_may_be_the_whole_number(tmp_path: Path) -> None:
    rows = [("1", "张三丰", "13800138000"), ("2", "张三丰", "138****8000"), ("3", "李四光", "+86 138****8000")]
    pairs = tmp_path / "pairs.csv"
    source = write(tmp_path / "in.csv", rows, ["key", "姓名", "手机"])
    assert groups(run(tmp_path, source, id_column="key", pairs=pairs)) == {frozenset("12"), frozenset("3")}
    with pairs.open(encoding="utf-8", newline="") as file:
        found = {(row["left_id"], row["right_id"]): json.loads(row["evidence"]) for row in csv.DictReader(file)}
    assert {one["slot"]: one["level"] for one in found["1", "2"]}["phone"] == "loose"


def write_half(path: Path) -> None:
    with whole(path) as partial:
        partial.write_text("half")
        raise KeyboardInterrupt


def test_what_ends_the_writing_of_a_file_leaves_nothing_behind(tmp_path: Path) -> None:
    old = tmp_path / "out.csv"
    old.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        write_half(old)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("out.csv", "old")]


def bench(name: str) -> Path:
    root = Path(os.environ.get("INGOT_BENCH_DATA", Path(__file__).parents[4] / "shared" / "bench"))
    path = root / "er" / name / "records.csv"
    if not path.exists():
        pytest.skip(f"the bench data are not there: set INGOT_BENCH_DATA ({name})")
    return path


def pair_f1(truth: dict[str, str], found: dict[str, str]) -> float:
    def pairs(sizes: Counter[Any]) -> int:
        return sum(size * (size - 1) // 2 for size in sizes.values())

    both = pairs(Counter((truth[record], found[record]) for record in truth))
    return 2 * both / (pairs(Counter(truth.values())) + pairs(Counter(found.values())))


def test_febrl3_without_labels(tmp_path: Path) -> None:
    source = bench("febrl3")
    with source.open(encoding="utf-8", newline="") as file:
        truth = {row["unique_id"]: row["cluster_id"] for row in csv.DictReader(file)}
    assert pair_f1(truth, run(tmp_path, source, id_column="unique_id")) >= 0.99


@pytest.mark.full
def test_febrl4_without_labels(tmp_path: Path) -> None:
    source = bench("febrl4")
    with source.open(encoding="utf-8", newline="") as file:
        truth = {row["unique_id"]: row["cluster_id"] for row in csv.DictReader(file)}
    assert pair_f1(truth, run(tmp_path, source, id_column="unique_id")) >= 0.99


def test_people_with_numbers_given_out_in_a_row_stay_apart(tmp_path: Path) -> None:
    surnames, given = "王李张刘陈杨赵黄周吴徐孙", "伟芳静敏强磊军洋勇艳杰娟涛明超兰霞平刚桂"
    draw = random.Random(4)
    names = [draw.choice(surnames) + "".join(draw.sample(given, 2)) for _ in range(300)]
    rows = [(str(n), name, str(13800138000 + n), "上海") for n, name in enumerate(names)]
    rows += [(f"copy {n}", names[n], str(13800138000 + n), "上海") for n in range(0, 300, 3)]
    found = run(tmp_path, write(tmp_path / "in.csv", rows, ["key", "姓名", "手机", "城市"]), id_column="key")
    expected = {frozenset({str(n)} | ({f"copy {n}"} if n % 3 == 0 else set())) for n in range(300)}
    assert groups(found) == expected
