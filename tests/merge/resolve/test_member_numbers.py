"""Numbers that customers keep."""

from pathlib import Path

from tests.merge.resolve.test_columns_together import loaded


def cards(*, vouched: bool) -> list[tuple[str, str, str]]:
    """Twenty cards in two rows each; of people whose names agree, or of other ones of two systems."""
    first = [(f"a{number}", f"Anna Brook{number}", f"882466{number:05}") for number in range(20)]
    second = [
        (f"b{number}", f"Anna Brook{number}" if vouched else f"Peter Field{number}", f"882466{number:05}")
        for number in range(20)
    ]
    return first + second


def test_a_number_is_a_members_where_names_vouch_for_it(tmp_path: Path) -> None:
    assert loaded(tmp_path, ["id", "full name", "card"], cards(vouched=True))[1]["card"] == "id.member"


def test_numbers_that_two_systems_gave_to_two_people_are_text(tmp_path: Path) -> None:
    assert loaded(tmp_path, ["id", "full name", "card"], cards(vouched=False))[1]["card"] == "text.card"
