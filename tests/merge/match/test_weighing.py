"""Pairs weighed together weigh what they weigh alone."""

from hypothesis import given
from hypothesis import strategies as st

from merge.match.comparisons import compare
from merge.match.features import Features, features
from merge.match.frequency import measure
from merge.match.model import Model, total_weight
from merge.match.weighing import PairWeights
from merge.resolve.grouping import MatchSettings, compared
from tests.merge.match.test_scoring import record

_VALUES = {
    "person__full_name": ["Anna Lee", "Ann Lee", "Lee, Anna", "王伟", "王玮", "Wang Wei", "Lee"],
    "phone": ["13800138000", "13800138001", "+49 30 123456"],
    "email": ["anna@example.com", "ann@example.com", "info@example.org"],
    "person__birth_date": ["1980-01-02", "1980-02-01", "1980", "1971-07-30"],
    "address__full": ["北京市朝阳区建国路88号", "12 High Street, Ulm", "12 High St, Ulm"],
    "address__city": ["Ulm", "Bonn"],
    "address__postcode": ["89073", "89074", "53111"],
    "organization__name": ["Acme Ltd", "Acme Holding GmbH"],
    "id__ssn": ["123-45-6789", "123-45-6780"],
}
RECORDS = st.lists(
    st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in _VALUES.items()}).map(
        lambda values: features(record(**values))
    ),
    min_size=2,
    max_size=6,
)


@given(RECORDS, st.booleans())
def test_weights_are_those_of_one_pair_alone(held: list[Features], measured: bool) -> None:
    model = Model(frequency=measure(held)) if measured else Model()
    weights = PairWeights(model)
    for _ in range(2):
        for one in held:
            for other in held:
                assert weights.weight(one, other) == total_weight(model, compare(one, other, model.frequency))


@given(RECORDS, st.integers(-20_000, 5_000))
def test_weights_that_need_not_be_exact_stay_on_their_side(held: list[Features], least: int) -> None:
    weights = PairWeights(Model())
    for one in held:
        for other in held:
            whole, found = weights.weight(one, other), weights.weight(one, other, least)
            assert found == whole if whole > least else whole <= found <= least


@given(RECORDS)
def test_what_follows_of_a_pair_does_not_hang_on_the_pairs_before_it(held: list[Features]) -> None:
    settings = MatchSettings(Model())
    weights = PairWeights(settings.model)
    for one in held:
        for other in held:
            alone = compared("a", "b", one, other, settings, PairWeights(settings.model))
            assert compared("a", "b", one, other, settings, weights) == alone
