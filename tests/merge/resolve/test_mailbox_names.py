"""Names that mailboxes tell of rows without one."""

from pathlib import Path

import pytest

from merge.resolve.mailbox_names import KnownNames
from tests.merge.resolve.test_columns_together import loaded

KNOWN = KnownNames.of(
    {
        ("van der sluijs", "ria"),
        ("kleinbroek", "gijs"),
        ("jansen", "ada"),
        ("zhang", "wei"),
        ("smits", "anouk"),
        ("de vries", "piet"),
    }
)


@pytest.mark.parametrize(
    ("mailbox", "family", "given", "told"),
    [
        ("g.kleinbroek@example.com", "Kleinbroek", "", ("", "g")),
        ("anouk.smits@example.com", "Smits", "", ("", "anouk")),
        ("kleinbroekg@example.com", "", "", ("kleinbroek", "g")),
        ("vandersluijsr@example.com", "", "", ("van der sluijs", "r")),
        ("ajansen98@example.com", "", "Ada", ("jansen", "")),
        ("ajansen98@example.com", "", "Piet", ("", "")),  # somebody else's
        ("zhangwei88@example.com", "", "", ("zhang", "wei")),
        ("smits@example.com", "", "", ("smits", "")),
        ("famdevries@example.com", "", "", ("de vries", "")),
        ("fam.smits@example.com", "Smits", "", ("", "")),
        ("liesbeth66@example.com", "", "", ("", "")),
        ("info@example.com", "", "", ("", "")),
    ],
)
def test_what_a_mailbox_tells(mailbox: str, family: str, given: str, told: tuple[str, str]) -> None:
    assert KNOWN.told(mailbox, family, given) == told


COLUMNS = ["id", "first name", "last name", "email"]


def rows(*own: tuple[str, str, str, str]) -> list[tuple[str, ...]]:
    others = [(f"o{number}", "Ada", "Jansen", f"ada{number}@example.com") for number in range(20)]
    return [*own, *others]


def test_rows_without_a_name_get_one(tmp_path: Path) -> None:
    own = ("r1", "", "", "a.jansen@example.com"), ("r2", "Ada", "Jansen", "ajansen@example.com")
    table, mapping, notes = loaded(tmp_path, COLUMNS, rows(*own))
    assert table.column("email (name)")[:2] == ["jansen, a", ""]
    assert mapping["email (name)"] == "person.full_name"
    assert any("tells names" in note for note in notes)


def test_a_mailbox_of_two_people_names_neither(tmp_path: Path) -> None:
    own = ("r1", "", "Jansen", "ada.jansen@example.com"), ("r2", "Piet", "Jansen", "ada.jansen@example.com")
    assert loaded(tmp_path, COLUMNS, rows(*own))[0].column("email (name)")[:2] == ["", ""]


def test_the_mailbox_of_a_company_names_nobody(tmp_path: Path) -> None:
    own = [(*one, "Terra Works Ltd") for one in rows(("r1", "", "", "a.jansen@example.com"))]
    assert "email (name)" not in loaded(tmp_path, [*COLUMNS, "company"], own)[1]
