from merge.resolve.file_formats import Table, text_cells


def _encoded(table: Table, name: str) -> list[str]:
    codes, values = table.numbered(name)
    return [values[code] for code in codes]


def test_cells_that_were_replaced_are_not_told_by_what_was_begun_before() -> None:
    """Encodings are begun early, for whole columns; who rewrites one need not know."""
    table = Table("a.csv", ["phone", "email"], [text_cells(["1", "2", "1"]), text_cells(["x", "x", "y"])], 3)
    table.encode_ahead("phone")
    table.encode_ahead("email")
    written = table.with_cells("phone", text_cells(["+1", "+2", "+1"]))
    assert _encoded(written, "phone") == ["+1", "+2", "+1"]
    assert _encoded(written, "email") == ["x", "x", "y"]
    assert _encoded(table, "phone") == ["1", "2", "1"]
