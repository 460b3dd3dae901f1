"""What decisions teach the weights: enough of them, only what holds for others, little by little, and within bounds."""

from dataclasses import replace
from random import Random

import pytest

from merge.match.model import PRIOR_WEIGHTS, Model
from merge.match.outcomes import Level, Outcome
from merge.match.rules import Effect, RuleVerdict
from merge.match.score import probability
from merge.match.taught import ENOUGH_TO_TEACH, Decided, Shift, shifted, taught

MODEL = Model()
NAME = (Outcome("family", Level.EXACT, 9000), Outcome("given", Level.EXACT, 8500))
NAMESAKE = (Outcome("locality", Level.EXACT, 8000), *NAME, Outcome("mobile", Level.DIFFERENT))
SLIP = (Outcome("birth", Level.NEAR, 14000), *NAME)


def decisions(count: int, *, namesakes: bool = False, slips: bool = True) -> list[Decided]:
    """Half of namesakes in one city, half of birth dates with a slip."""
    return [Decided(NAMESAKE, None, namesakes) if at % 2 else Decided(SLIP, None, slips) for at in range(count)]


def model_of(shifts: tuple[Shift, ...]) -> Model:
    return replace(MODEL, weights=shifted(PRIOR_WEIGHTS, shifts))


@pytest.mark.parametrize("count", [ENOUGH_TO_TEACH, 200])
def test_what_no_line_could_tell_apart_is_taught(count: int) -> None:
    decided = decisions(count)
    before = [one.weight(MODEL) for one in decided[:2]]
    assert before[1] > before[0]
    found = taught(MODEL, decided)
    own = model_of(found)
    slip, namesake = (one.weight(own) for one in decided[:2])
    assert namesake < MODEL.review < slip
    # More decisions move it further: over the line of merges.
    assert (slip >= MODEL.auto) == (count == 200)
    by_family = {shift.family: shift for shift in found}
    assert by_family["birth"].agreement > 0 > by_family["locality"].agreement
    assert by_family["mobile"].difference < 0


def test_few_or_one_sided_decisions_teach_nothing() -> None:
    assert taught(MODEL, decisions(ENOUGH_TO_TEACH - 1)) == ()
    assert taught(MODEL, decisions(4 * ENOUGH_TO_TEACH, namesakes=True)) == ()
    assert taught(MODEL, []) == ()


def test_what_a_rule_decided_teaches_nothing() -> None:
    rule = RuleVerdict("R8", Effect.CAP, 2000)
    decided = [replace(one, rule=rule) for one in decisions(2 * ENOUGH_TO_TEACH)]
    assert taught(MODEL, decided) == ()


@pytest.mark.parametrize("seed", range(8))
def test_chance_teaches_nothing(seed: int) -> None:
    """Answers as likely as the machine says they are, whatever agrees."""
    random = Random(seed)
    decided = []
    for _ in range(200):
        outcomes = tuple(
            Outcome(slot, random.choice((Level.DIFFERENT, Level.NEAR, Level.EXACT)), random.randrange(4000, 9000))
            for slot in ("family", "given", "birth", "mobile", "email")
        )
        weight = Decided(outcomes, None, True).weight(MODEL)
        decided.append(Decided(outcomes, None, random.random() < probability(weight)))
    assert taught(MODEL, decided) == ()


def test_a_shift_moves_every_level_of_agreement_alike() -> None:
    own = model_of((Shift("mobile", -700, 300), Shift("birth", 500, -250)))
    for slot, agreement, difference in (("mobile", -700, 300), ("birth", 500, -250)):
        for level in (Level.LOOSE, Level.NEAR, Level.EXACT):
            # A bound holds what agrees above what differs, and below what one agreement may be worth.
            moved = own.of(slot).weight(level, 11000) - MODEL.of(slot).weight(level, 11000)
            assert moved in {agreement, difference}
        assert own.of(slot).weight(Level.EXACT, 11000) - MODEL.of(slot).weight(Level.EXACT, 11000) == agreement
        assert own.of(slot).weight(Level.DIFFERENT, 0) - MODEL.of(slot).weight(Level.DIFFERENT, 0) == difference


def test_shifts_are_bounded_and_never_of_what_proves_identity() -> None:
    outcomes = (Outcome("id.cn.ric", Level.EXACT, 20000), *NAME)
    decided = [Decided(outcomes if at % 2 else SLIP, None, not at % 2) for at in range(2000)]
    found = taught(MODEL, decided)
    assert all(abs(value) <= 3000 and value % 50 == 0 for shift in found for value in shift[1:])
    assert "id" not in {shift.family for shift in found}
