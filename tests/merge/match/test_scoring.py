"""Weights: symmetry, missing values, swapped names, and that the batch door agrees with the scalar door."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.records import AttributeValue
from merge.match.batch import total_weights
from merge.match.comparisons import compare
from merge.match.features import features
from merge.match.frequency import FrequencyTable, measure
from merge.match.keys import blocking_keys
from merge.match.model import PRIOR_WEIGHTS, Model, damped
from merge.match.outcomes import Level
from merge.match.pair_comparison import compare_pairs
from merge.match.score import score_features, score_pair
from merge.match.similarity import edits, word_level
from merge.standardise.record import Standardised, standardise

NAMES = ("Anna Lee", "Ana Lee", "Lee Anna", "王伟", "王玮", "Wang Wei", "Bob Stone", "Robert Stone", "J. Doe", "张三")
POOLS = {
    "person.full_name": NAMES,
    "person.given_name": ("Anna", "Hanna", "A.", "Karin Maria"),
    "person.family_name": ("Lee", "Leigh", "van der Berg"),
    "person.birth_date": ("1980-01-02", "1980-02-01", "1981-01-02", "1980", "19800103", "nonsense"),
    "phone": ("13800138000", "+86 138 0013 8001", "512-353-8633", "353 8633"),
    "email": ("ann.lee21@x.com", "ann.lee34@x.com", "ann.lee21@y.com", "broken"),
    "id.cn.ric": ("310101199001011234", "330106198505123417", "110105491231002"),
    "id.ssn": ("294-66-9999", "294669998"),
    "organization.name": ("Red Fox Trading Ltd", "Red Fox Trade", "RFT", "上海示例科技有限公司"),
    "address.full": ("12 Main St, Springfield", "北京市朝阳区建国路88号", "北京朝阳建国路八十八号"),
    "address.street": ("Main Street", "Mian Street"),
    "address.number": ("12", "21"),
    "address.city": ("Springfield", "Springfeild", "北京市"),
    "address.postcode": ("75310", "75301"),
    "person.sex": ("M", "female"),
    "text.note": ("likes tea", "likes green tea", "none of it"),
}
pairs_of_values = [AttributeValue(name, value) for name, pool in POOLS.items() for value in pool]
records = st.lists(st.sampled_from(pairs_of_values), max_size=7).map(standardise)


def record(**values: str) -> Standardised:
    return standardise([AttributeValue(name.replace("__", "."), value) for name, value in values.items()])


def test_characters_are_compared_not_bytes() -> None:
    assert edits("王伟", "王玮") == 1


def test_levels_of_words() -> None:
    assert word_level("lee", "lee") is Level.EXACT
    assert word_level("catherine", "katherine") is Level.NEAR
    assert word_level("anna", "robert") is Level.DIFFERENT


@settings(max_examples=300, deadline=None)
@given(records, records)
def test_scores_are_symmetrical(a: Standardised, b: Standardised) -> None:
    assert score_pair(a, b, Model()) == score_pair(b, a, Model())


@settings(max_examples=60, deadline=None)
@given(st.lists(records, min_size=2, max_size=12))
def test_batch_and_scalar_doors_agree(given_records: list[Standardised]) -> None:
    known = [features(one) for one in given_records]
    left, right = (found.astype(np.int64) for found in np.triu_indices(len(known), 1))
    crowded = {name: replace(one, near_bits=3000) for name, one in PRIOR_WEIGHTS.items()}
    for frequency, weights in product((FrequencyTable(), measure(known)), (PRIOR_WEIGHTS, crowded)):
        model = Model(frequency=frequency, weights=weights, pack="", prior=9000, household=-700)
        columns = compare_pairs(known, left, right, frequency)
        batch = total_weights(model, columns).tolist() if columns else [min(-model.prior, model.household)] * len(left)
        for position, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
            scalar = score_features(known[a], known[b], model)
            if scalar.rule is None:
                assert batch[position] == scalar.weight


def test_nothing_to_compare_weighs_nothing() -> None:
    found = compare(features(record(phone="13800138000")), features(record(email="a@b.org")), FrequencyTable())
    assert found == ()


def test_swapped_names_are_seen() -> None:
    a = features(record(person__given_name="Karin", person__family_name="Lindqvist"))
    b = features(record(person__given_name="Lindqvist", person__family_name="Karin"))
    assert {outcome.slot for outcome in compare(a, b, FrequencyTable())} == {"family", "given", "swapped"}


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("1980-03-04", "1980-04-03", Level.NEAR),
        ("1980-03-04", "1980-03-05", Level.NEAR),
        ("1980-03-04", "1980-03-17", Level.LOOSE),
        ("1980-03-04", "1980", Level.EXACT),
        ("1980-03-04", "1963-11-25", Level.DIFFERENT),
        ("1980-03-04", "1981", Level.LOOSE),
        ("1980", "1977", Level.LOOSE),
        ("1980", "1984", Level.DIFFERENT),
    ],
)
def test_birth_dates(left: str, right: str, level: Level) -> None:
    a, b = features(record(person__birth_date=left)), features(record(person__birth_date=right))
    (outcome,) = compare(a, b, FrequencyTable())
    assert outcome.level is level


@pytest.mark.parametrize(("told", "worth"), [("1881", 3), ("1882", 2), ("1883", 2), ("1890", 1)])
def test_a_year_that_was_counted_back_may_be_some_years_off(told: str, worth: int) -> None:
    """By how many hold: nearer is worth more, and a few years away more than another year altogether."""

    def weight(year: str) -> int:
        ours, theirs = record(person__birth_date="1880-03-04"), record(person__birth_date=year)
        return score_pair(ours, theirs, Model()).weight

    assert sum(weight(told) >= weight(other) for other in ("1881", "1883", "1890")) == worth


def test_two_forms_of_one_name_are_worth_more_than_two_names_that_are_alike() -> None:
    people = [features(record(person__given_name=name)) for name in ("Jan", "Joannes", "Torvald", "Torwald") * 50]
    table = measure(people)

    def bits(one: str, other: str) -> int:
        ours, theirs = (features(record(person__given_name=name)) for name in (one, other))
        (outcome,) = compare(ours, theirs, table)
        assert outcome.level is Level.NEAR
        return outcome.bits

    assert bits("Jan", "Joannes") > bits("Torvald", "Torwald") == 0


def test_a_rare_value_is_worth_more_than_a_common_one() -> None:
    common = [features(record(person__family_name="Smith")) for _ in range(60)]
    rare = [features(record(person__family_name=f"Name{number}")) for number in range(40)]
    table = measure(common + rare)
    assert table.bits("family", "smith") < 1000
    assert table.bits("family", "name7") > 6000


def test_a_name_in_two_columns_counts_once() -> None:
    split = record(person__given_name="Anna", person__family_name="Lee")
    doubled = record(person__given_name="Anna", person__family_name="Lee", person__full_name="Anna Lee")
    assert score_pair(split, split, Model()).weight == score_pair(doubled, doubled, Model()).weight


def test_other_figures_are_another_mailbox() -> None:
    a, b = features(record(email="ann.lee21@x.com")), features(record(email="ann.lee34@x.com"))
    (outcome,) = compare(a, b, FrequencyTable())
    assert outcome.level is Level.DIFFERENT


def test_damped_sums() -> None:
    assert damped([8000, 4000, 2000]) == 8000 + 2000 + 500
    assert damped([-8000, 4000]) == -4000
    assert damped([2000, 8000, 4000]) == damped([8000, 4000, 2000])


def test_blocking_keys_are_few_and_meet() -> None:
    a = record(person__full_name="Anna Lee", phone="13800138000", person__birth_date="1980-01-02", address__city="Ulm")
    b = record(person__full_name="LEE, Anna", phone="+86 138 0013 8000", person__birth_date="02.01.1980")
    keys = blocking_keys(features(a))
    assert keys == sorted(set(keys))
    assert len(keys) <= 24
    assert set(keys) & set(blocking_keys(features(b)))
