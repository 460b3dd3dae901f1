"""Chinese addresses that are easily misread, and forms of address."""

import pytest

from merge.standardise.record import standardise_value


@pytest.mark.parametrize(
    ("raw", "code", "street", "numbers"),
    [
        ("四平路598号", "", "四平路", "598"),
        ("上海四平路598号", "31", "四平路", "598"),
        ("南京西路55号", "", "南京西路", "55"),
        ("中山东一路12号", "", "中山东一路", "12"),
        ("中山市中山一路3号", "4420", "中山一路", "3"),
        ("宝安大道168號", "", "宝安大道", "168"),
        ("北京朝阳北路21号", "11", "朝阳北路", "21"),
        ("湖南路88号", "", "湖南路", "88"),
        ("广安门外大街843号", "", "广安门外大街", "843"),
        ("海棠雅苑-8-3-2303", "", "海棠雅苑", "8-3-2303"),
        ("青岛市市南区香港中路10号", "370202", "香港中路", "10"),
        ("福州五四路128号", "3501", "五四路", "128"),
        ("成都一环路24号", "5101", "一环路", "24"),
        ("杭州西湖文三路10号", "330106", "文三路", "10"),
        ("江苏南京江宁双龙大道32号", "320115", "双龙大道", "32"),
        ("中山大道西140号", "", "中山大道西", "140"),
    ],
)
def test_a_road_or_an_estate_named_after_a_place_is_none(raw: str, code: str, street: str, numbers: str) -> None:
    found = standardise_value("address.full", raw)
    assert (found.part("adcode"), found.part("street"), found.part("numbers")) == (code, street, numbers)


@pytest.mark.parametrize(
    "inside", ["26幢1单元106室", "26#1单元106", "26＃楼1单元106", "-26-1-106", "26-1-106", "26号楼1门106"]
)
def test_building_entrance_and_room_are_read_however_they_are_written(inside: str) -> None:
    found = standardise_value("address.full", f"人民路712号东方新村{inside}")
    assert (found.part("place"), found.part("place_numbers")) == ("东方新村", "26-1-106")


@pytest.mark.parametrize(
    ("raw", "family", "given"),
    [
        ("张阿姨", "张", ""),
        ("金姐", "金", ""),
        ("王哥", "王", ""),
        ("欧阳总", "欧阳", ""),
        ("刘大姐", "刘", ""),
        ("李工", "李", ""),
        ("老王", "王", ""),
        ("小李", "李", ""),
        ("王丽姐", "王", "丽姐"),
        ("小芳", "", "芳"),
        ("老子", "老", "子"),
        ("姚生", "姚", ""),
        ("王春生", "王", "春生"),
        ("茜", "", "茜"),
        ("戴", "戴", ""),
    ],
)
def test_a_form_of_address_is_no_given_name(raw: str, family: str, given: str) -> None:
    found = standardise_value("person.full_name", raw)
    assert (found.part("family"), found.part("given")) == (family, given)


@pytest.mark.parametrize(
    ("raw", "street", "place"),
    [
        ("建国路***号香榭春晓******", "建国路", "香榭春晓"),
        ("*栋*单元***室 德胜西苑", "德胜西苑", ""),
        ("德胜西苑*栋*单元***", "德胜西苑", ""),
        ("世纪大道65***", "世纪大道", ""),
        ("***", "", ""),
        ("中国", "", ""),
        ("安道尔", "", ""),
    ],
)
def test_what_a_mask_leaves_of_an_address_is_read_and_a_country_alone_is_none(
    raw: str, street: str, place: str
) -> None:
    found = standardise_value("address.full", raw)
    assert (found.part("street"), found.part("place"), found.part("numbers")) == (street, place, "")
