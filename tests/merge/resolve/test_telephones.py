"""Telephones of files: the country of a column, of a row, and that the gateway reads the same."""

from datetime import UTC, datetime
from pathlib import Path

from api.wiring import Services
from merge.resolve.file_records import load
from merge.resolve.table_output import write_table
from merge.standardise.contacts import pieces
from sync.mapping import apply_mapping
from sync.mapping_store import suggest_mapping
from tests.merge.resolve.test_files import groups, run

HEADER = ["name", "phone", "country"]
SEEN = datetime(2026, 5, 1, tzinfo=UTC)
LETTERS = "ABCDEFGHKLMNOPRSTUVW"
NAMES = [f"{one}nna {other}erg".title() for one, other in zip(LETTERS, LETTERS[5:] + LETTERS[:5], strict=True)]


def british(number: int) -> str:
    return f"07911 1{number:05d}"


def test_a_number_joins_the_same_number_with_the_code_of_its_country(tmp_path: Path) -> None:
    rows = [(name, british(17 * place), "SW1A 1AA") for place, name in enumerate(NAMES)]
    rows += [(NAMES[3].replace("nna", "na"), "+44 7911 100051", "M1 4BT")]
    path = tmp_path / "in.csv"
    write_table(path, ["name", "phone", "postcode"], rows)
    notes: list[str] = []
    found = groups(run(tmp_path, path, note=notes.append))
    assert frozenset({"4", str(len(rows))}) in found
    assert "Telephones without a country's code in column 'phone' are read as of GB." in notes


def test_each_row_may_name_its_country_and_a_file_has_its_own(tmp_path: Path) -> None:
    rows = [("Eva Berg", "0171 2345678", "Germany"), ("Al Hay", "(212) 555-0100", "USA"),
            ("王芳", "13800138000", "China"), ("Li Wei", "13800138001", "US")]  # fmt: skip
    write_table(tmp_path / "a.csv", HEADER, rows)
    write_table(tmp_path / "b.csv", ["name", "phone", "postcode"],
                [(name, british(place), "EH1 2NG") for place, name in enumerate(NAMES)])  # fmt: skip
    tables, _, _, notes = load([tmp_path / "a.csv", tmp_path / "b.csv"], id_column=None, source_column=None, mapping={})
    assert tables[0].column("phone") == ["+491712345678", "+12125550100", "13800138000", "13800138001"]
    assert [table.regions for table in tables] == [{}, {"phone": "GB"}]
    assert [note for note in notes if "read as of" in note] == [
        "Telephones without a country's code in column 'phone' of b.csv are read as of GB."
    ]


def test_the_gateway_reads_telephones_as_files_are_read(tmp_path: Path) -> None:
    countries = ("Germany", "", "UK", "France", "中国")
    rows = [(name, british(place), countries[place % 5]) for place, name in enumerate(NAMES)]
    rows += [("Eva Berg", "0171 2345678; +44 7700 900000", "Germany"), ("Al Hay", "13800138000", ""),
             ("Bo Ek", "+44 20 7946 0000", ""), ("Cy Fry", "+44 20 7946 0001", "GB")]  # fmt: skip
    path = tmp_path / "in.csv"
    write_table(path, HEADER, rows)
    tables, _, _, _ = load([path], id_column=None, source_column=None, mapping={})
    of_files = [[value for _, value in pieces("phone", cell)] for cell in tables[0].column("phone")]
    samples = {name: [row[place] for row in rows] for place, name in enumerate(HEADER)}
    mapping = suggest_mapping(samples, Services.suggest, least=0.5)
    of_gateway = [
        apply_mapping(mapping, dict(zip(HEADER, row, strict=True)), record_id="g_1", source="crm", stream="people",
                      seen_at=SEEN).all("phone") for row in rows
    ]  # fmt: skip
    assert mapping.regions == {"phone": "GB"}
    assert of_gateway == of_files
    assert ["+491712345678", "+44 7700 900000"] in of_files
