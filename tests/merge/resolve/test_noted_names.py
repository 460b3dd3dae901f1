"""Names that nicknames and notes tell."""

from pathlib import Path

import pytest

from merge.resolve.noted_names import name_of_nick
from tests.merge.resolve.test_columns_together import loaded


@pytest.mark.parametrize(
    ("nick", "name"),
    [("李浩强 15900000001", "李浩强"), ("李浩强-虎丘", "李浩强"), ("王哥上海", ""), ("夏天的风", ""), ("李浩", "")],
)
def test_a_note_begins_with_a_known_name(nick: str, name: str) -> None:
    assert name_of_nick({"李浩强", "夏天"}, nick) == name


def test_they_become_a_column(tmp_path: Path) -> None:
    rows = [("r1", "", "李浩强 虎丘"), ("r2", "李浩强", "")]
    rows += [(f"o{number}", f"王小{number}", "") for number in range(20)]
    table, mapping, notes = loaded(tmp_path, ["id", "姓名", "备注名"], rows)
    assert table.column("备注名 (name)")[:2] == ["李浩强", ""]
    assert mapping["备注名 (name)"] == "person.full_name"
    assert any("备注名" in note for note in notes)
