"""Further values of each kind, and properties of the record as a whole."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Damaged, Invalid
from core.records import AttributeValue
from merge.standardise.addresses import chinese_number
from merge.standardise.dates import day_comes_first, in_known_order
from merge.standardise.record import Standardised, standardise, standardise_value
from merge.standardise.text import clean, fold
from merge.standardise.values import Validity

ATTRIBUTES = (
    "person.full_name", "person.birth_date", "person.sex", "phone", "email", "id.cn.ric", "id.cn.uscc", "id.passport",
    "organization.name", "address.full", "address.city", "address.postcode", "handle.wechat", "website", "text.note",
)  # fmt: skip
values = st.builds(AttributeValue, st.sampled_from(ATTRIBUTES), st.text(max_size=30))


@pytest.mark.parametrize(
    ("raw", "normal", "validity"),
    [
        ("19250803", "1925-08-03", Validity.VALID),
        ("17-May-90", "1990-05-17", Validity.VALID),
        ("May 17, 1990", "1990-05-17", Validity.VALID),
        ("1990年5月17日", "1990-05-17", Validity.VALID),
        ("3.4.1980", "1980-04-03", Validity.VALID),
        ("1/7/80", "1980-01-07", Validity.VALID),
        ("31/12/1980", "1980-12-31", Validity.VALID),
        ("1990-05-17T00:00:00Z", "1990-05-17", Validity.VALID),
        ("1990-05", "1990-05-00", Validity.UNKNOWN),
        ("1990 05 17", "1990-05-17", Validity.VALID),
        ("1990年5月17号", "1990-05-17", Validity.VALID),
        ("90年5月17日", "1990-05-17", Validity.VALID),
        ("12年5月17日", "2012-05-17", Validity.VALID),
        ("一九九〇年十二月二十一日", "1990-12-21", Validity.VALID),
        ("民國79年5月17日", "1990-05-17", Validity.VALID),
        ("民国七十九年五月", "1990-05-00", Validity.UNKNOWN),
        ("平成元年5月17日", "1989-05-17", Validity.VALID),
        ("Feb 1868", "1868-02-00", Validity.UNKNOWN),
        ("5/1868", "1868-05-00", Validity.UNKNOWN),
        ("abt 1868", "1868-00-00", Validity.UNKNOWN),
        ("12 de marzo de 1950", "1950-03-12", Validity.VALID),
        ("2 mei 1944", "1944-05-02", Validity.VALID),
        ("3 września 1950", "1950-09-03", Validity.VALID),
        ("1930-00-00", "1930-00-00", Validity.INVALID),
        ("1981-02-30", "1981-02-30", Validity.INVALID),
    ],
)
def test_dates(raw: str, normal: str, validity: Validity) -> None:
    found = standardise_value("person.birth_date", raw)
    assert (found.normal, found.validity) == (normal, validity)


def test_a_date_that_does_not_exist_keeps_its_year() -> None:
    found = standardise_value("person.birth_date", "1930-00-00")
    assert (found.part("year"), found.part("month"), found.rule) == ("1930", "", "date.calendar")


def test_a_foreign_number_without_country_keeps_its_digits() -> None:
    found = standardise_value("phone", "512-353-8633")
    assert (found.normal, found.validity) == ("5123538633", Validity.UNKNOWN)


@pytest.mark.parametrize(("text", "number"), [("八十八", 88), ("十二", 12), ("一二〇一", 1201), ("三百零五", 305)])
def test_chinese_numerals(text: str, number: int) -> None:
    assert chinese_number(text) == number


@pytest.mark.parametrize(
    ("raw", "family", "given_name"),
    [
        ("王**", "王", ""),
        ("王*明", "王", ""),
        ("李某某", "李", ""),
        ("张XX", "张", ""),
        ("*小明", "", "小明"),
        ("刘德华 Andy Lau", "刘", "德华"),
        ("Andy 刘德华", "刘", "德华"),
        ("张三 13800138000", "张", "三"),
        ("DUPONT Jean", "dupont", "jean"),
        ("VAN DER BERG Jan", "van der berg", "jan"),
        ("JOHN SMITH", "smith", "john"),
        ("Jean DUPONT", "dupont", "jean"),
    ],
)
def test_names_as_exports_write_them(raw: str, family: str, given_name: str) -> None:
    found = standardise_value("person.full_name", raw)
    assert (found.part("family"), found.part("given")) == (family, given_name)


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("138****8000", "138*8000"),
        ("138＊＊＊＊8000", "138*8000"),
        ("+86 138-xxxx-8000", "138*8000"),
        ("0086138••••8000", "138*8000"),
        ("1380013****", "1380013*"),
        ("010-****1234", "10*1234"),
        ("+49 30 ****567", "4930*567"),
        ("****8000", "*8000"),
        ("****800", ""),
        ("***********", ""),
    ],
)
def test_of_a_masked_telephone_is_kept_what_it_shows(raw: str, normal: str) -> None:
    found = standardise_value("phone", raw)
    assert (found.normal, found.validity, found.rule) == (normal, Validity.INVALID, "phone.masked")


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("cn", ["中国", "中华人民共和国", "CN", "cn", "CHN", "156", "China", "P.R. China", "Chine", "中国大陆"]),
        ("us", ["USA", "U.S.A.", "United States of America", "美国", "Estados Unidos", "Vereinigte Staaten"]),
        ("gb", ["UK", "GB", "Great Britain", "英国", "Großbritannien"]),
        ("ci", ["Côte d\u2019Ivoire", "Cote d'Ivoire"]),
        ("hk", ["香港", "Hong Kong", "中国香港"]),
        ("kongo", ["Kongo"]),  # two countries are called so
        ("unknown region", ["Unknown Region"]),
        ("nowhere land", ["Nowhere Land"]),
    ],
)
def test_countries_are_known_by_names_and_codes(code: str, names: list[str]) -> None:
    assert {standardise_value("address.country", name).normal for name in names} == {code}


def test_masked_mailboxes_and_identifiers_say_nothing() -> None:
    for name, raw, rule in (
        ("email", "z***@qq.com", "email.masked"),
        ("id.cn.ric", "110105********002X", "id.masked"),
        ("id.passport", "E＊＊＊＊1234", "id.masked"),
    ):
        found = standardise_value(name, raw)
        assert (found.normal, found.validity, found.rule) == ("", Validity.INVALID, rule)


def test_what_is_masked_is_no_given_name() -> None:
    assert standardise_value("person.full_name", "***").normal == ""
    assert standardise_value("person.full_name", "赵**").part("given_pinyin") == ""


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("13800138000.0", "+8613800138000"),
        ("1.38001E+10", ""),
        ("0755-26543210-802", "+8675526543210;ext=802"),
        ("0755-26543210/11/12", "+8675526543210"),
        ("17012345678-5106", ""),  # lent by a marketplace for one order
        ("17012345678转5106", ""),
        ("+86 170-1234-5678 ext 5106", ""),
    ],
)
def test_telephones_as_spreadsheets_and_switchboards_write_them(raw: str, normal: str) -> None:
    assert standardise_value("phone", raw).normal == normal


@pytest.mark.parametrize("raw", ["株式会社東京電機", "東京電機株式会社", "東京電機(株)", "㈱東京電機", "東京電機"])
def test_japanese_legal_forms_stand_before_and_behind(raw: str) -> None:
    assert standardise_value("organization.name", raw).part("core") == "东京电机"


@pytest.mark.parametrize("district", ["福田区", "罗湖区", "南山区", "宝安区"])
def test_a_district_that_had_another_name_is_known_by_the_one_of_today(district: str) -> None:
    found = standardise_value("address.full", f"广东省深圳市{district}科技园路5号")
    assert (found.part("adcode")[:4], len(found.part("adcode")), found.part("street")) == ("4403", 6, "科技园路")


def test_latin_names() -> None:
    comma = standardise_value("person.full_name", "Hughes, Howie")
    assert (comma.part("family"), comma.part("given")) == ("hughes", "howie")
    particle = standardise_value("person.full_name", "Ludwig van Beethoven Jr.")
    assert (particle.part("family"), particle.part("suffix")) == ("van beethoven", "jr")
    assert standardise_value("person.full_name", "José Müller").normal == "jose muller"


@pytest.mark.parametrize(
    ("raw", "family", "given", "generation"),
    [
        ("Tyler Mendez Jr", "mendez", "tyler", "2"),
        ("Tyler Mendez Sr.", "mendez", "tyler", "1"),
        ("Mendez Sr, Tyler", "mendez", "tyler", "1"),
        ("Mendez, Tyler, Sr", "mendez", "tyler", "1"),
        ("TYLER MENDEZ III", "mendez", "tyler", "3"),
        ("Sr. Juan Pérez", "perez", "juan", ""),
        ("Pérez, Sr. Juan", "perez", "juan", ""),
    ],
)
def test_a_generation_behind_a_name(raw: str, family: str, given: str, generation: str) -> None:
    found = standardise_value("person.full_name", raw)
    assert [found.part(name) for name in ("family", "given", "generation")] == [family, given, generation]


@pytest.mark.parametrize(
    ("raw", "family", "given"),
    [
        ("胡涛 深圳", "胡", "涛"),
        ("胡涛 深圳市", "胡", "涛"),
        ("张丽 廣州", "张", "丽"),
        ("欧阳娜 上海", "欧阳", "娜"),
        ("王 朝阳", "王", "朝阳"),
        ("欧阳 海南", "欧阳", "海南"),
    ],
)
def test_a_town_behind_a_chinese_name_is_no_part_of_it(raw: str, family: str, given: str) -> None:
    found = standardise_value("person.full_name", raw)
    assert (found.part("family"), found.part("given")) == (family, given)


@pytest.mark.parametrize("raw", ["McLeod", "MacLeod", "Mac Leod", "Mc Leod", "M'Leod", "M\u2019Leod", "MCLEOD"])
def test_mac_is_written_in_many_ways(raw: str) -> None:
    assert standardise_value("person.family_name", raw).normal == "mcleod"
    assert standardise_value("person.full_name", f"Flora {raw}").part("family") in {"mcleod", "leod"}


@pytest.mark.parametrize("raw", ["O'Brien", "O Brien", "OBrien", "O\u2019Brien"])
def test_o_before_an_irish_name(raw: str) -> None:
    assert standardise_value("person.family_name", raw).normal == "obrien"


@pytest.mark.parametrize("raw", ["Macy", "Mace", "Cormac", "Otto"])
def test_what_only_looks_like_mac_stays(raw: str) -> None:
    assert standardise_value("person.family_name", raw).normal == raw.lower()


@pytest.mark.parametrize(
    ("raw", "family", "given_name"),
    [
        ("Beek, Pieter van", "van beek", "pieter"),
        ("Heuvel, Anna M. van den", "van den heuvel", "anna m"),
        ("NGUYEN, THI VAN", "nguyen", "thi van"),
        ("김민수", "김", "민수"),
        ("김 민수님", "김", "민수"),
        ("남궁민수", "남궁", "민수"),
        ("김*수", "김", ""),
        ("サトウ ケン", "", "サトウケン"),
        ("高橋 健様", "高", "桥健"),
        ("张雪收", "张", "雪"),
        ("张丰收", "张", "丰收"),
    ],
)
def test_particles_behind_and_names_of_east_asia(raw: str, family: str, given_name: str) -> None:
    found = standardise_value("person.full_name", raw)
    assert (found.part("family"), found.part("given")) == (family, given_name)


@pytest.mark.parametrize("raw", ["62704-1234", "62704 1234", "627041234", "62704"])
def test_the_last_four_figures_of_a_long_zip_do_not_count(raw: str) -> None:
    assert standardise_value("address.postcode", raw).normal == "62704"


@pytest.mark.parametrize(
    "raw", ["0000000000", "(000) 000-0000", "99999999", "+1111111", "13800000000", "188 8888 8888", "+8613811111111"]
)
def test_a_row_of_one_figure_is_no_telephone(raw: str) -> None:
    assert (standardise_value("phone", raw).normal, standardise_value("phone", raw).rule) == ("", "phone.placeholder")


@pytest.mark.parametrize("raw", ["N/A", "not on file", "UNKNOWN", "暂无", "不明", "keine Angabe"])
def test_words_that_say_that_there_is_nothing(raw: str) -> None:
    assert standardise_value("text.note", raw).normal == ""


@pytest.mark.parametrize(
    ("raw", "core", "branch"),
    [
        ("红狐贸易宁波分公司", "红狐贸易", "宁波分公司"),
        ("天津红狐贸易有限公司宁波市办事处", "红狐贸易", "宁波分公司"),
        ("红狐银行深圳支行", "红狐银行", "深圳支行"),
        ("安顺机械设备", "安顺机械设备", ""),
        ("上海红狐机械设备", "红狐机械设备", ""),
    ],
)
def test_branches_with_and_without_the_form_before_them(raw: str, core: str, branch: str) -> None:
    found = standardise_value("organization.name", raw)
    assert (found.part("core"), found.part("branch")) == (core, branch)


@pytest.mark.parametrize(
    ("raw", "street", "numbers"),
    [
        ("深圳市南山区粤海街道科技路9号", "科技路", "9"),
        ("广东省佛山市顺德区大良镇人民路12号3楼", "人民路", "12-3"),
        ("长沙高新区麓谷大道627号", "麓谷大道", "627"),
        ("阳光小区人民路3号", "阳光小区人民路", "3"),
        ("广东省/深圳市/南山区 科技路9号", "科技路", "9"),
    ],
)
def test_what_lies_between_district_and_street_is_left_away(raw: str, street: str, numbers: str) -> None:
    found = standardise_value("address.full", raw)
    assert (found.part("street"), found.part("numbers")) == (street, numbers)


def test_street_abbreviations() -> None:
    assert (
        standardise_value("address.street", "12 Main St.").normal
        == standardise_value("address.street", "12 main street").normal
    )


def test_invisible_characters_and_widths_go() -> None:
    assert clean("\ufeff王\u200b　伟 ") == "王 伟"
    assert fold("ＡＢＣ１２３") == "abc123"


def test_placeholders_are_not_compared() -> None:
    assert standardise_value("phone", "无").normal == ""
    assert standardise_value("id.passport", "0000000").normal == ""
    assert standardise_value("text.note", "N/A").normal == ""


def test_an_unknown_attribute_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        standardise_value("person.shoe_size", "43")
    assert refused.value.code == "attribute.unknown"


def test_bytes_of_another_format_are_refused() -> None:
    for data in (b"{}", b"no json", b'{"format":99,"values":[]}'):
        with pytest.raises(Damaged) as refused:
            Standardised.from_bytes(data)
        assert refused.value.code == "standardised.format"


@settings(max_examples=150, deadline=None)
@given(st.lists(values, max_size=6))
def test_bytes_round_trip_and_order_does_not_matter(given_values: list[AttributeValue]) -> None:
    record = standardise(given_values)
    assert Standardised.from_bytes(record.to_bytes()) == record
    assert standardise(list(reversed(given_values))).to_bytes() == record.to_bytes()


@settings(max_examples=150, deadline=None)
@given(values)
def test_raw_is_always_kept(value: AttributeValue) -> None:
    assert standardise_value(value.attribute, value.value).raw == value.value


@pytest.mark.parametrize(
    ("texts", "day_first"),
    [
        (["03/04/1980", "25/04/1980"], True),
        (["03/04/1980", "04/25/1980"], False),
        (["03-04-1980", "04-25-1980"], False),
        (["03/04/1980"], None),
        (["25/04/1980", "04/25/1980"], None),
        (["25/04/1980"] * 20 + ["04/25/1980"], True),
        (["1980-04-25", "", "unknown"], None),
    ],
)
def test_the_order_of_day_and_month_is_that_of_the_column(texts: list[str], day_first: bool | None) -> None:
    assert day_comes_first(texts) is day_first
    assert day_comes_first(reversed(texts)) is day_first


@pytest.mark.parametrize("separator", ["/", "-", "."])
def test_a_date_is_read_in_the_order_that_is_known(separator: str) -> None:
    written = separator.join(("03", "04", "1980"))
    for day_first, normal in ((True, "1980-04-03"), (False, "1980-03-04")):
        found = standardise_value("person.birth_date", in_known_order(written, day_first=day_first))
        assert found.normal == normal
    assert in_known_order("1980-04-03", day_first=True) == "1980-04-03"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("苏州吴中区光明路497号", "320506"),
        ("宁波解放路296号", "3302"),
        ("重庆渝北区友谊路93号", "500112"),
        ("海口市海秀路1号", "4601"),
    ],
)
def test_a_division_is_the_one_that_bears_the_name_today(raw: str, code: str) -> None:
    assert standardise_value("address.full", raw).part("adcode") == code


def test_the_numbers_inside_an_estate_are_told_by_themselves() -> None:
    found = standardise_value("address.full", "深圳市和平北路520号恒大名都13栋2单元802室")
    assert (found.part("place"), found.part("place_numbers"), found.part("numbers")) == (
        "恒大名都", "13-2-802", "520-13-2-802",
    )  # fmt: skip
    assert standardise_value("address.full", "和平北路520号").part("place_numbers") == ""
