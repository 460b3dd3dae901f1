"""The integer-code door and the one-record door say the same of every pair, for values of every kind and form."""

import random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.records import AttributeValue
from merge.match.arrow_door import LEFT, RIGHT, keys_of_batch, weights_of_batch
from merge.match.column_terms import term_hash
from merge.match.comparisons import compare
from merge.match.features import Features, features
from merge.match.frequency import FrequencyTable, measure
from merge.match.keys import terms
from merge.match.model import Model
from merge.match.outcomes import Frequency, Level
from merge.match.pair_comparison import PreparedPairs, compare_pairs
from merge.match.score import score_features
from merge.match.table import table_of
from merge.standardise.record import standardise

WORDS = (
    "Anna", "Hanna", "Ana", "Anna Maria", "Maria Anna", "AnnaMaria", "A", "A. M.", "Bob", "Robert", "Rob", "Roberta",
    "Catherine", "Katherine", "Kate", "Jiawei", "Jia Wei", "Wei Wang", "Wang", "Huang", "Wong", "王伟", "王玮", "王",
    "欧阳修", "艾力·买买提", "van der Berg", "Berg", "Lindqvist", "Lindqist", "Иван", "李娜", "娜",
    "one two three four five",
    "five four three two one", "one two three four five six", "Müller", "Mueller", "x" * 90,
)  # fmt: skip
STREETS = ("12 Main St", "12 Mian Street", "Main Street", "12-3 Main St", "3 12 Main Street", "12", "99",
    "1 2 3 4 5 6 Elm",
           "6 5 4 3 2 1 Elm", "北京市朝阳区建国路88号", "北京朝阳建国路八十八号3单元", "上海市",
           "和平北路520号恒大名都13栋802室",
           "深圳市恒大名都13号楼802",
           "Elm Grove East Side Park Road 7")  # fmt: skip
FIRMS = ("Red Fox Trading Ltd", "Red Fox Trade", "RFT", "Fox Red", "Redfox", "上海示例科技有限公司",
    "北京示例科技有限公司",
         "示例信息技术有限公司北京分公司", "示例信息技术有限公司", "International Business Machines", "IBM",
         "IBM Corp", "Schmidt und Huber",
         "SUH", "Engineering Works", "Eng Works", "Blue", "Blu", "Acme Foods", "Acme Fods",
         "One Two Three Four Five Six", "Acme Foods Store #12", "Acme Foods - Store 13", "Red Fox (London Branch)",
         "Shanghai Shili Technology Co., Ltd", "Shanghai Shili Technology Co., Ltd. Beijing Branch",
         "上海事理科技有限公司", "示例科技北京分", "示例超市(万达店)",
         "示例超市连锁有限公司万达分店", "示例超市-银泰店", "示例")  # fmt: skip
POOLS = {
    "person.full_name": (
        *WORDS, "Anna Lee", "Lee, Anna", "Ana Lee", "Wang Wei", "Wei Wang", "Lee Anna", "Lee Anna Maria", "Lee Anna M",
        "Anna Maria Lee", "Anna M Lee", "Anna J Lee", "Leee Hanna Maria", "Lee Anna Anna", "Anna Anna Lee", "Hanna Lee",
        "Lee Annie Maria", "Anna van der Berg", "Berg Anna Maria",
        "García López María", "María García López", "María López García", "García López, María", "王女士", "李先生",
        "MacLeod, Anna", "Anna Mc Leod", "김민수", "김민호", "박민수",
        "Alex Guo Shaofeng", "郭少峰", "郭**", "x x", "散客", "Guo Shaofeng",
        "Anna Lee Jr", "Anna Lee Sr", "Anna Lee Snr", "Lee Anna Maria III", "Anna Maria Lee Jr.", "Lee Jr", "李娜 深圳",
    ),
    "person.given_name": (*WORDS, "Anna Jr", "Anna II", "Anna III", "Jan", "Joannes", "Joannes P", "Iwan"),
    "person.family_name": (*WORDS, "Berg Snr", "Berg Jr"),
    "person.middle_name": ("Maria", "M"),
    "person.birth_date": ("1980-01-02", "1980-02-01", "1981-01-02", "1980", "19800103", "1980-05", "nonsense",
                          "1908-01-02", "1980-01-20", "1979-12-31", "00.05.1990", "1980-13-01", "1978", "1977", "1976"),
    "phone": ("13800138000", "+86 138 0013 8001", "512-353-8633", "353 8633", "3538363", "353-8638", "12345",
              "+49 30 1234567", "030 1234567", "13800138000 ext 12", "138****8000", "+86 138****8001",
              "1380013****", "138**8000", "030****567", "+49 30 ****567", "****8000"),
    "email": ("ann.lee21@x.com", "ann.lee34@x.com", "ann.lee21@y.com", "broken", "ann.leee21@x.com",
    "lee.ann21@x.com",
              "anna@q.org", "anna@qq.org", "ana@q.org", "ann@q.org", "annalindqvist@mail.example",
              "annalindqist@post.example"),
    "id.cn.ric": ("310101199001011234", "330106198505123417", "110105491231002"),
    "id.ssn": ("294-66-9999", "294669998", "1234", "1235"),
    "organization.name": FIRMS,
    "address.full": STREETS,
    "address.street": STREETS,
    "address.number": ("12", "21"),
    "address.unit": ("Flat 3", "Flat 3 East", "3"),
    "address.city": ("Springfield", "Springfeild", "北京市", "北京", "Bad Homburg", "Badhomburg"),
    "address.district": ("East Side", "朝阳区"),
    "address.postcode": ("75310", "75301", "7", "753"),
    "address.province": ("Ohio", "Iowa"),
    "address.country": ("中国", "China", "CN", "Chine", "Elbonia", "Elbonian"),
    "person.sex": ("M", "female"),
    "occupation": ("tea taster", "taster of tea", "cook"),
    "handle.wechat": ("abc_12345", "abc_12346", "t***7", "小太阳", "coco"),
    "id.order": ("WX20210911831572", "WX20210911831573", "1357343761173515068"),
    "date.died": (
        "1975-07-11", "11.7.1975", "1975", "11 Jul 1976", "1975-07-12", "1975-11-07", "1975-07", "c1974", "1 Jan 1980",
    ),
    "website": ("red.example", "www.red.example", "reed.example/x"),
    "id.member": ("88246630189", "88246630188"),
    "text.father": ("Josephus", "Józef", "Joseph", "Jan", "Joannes", "Josephus 2", "Jozef Antoni"),
    "text.note": ("likes tea", "likes green tea", "none of it", "tea likes", "C-1001", "C-1002", "2024-01-08",
                  "2024-01-09", "order 3 of green tea", "order 4 of green tea", "order of green tea"),
}  # fmt: skip


def some_features(draw: random.Random, names: tuple[str, ...]) -> Features:
    kinds = draw.sample(names, min(len(names), draw.randint(1, 6)))
    chosen = [(kind, value) for kind in kinds for value in draw.sample(POOLS[kind], draw.choice([1, 1, 2]))]
    return features(standardise([AttributeValue(kind, value) for kind, value in chosen]))


def united(known: list[Features], labels: list[int]) -> list[Features]:
    """One set of features for each label: every value that any of its records holds, once."""
    gathered: dict[int, dict[str, set[tuple[str, ...]]]] = {}
    for record, label in zip(known, labels, strict=True):
        for group, feature in record.groups.items():
            gathered.setdefault(label, {}).setdefault(group, set()).update(feature)
    return [Features({group: tuple(sorted(found)) for group, found in one.items()}) for one in gathered.values()]


def agree(known: list[Features], frequency: Frequency, coded: Frequency) -> None:
    left, right = (found.astype(np.int64) for found in np.triu_indices(len(known), 1))
    columns = compare_pairs(known, left, right, coded)
    for position, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        scalar = {outcome.slot: (outcome.level, outcome.bits) for outcome in compare(known[a], known[b], frequency)}
        found = {
            slot: (Level(int(column.levels[position])), int(column.bits[position]))
            for slot, column in columns.items()
            if column.levels[position] != Level.MISSING
        }
        assert found == scalar, (known[a], known[b])


@pytest.mark.parametrize("kind", sorted(POOLS))
def test_every_kind_by_itself(kind: str) -> None:
    known = [features(standardise([AttributeValue(kind, value)])) for value in POOLS[kind]]
    known += [
        features(standardise([AttributeValue(kind, value) for value in pair]))
        for pair in zip(POOLS[kind], POOLS[kind][1:], strict=False)
    ]
    agree(known, FrequencyTable(), FrequencyTable())
    table = PreparedPairs(known)
    agree(known, measure(known), table.prepared.measure(np.arange(len(known))))


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_records_of_many_kinds(draw: random.Random) -> None:
    names = tuple(POOLS)
    known = [some_features(draw, names) for _ in range(14)]
    agree(known, measure(known), PreparedPairs(known).prepared.measure(np.arange(len(known))))


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_frequencies_of_groups_of_records(draw: random.Random) -> None:
    known = [some_features(draw, tuple(POOLS)) for _ in range(14)]
    labels = [draw.randrange(6) for _ in known]
    expected = measure(united(known, labels))
    found = PreparedPairs(known).prepared.measure(np.array(labels))
    assert dict(found.totals) == dict(expected.totals)
    for slot, counts in expected.counts.items():
        assert {value: found.bits(slot, value) for value in counts} == {
            value: expected.bits(slot, value) for value in counts
        }


def test_a_table_reads_as_the_records_it_was_made_of() -> None:
    draw = random.Random(3)
    known: list[Any] = [some_features(draw, tuple(POOLS)) for _ in range(40)]
    table = table_of(known)
    assert list(table) == known
    assert list(table.take(np.array([7, 3]))) == [known[7], known[3]]


def test_chinese_names_beside_latin_ones() -> None:
    names = ("王伟", "吕丽", "李娜", "黄家美", "欧阳修", "陈", "Wei Wang", "Lv Li", "Lyu Li", "Nina Li",
    "Wong Ka Mei",
             "Jiamei Huang", "Xiu Ouyang", "David Chan", "Tan", "Vera", "Anna Lindqvist")  # fmt: skip
    known = [features(standardise([AttributeValue("person.full_name", name)])) for name in names]
    agree(known, FrequencyTable(), FrequencyTable())
    agree(known, measure(known), PreparedPairs(known).measure(np.arange(len(known))))


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_arrow_door(draw: random.Random) -> None:
    attributes = draw.sample(tuple(POOLS), 6)
    columns = {
        side + name: pa.array([draw.choice([*POOLS[name.partition(" ")[0]], "", None]) for _ in range(10)], pa.string())
        for name in [*attributes, attributes[0] + " 2"]
        for side in (LEFT, RIGHT)
    }
    batch = pa.record_batch(columns)
    model = Model(pack="", prior=9000, household=-700)
    weights = weights_of_batch(batch, model)
    for position, row in enumerate(batch.to_pylist()):
        one, other = (
            features(
                standardise(
                    [
                        AttributeValue(name.removeprefix(side).partition(" ")[0], value)
                        for name, value in row.items()
                        if value and name.startswith(side)
                    ]
                )
            )
            for side in (LEFT, RIGHT)
        )
        scored = score_features(one, other, model)
        if scored.rule is None:
            assert scored.weight == weights[position]


def test_keys_of_a_batch() -> None:
    names = [*POOLS["person.full_name"], None]
    keys = keys_of_batch(pa.record_batch({"person.full_name": pa.array(names, pa.string())}))
    for row, name in enumerate(names):
        record = features(standardise([AttributeValue("person.full_name", name)] if name else []))
        held = [key for key, of in zip(keys["key"].to_pylist(), keys["row"].to_pylist(), strict=True) if of == row]
        expected = np.array([term_hash(*term) for term in terms(record)], dtype=np.uint64).view(np.int64)
        assert sorted(held) == sorted(expected.tolist())


def test_pinyin_in_a_latin_name_is_no_generation() -> None:
    names = (("ana", "娜", "latin", "", "na"), ("", "anna", "latin", "", "2"))
    known = [Features({"name": (name,)}) for name in names]
    agree(known, FrequencyTable(), FrequencyTable())
    levels = {outcome.slot: outcome.level for outcome in compare(known[0], known[1], FrequencyTable())}
    assert levels == {"family": Level.NEAR, "swapped": Level.EXACT}
