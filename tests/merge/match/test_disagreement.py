"""What speaks against a match: dates with nothing in common, mailboxes of one provider, twins and namesakes."""

from core.records import AttributeValue
from merge.match.comparisons import compare
from merge.match.features import Features, features
from merge.match.frequency import FrequencyTable
from merge.match.model import PRIOR_WEIGHTS, Model, total_weight
from merge.match.outcomes import Level, Outcome
from merge.standardise.record import standardise


def record(**values: str) -> Features:
    return features(standardise([AttributeValue(name.replace("__", "."), value) for name, value in values.items()]))


def outcome(left: Features, right: Features) -> Outcome:
    (found,) = compare(left, right, FrequencyTable())
    return found


def test_a_date_with_nothing_in_common_weighs_more_than_one_that_shares_a_part() -> None:
    born = record(person__birth_date="1980-05-17")
    shares_year = outcome(born, record(person__birth_date="1980-11-02"))
    shares_none = outcome(born, record(person__birth_date="1952-11-02"))
    assert shares_year.level is shares_none.level is Level.DIFFERENT
    birth = PRIOR_WEIGHTS["birth"]
    assert birth.weight(shares_none.level, shares_none.bits) < birth.match[0]
    assert birth.match[0] < birth.weight(shares_year.level, shares_year.bits) < 0


def test_one_provider_does_not_make_two_mailboxes_alike() -> None:
    one = record(email="charlie.vaughan@hotmail.com")
    assert outcome(one, record(email="cecily.hawdon@hotmail.com")).level is Level.DIFFERENT
    assert outcome(one, record(email="charly.vaughn@hotmail.con")).level >= Level.LOOSE


def test_within_a_household_a_day_of_birth_tells_less_than_its_rarity() -> None:
    """Twins share it: beside a given name of another it cannot reach what it is worth among strangers."""
    household = Model(household=0)
    birth = Outcome("birth", Level.EXACT, 14000)
    shared = (Outcome("family", Level.EXACT, 9000), Outcome("street", Level.EXACT, 13000), birth)
    assert total_weight(household, shared) <= PRIOR_WEIGHTS["birth"].personal_cap
    other_given = (*shared, Outcome("given", Level.DIFFERENT))
    assert total_weight(household, other_given) < total_weight(household, shared) - 3000
