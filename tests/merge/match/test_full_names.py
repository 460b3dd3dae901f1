"""Whether names are given in full, and what two full names that share nothing are worth."""

import csv
from pathlib import Path
from random import Random

import numpy as np
import pytest

from merge.match.batch import Column
from merge.match.cascade import APART, OTHER_GENERATION, Cascade
from merge.match.features import Features
from merge.match.full_names import WHOLLY_DIFFERENT, both_full, full_names
from merge.match.outcomes import Level
from merge.match.pair_features import OF_PEOPLE
from merge.match.parts import standard_parts
from merge.match.table import table_of
from merge.resolve.file_records import load, standardise_rows
from merge.resolve.files import ResolveOptions, resolve_files
from merge.resolve.whole import prepare

HIGH = 5000


@pytest.mark.parametrize(
    ("family", "given", "script", "full"),
    [
        ("smith", "mary", "latin", 1),
        ("smith", "mary ann", "latin", 1),
        ("smith", "m", "latin", 0),
        ("smith", "", "latin", 0),
        ("", "mary", "latin", 0),
        ("王", "丽娟", "han", 1),
        ("欧阳", "锋", "han", 1),
        ("王", "", "han", 0),
        ("岁", "月静好", "han", 0),
        ("王", "**", "han", 0),
    ],
)
def test_what_is_a_name_in_full(family: str, given: str, script: str, full: int) -> None:
    named = Features({"name": ((family, given, script, "", ""),)})
    nobody = Features({"phone": (("+8613800000000", "mobile"),)})
    assert full_names(table_of([named, nobody])).tolist() == [full, -1]


def test_one_name_in_full_among_several_is_enough() -> None:
    several = Features({"name": (("", "美美", "han", "", "meimei"), ("王", "丽美", "han", "wang", "limei"))})
    assert full_names(table_of([several])).tolist() == [1]


def test_wholly_different_is_where_both_parts_differ_of_two_full_names() -> None:
    levels = {
        "family": np.array([1, 1, 4, 1, 1], dtype=np.int8),
        "given": np.array([1, 1, 1, 3, 1], dtype=np.int8),
    }
    columns = {slot: Column(own, np.zeros(5, dtype=np.int32)) for slot, own in levels.items()}
    left, right = np.array([1, 1, 1, 1, -1], np.int32), np.array([1, 0, 1, 1, 1], np.int32)
    found = both_full(left, right, columns)
    assert found[:4].tolist() == [WHOLLY_DIFFERENT, 0, 1, 1]
    assert np.isnan(found[4])


@pytest.mark.parametrize(
    ("said", "bounded"),
    [
        ({}, False),
        ({"phone.level": Level.EXACT}, True),
        ({"phone.level": Level.EXACT, "birth.level": Level.DIFFERENT}, True),
        ({"phone.level": Level.EXACT, "email.level": Level.EXACT}, False),
        ({"phone.level": Level.EXACT, "birth.level": Level.EXACT, "day": 1}, False),
        ({"phone.level": Level.EXACT, "birth.level": Level.EXACT, "year": 1}, True),
        ({"street.level": Level.EXACT}, True),
        ({"street.level": Level.EXACT, "birth.level": Level.EXACT, "year": 1}, True),
        ({"street.level": Level.EXACT, "birth.level": Level.EXACT, "day": 1}, False),
        ({"street.level": Level.EXACT, "phone.level": Level.EXACT, "email.level": Level.EXACT}, False),
        ({"street.level": Level.NEAR}, False),
        ({"id.level": Level.EXACT, "street.level": Level.EXACT}, False),
        ({"phone.level": Level.EXACT, "full": 1}, False),
    ],
)
def test_one_contact_or_house_does_not_join_two_full_names(said: dict[str, float], bounded: bool) -> None:
    row = dict.fromkeys(OF_PEOPLE, float("nan")) | {"full": WHOLLY_DIFFERENT} | said
    one = np.zeros(1, dtype=np.int64)
    rows = np.array([[row[name] for name in OF_PEOPLE]], dtype=np.float16)
    cascade = Cascade(2, one, one + 1, one, one, rows, np.zeros(1, dtype=np.bool_))
    for cut in (-1000, 0, 2000):
        assert cascade.bounded(one + HIGH, cut).tolist() == [APART - cut if bounded else HIGH]
    assert cascade.bounded(one - 9000).tolist() == [-9000]


@pytest.mark.parametrize(
    ("given", "like", "bounded"),
    [(Level.DIFFERENT, 1, True), (Level.DIFFERENT, 0.9, False), (Level.LOOSE, 1, False), (Level.EXACT, 1, False)],
)
def test_father_and_son_of_one_name_are_not_joined(given: Level, like: float, *, bounded: bool) -> None:
    said = {"full": 1, "family.level": Level.EXACT, "given.level": given, "like.given": like}
    row = dict.fromkeys(OF_PEOPLE, float("nan")) | said
    one = np.zeros(1, dtype=np.int64)
    rows = np.array([[row[name] for name in OF_PEOPLE]], dtype=np.float16)
    cascade = Cascade(2, one, one + 1, one, one, rows, np.zeros(1, dtype=np.bool_))
    assert cascade.bounded(one + HIGH, 500).tolist() == [OTHER_GENERATION - 500 if bounded else HIGH]


def test_the_rows_of_father_and_son_say_so(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    lines = [f"r{number},Brown,Dennis,{suffix},7 Moody Lane" for number, suffix in enumerate(("Jr", "Sr", ""))]
    lines += [f"o{number},Name{number},Other,,{number} Side Road" for number in range(40)]
    path.write_text("\n".join(("id,last_name,first_name,suffix,street", *lines)), encoding="utf-8")
    tables, mapping, ids, notes = load([path], id_column="id", source_column=None, mapping={})
    batch = standardise_rows(tables, mapping, ids, by_id=True, notes=notes, standard=standard_parts)
    cascade = prepare(batch.records, stage=lambda _: None).cascade
    listed = batch.ids.listed
    names = [listed[row] for row in batch.order.tolist()]
    left, right = cascade.left[cascade.grey], cascade.right[cascade.grey]
    bounded = cascade.bounded(np.full(len(cascade.grey), HIGH, dtype=np.int64)) == OTHER_GENERATION
    told = {
        frozenset((names[a], names[b])) for a, b in zip(left[bounded].tolist(), right[bounded].tolist(), strict=True)
    }
    assert told == {frozenset(("r0", "r1"))}


def test_a_family_that_shares_a_mobile_stays_several_customers(tmp_path: Path) -> None:
    random = Random(4)
    surnames, characters = (
        "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗",
        "伟强磊军勇杰涛明超刚平辉鹏华飞波斌宇浩凯芳娜敏静丽",
    )
    rows: list[tuple[str, str, str, str]] = []
    for house in range(150):
        mobile = f"138{random.randrange(10**8):08}"
        two = random.sample(surnames, 2)
        for member, surname in enumerate(two[: 1 + (house % 3 == 0)]):
            given = "".join(random.sample(characters[:12] if member else characters[12:], 2))
            rows += [(f"{house}.{member}", f"{house}.{member}.{copy}", surname + given, mobile) for copy in range(2)]
    random.shuffle(rows)
    path = tmp_path / "customers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "姓名", "手机"), *(row[1:] for row in rows)])
    resolve_files(ResolveOptions(inputs=[path], out=tmp_path / "out.csv", id_column="id"))
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        found = {row["record_id"]: row["golden_id"] for row in csv.DictReader(file)}
    customers: dict[str, set[str]] = {}
    for customer, record, *_ in rows:
        customers.setdefault(customer, set()).add(found[record])
    assert all(len(goldens) == 1 for goldens in customers.values())
    families = [house for house in range(150) if house % 3 == 0]
    assert all(customers[f"{house}.0"].isdisjoint(customers[f"{house}.1"]) for house in families)
