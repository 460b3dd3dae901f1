"""Where groups are cut without labels."""

from merge.resolve.cut import BARE_CUT, DEFAULT_CUT, Cut, by_labels, default_cut, plateau
from merge.resolve.linkage import Merge


def test_the_default_holds_where_nothing_speaks_against_it() -> None:
    found = plateau([9000] * 500, 5000)
    assert (found.weight, found.method, found.warning, found.moved) == (DEFAULT_CUT, "default", None, 0)
    assert plateau([], 5000).weight == DEFAULT_CUT


def test_the_cut_goes_where_fewer_merges_hang_on_it() -> None:
    found = plateau([9000] * 500 + [DEFAULT_CUT + 50] * 100, 5000)
    assert found.method == "plateau"
    assert abs(found.weight - DEFAULT_CUT) == 750
    assert found.warning is None


def test_a_calmer_place_counts_for_more_the_more_merges_there_are() -> None:
    # A fifth less hangs on a place one bit above the default than on all others.
    calm = range(DEFAULT_CUT + 500, DEFAULT_CUT + 1500)
    shares = {9000: 100} | {at: 4 if at in calm else 5 for at in range(-3500, 4000, 250)}
    few, many = (
        plateau([at for at, share in shares.items() for _ in range(share * times)], 5000) for times in (1, 1000)
    )
    assert few.weight == DEFAULT_CUT
    assert many.weight == DEFAULT_CUT + 750


def test_a_set_of_few_merges_that_wants_another_cut_altogether_gets_it() -> None:
    # One brand in every town: merges lie everywhere up to 2 bits, and none from there on.
    heights = [9000] * 400 + [at for at in range(-3500, 2000, 250) for _ in range(8)]
    assert plateau(heights, 5000).weight == 2750


def test_few_records_and_unstable_groups_are_told() -> None:
    assert "few records (300)" in str(plateau([9000] * 100, 300).warning)
    spread = plateau(list(range(-3500, 6000, 10)), 5000)
    assert "hang on where exactly" in str(spread.warning)
    assert spread.moved > 50


def test_a_cut_on_the_bound_is_told() -> None:
    heights = [9000] * 100 + [at for at in range(-2400, 4001, 20) for _ in range(5)]
    assert "no stable cut" in str(plateau(heights, 5000).warning)


MERGES = [Merge(0, 1, 6000), Merge(2, 3, 5000), Merge(0, 4, 2000), Merge(2, 0, 500)]
FOUND = Cut(DEFAULT_CUT, "plateau", "few records")


def test_labels_put_the_cut_where_most_of_them_come_out_right() -> None:
    assert by_labels(MERGES, [], FOUND) == FOUND
    assert by_labels(MERGES, [(0, 1, True)], FOUND) == Cut(DEFAULT_CUT, "labels")
    # 1 and 4 come together at 2000, 1 and 3 at 500: the nearest cut above.
    assert by_labels(MERGES, [(1, 4, False)], FOUND).weight == 2250
    assert by_labels(MERGES, [(1, 3, False), (1, 4, True)], FOUND).weight == 750
    assert by_labels(MERGES, [(1, 3, False), (1, 4, True), (2, 3, False), (0, 1, False)], FOUND).weight == 6250
    assert by_labels(MERGES, [(0, 5, True), (1, 3, False)], FOUND).weight == 750  # 5 is never joined


def test_of_names_and_dates_alone_the_cut_lies_lower() -> None:
    assert default_cut(["name", "birth", "date.died", "text.note", "sex"]) == BARE_CUT
    for told in ("phone", "email", "street", "postcode", "id.ssn", "handle.social", "org"):
        assert default_cut(["name", "birth", told]) == DEFAULT_CUT
    found = plateau([9000] * 500, 5000, BARE_CUT)
    assert (found.weight, found.method) == (BARE_CUT, "default")
