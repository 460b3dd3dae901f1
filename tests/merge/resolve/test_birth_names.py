"""Who married is found under the name at birth too."""

from pathlib import Path

import pytest

from merge.match.columns import IGNORE
from merge.resolve.table_output import write_table
from tests.merge.resolve.test_columns_together import LETTERS, loaded
from tests.merge.resolve.test_files import groups, run


@pytest.mark.parametrize("header", ["Geburtsname", "maiden_name", "Nom de naissance", "Nazwisko panieńskie"])
def test_a_column_of_names_at_birth_makes_a_second_name(tmp_path: Path, header: str) -> None:
    rows = [("Eva", "Schmidt", "Becker"), ("Karl", "Huber", ""), ("", "Vogt", "Kahl")]
    table, mapping, notes = loaded(tmp_path, ["first name", "last name", header], rows)
    assert table.column(f"{header} (at birth)") == ["Becker, Eva", "", ""]
    assert (mapping[header], mapping[f"{header} (at birth)"]) == (IGNORE, "person.full_name")
    assert any(header in note for note in notes)


def test_a_name_at_birth_stands_behind_the_family_name_too(tmp_path: Path) -> None:
    rows = [("Eva", "Schmidt geb. Becker"), ("Karl", "Huber")]
    table, mapping, _ = loaded(tmp_path, ["first name", "last name"], rows)
    assert table.column("last name (at birth)") == ["Becker, Eva", ""]
    assert mapping["last name"] == "person.family_name"


def test_the_mothers_name_at_birth_is_somebody_elses(tmp_path: Path) -> None:
    rows = [("Eva", "Schmidt", "Becker")]
    table, _, _ = loaded(tmp_path, ["first name", "last name", "mother's maiden name"], rows)
    assert table.columns == ["first name", "last name", "mother's maiden name"]


def test_a_bride_is_one_customer(tmp_path: Path) -> None:
    rows = [(f"{one}{two}na", f"{two}{one}berg".title(), "", f"19{40 + place}-0{place % 9 + 1}-1{place % 9}")
            for place, (one, two) in enumerate(zip(LETTERS, LETTERS[3:], strict=False))]  # fmt: skip
    rows += [("Ursula", "Schneider", "Becker", "1965-07-21"), ("Ursula", "Becker", "", "1965-07-21")]
    path = tmp_path / "in.csv"
    write_table(path, ["Vorname", "Nachname", "Geburtsname", "Geburtsdatum"], rows)
    assert frozenset({str(len(rows) - 1), str(len(rows))}) in groups(run(tmp_path, path))
