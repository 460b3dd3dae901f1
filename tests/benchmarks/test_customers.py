import csv
from collections import Counter, defaultdict
from pathlib import Path
from random import Random

import pytest

from benchmarks.customers import chinese_channels, mixed
from benchmarks.customers.draw import LABELS, rows
from benchmarks.customers.families import DRAWN, FAMILIES, TRAINING, TRAINING_OF_PEOPLE, write

SIZE = 4_000
EVERY = sorted(FAMILIES)


def drawn(family: str, seed: int = 7, size: int = SIZE) -> list[dict[str, str]]:
    names = (*LABELS, *FAMILIES[family].columns)
    return [dict(zip(names, row, strict=True)) for row in rows(FAMILIES[family].clusters, size, seed)]


@pytest.mark.parametrize("family", EVERY)
def test_the_same_seed_gives_the_same_bytes_and_another_one_others(family: str, tmp_path: Path) -> None:
    for name, seed in (("one", 7), ("again", 7), ("other", 8)):
        write(family, 500, seed, tmp_path / name)
    one = (tmp_path / "one").read_bytes()
    assert one == (tmp_path / "again").read_bytes()
    assert one != (tmp_path / "other").read_bytes()
    with (tmp_path / "one").open(encoding="utf-8", newline="") as file:
        assert [len(row) for row in csv.reader(file)] == [3 + len(FAMILIES[family].columns)] * 501


@pytest.mark.parametrize("family", EVERY)
def test_every_row_has_an_id_of_its_own_and_says_something(family: str) -> None:
    found = drawn(family)
    assert len({row["unique_id"] for row in found}) == SIZE
    columns = FAMILIES[family].columns
    assert all(row["source"] and row["cluster_id"] and any(row[name] for name in columns) for row in found)
    assert all("\n" not in value and value == value.strip() for row in found for value in row.values())


@pytest.mark.parametrize("family", EVERY)
def test_clusters_have_sizes_as_in_life(family: str) -> None:
    sizes = Counter(Counter(row["cluster_id"] for row in drawn(family)).values())
    clusters = sum(sizes.values())
    assert 0.15 < sizes[1] / clusters < 0.75
    assert sizes[1] < clusters
    assert max(sizes) <= 17


@pytest.mark.parametrize("family", EVERY)
def test_neither_ids_nor_order_tell_who_is_who(family: str) -> None:
    found = drawn(family)
    last: dict[str, int] = {}
    gaps = []
    for position, row in enumerate(found):
        if row["cluster_id"] in last:
            gaps.append(position - last[row["cluster_id"]])
        last[row["cluster_id"]] = position
    assert sorted(gaps)[len(gaps) // 2] > SIZE / 20


@pytest.mark.parametrize("family", EVERY)
def test_rows_of_a_cluster_agree_more_than_rows_of_two(family: str) -> None:
    columns = FAMILIES[family].columns
    found = drawn(family)
    clusters = defaultdict(list)
    for row in found:
        clusters[row["cluster_id"]].append(row)
    random = Random(1)

    def alike(pairs: list[tuple[dict[str, str], dict[str, str]]]) -> float:
        shared = [sum(bool(one[name]) and one[name] == other[name] for name in columns) for one, other in pairs]
        return sum(shared) / len(shared)

    same = [(group[0], group[1]) for group in clusters.values() if len(group) > 1]
    strangers = [(random.choice(found), random.choice(found)) for _ in same]
    assert alike(same) > 4 * alike(strangers)


def test_the_beginning_of_a_larger_draw_is_another_shuffle_of_more_clusters() -> None:
    small, large = drawn("mixed", size=500), drawn("mixed", size=2_000)
    assert len({row["cluster_id"] for row in large}) > 3 * len({row["cluster_id"] for row in small})


def test_eight_in_a_hundred_customers_are_chinese_with_characters_in_one_source_and_pinyin_in_another() -> None:
    found = drawn("mixed", size=20_000)
    han = [row for row in found if any("\u4e00" <= one <= "\u9fff" for one in row["first_name"] + row["last_name"])]
    assert {row["source"] for row in han} == {"crm", "loyalty"}
    assert 0.06 < len(han) / sum(row["source"] in {"crm", "loyalty"} for row in found) < 0.1
    written = {row["cluster_id"] for row in han}
    assert any(row["cluster_id"] in written and row["source"] == "webshop" for row in found)


def test_mobile_numbers_and_mail_addresses_of_two_customers_are_rarely_the_same_and_landlines_often() -> None:
    holders = defaultdict(set)
    for row in drawn("mixed", size=20_000):
        if row["email"]:
            holders[row["email"].lower()].add(row["cluster_id"])
    shared = sum(len(who) > 1 for who in holders.values())
    assert 0 < shared / len(holders) < 0.05


def test_an_address_is_that_of_a_household_and_of_who_moved_in_after_it_and_of_nobody_else() -> None:
    places = defaultdict(set)
    for row in drawn("mixed", size=20_000):
        if row["street"] and row["postcode"]:
            places[row["street"].lower(), row["postcode"]].add(row["cluster_id"])
    several = [who for who in places.values() if len(who) > 1]
    assert len(several) > 500
    assert max(len(who) for who in several) <= 24
    assert sum(len(who) > 8 for who in several) < len(several) / 50


def test_namesakes_are_different_people() -> None:
    names = defaultdict(set)
    for row in drawn("mixed", size=20_000):
        names[row["first_name"].lower(), row["last_name"].lower()].add(row["cluster_id"])
    assert sum(len(who) > 1 for name, who in names.items() if all(name)) > 300


def test_channels_write_one_chinese_customer_in_many_ways() -> None:
    random = Random(3)
    draw = chinese_channels.clusters(random)
    found = [row for _ in range(3_000) for row in next(draw)]
    phones = " ".join(row[2] for row in found)
    assert "+86" in phones
    assert "１３" in phones
    assert any(row[1].isascii() and row[1] for row in found)
    assert {row[0] for row in found} == {"web_form", "email", "erp", "wechat", "call_centre"}


def test_attributes_name_columns_of_the_family() -> None:
    assert set(mixed.ATTRIBUTES) == set(mixed.COLUMNS)


@pytest.mark.parametrize("family", sorted(TRAINING | TRAINING_OF_PEOPLE))
def test_each_draw_of_a_training_family_has_habits_of_its_own(family: str) -> None:
    columns = (*LABELS, *DRAWN[family].columns)
    filled = []
    for seed in range(6):
        found = [dict(zip(columns, row, strict=True)) for row in rows(DRAWN[family].clusters, 300, seed)]
        assert found == [dict(zip(columns, row, strict=True)) for row in rows(DRAWN[family].clusters, 300, seed)]
        sizes = Counter(Counter(row["cluster_id"] for row in found).values())
        assert sizes[1] < sum(sizes.values())
        assert max(sizes) <= 9
        filled.append(frozenset(name for name in columns if any(row[name] for row in found)))
    assert len(set(filled)) > 2


def test_mailboxes_are_shared_by_people_of_several_given_names_and_nobody_has_anothers_by_chance() -> None:
    family = DRAWN["mailboxes"]
    shared = total = 0
    for seed in range(8):
        holders = defaultdict(set)
        for row in rows(family.clusters, 1_000, seed):
            said = dict(zip((*LABELS, *family.columns), row, strict=True))
            assert said["full_name"] + said["last_name"] + said["first_name"] + said["email"]
            holders[said["email"].lower()].add(said["cluster_id"])
        shared += sum(len(who) > 1 for mail, who in holders.items() if mail)
        total += len(holders)
    assert 0.02 < shared / total < 0.15


def test_most_people_of_a_register_are_in_it_once_and_others_have_their_name_or_their_name_and_day() -> None:
    family = DRAWN["namesakes"]
    alike = 0
    for seed in range(8):
        drawn_rows = [
            dict(zip((*LABELS, *family.columns), row, strict=True)) for row in rows(family.clusters, 2_000, seed)
        ]
        sizes = Counter(Counter(row["cluster_id"] for row in drawn_rows).values())
        assert 0.55 < sizes[1] / sum(sizes.values()) < 0.9
        days, names = defaultdict(set), defaultdict(set)
        for row in drawn_rows:
            name = (row["full_name"] or f"{row['given_name']} {row['surname']}").lower()
            names[name].add(row["cluster_id"])
            days[name.split(",")[0].split()[-1], row["birth_date"]].add(row["cluster_id"])
        assert sum(len(who) > 1 for who in names.values()) > 20
        alike += sum(len(who) > 1 for (_, date), who in days.items() if len(date) > 4)
    assert alike > 100
