"""Where groups are cut without labels."""

from merge.resolve.cut import DEFAULT_CUT, plateau


def test_the_default_holds_where_nothing_speaks_against_it() -> None:
    found = plateau([9000] * 500, 5000)
    assert (found.weight, found.method, found.warning, found.moved) == (DEFAULT_CUT, "default", None, 0)
    assert plateau([], 5000).weight == DEFAULT_CUT


def test_the_cut_goes_where_fewer_merges_hang_on_it() -> None:
    found = plateau([9000] * 500 + [DEFAULT_CUT + 50] * 100, 5000)
    assert found.method == "plateau"
    assert abs(found.weight - DEFAULT_CUT) == 500
    assert found.warning is None


def test_few_records_and_unstable_groups_are_told() -> None:
    assert "few records (300)" in str(plateau([9000] * 100, 300).warning)
    spread = plateau(list(range(-3500, 6000, 10)), 5000)
    assert "hang on where exactly" in str(spread.warning)
    assert spread.moved > 50


def test_a_cut_on_the_bound_is_told() -> None:
    heights = [9000] * 100 + [at for at in range(-2400, 4001, 20) for _ in range(5)]
    assert "no stable cut" in str(plateau(heights, 5000).warning)
