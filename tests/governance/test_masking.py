import unicodedata
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.attributes import CANONICAL, ValueKind
from governance.masking import Level, mask, present

HIDDEN = "****"
_CHARACTERS = st.one_of(
    st.sampled_from("张三欧阳修司马北京市朝阳区建国路88号·　 *@.-+/()１３８０XxzZaé年月日"),
    st.sampled_from("0123456789"),
    st.characters(),
)
VALUES = st.one_of(
    st.text(_CHARACTERS, max_size=30),
    st.from_regex(r"\A\+?[0-9 ()*-]{0,22}\Z"),
    st.from_regex(r"\A[0-9X*]{15,19}\Z"),
    st.from_regex(r"\A[a-z0-9._*]{1,8}@[a-z0-9*-]{1,6}(\.[a-z]{1,3}){0,2}\Z"),
    st.from_regex(r"\A(https?://)?[a-z*]{1,6}(\.[a-z*]{1,5}){1,3}(:[0-9]{1,5})?(/[a-z*]{0,5}){0,2}\Z"),
    st.from_regex(r"\A[12][0-9*]{3}-?[01*][0-9*]-?[0-3*][0-9*](T[0-9:]{5}Z)?\Z"),
)
KINDS = st.sampled_from(list(ValueKind))
ATTRIBUTES = st.sampled_from(["", *(attribute.name for attribute in CANONICAL)])


def test_AT42_masking() -> None:
    assert mask(ValueKind.PERSON_NAME, "欧阳修", "person.full_name") == "欧阳*"
    assert mask(ValueKind.PHONE, "13800138000", "phone") == "138****8000"
    assert mask(ValueKind.IDENTIFIER, "11010519491231002X", "id.cn.ric") == "110105********002X"
    assert mask(ValueKind.EMAIL, "zhangsan@example.com", "email") == "z***@example.com"
    assert mask(ValueKind.ADDRESS, "北京市朝阳区建国路88号", "address.full") == "北京市朝阳区****"


@pytest.mark.parametrize(
    ("value", "attribute", "shown"),
    [
        ("张三", "person.full_name", "张*"),
        ("张 三丰", "person.full_name", "张 **"),
        ("欧阳", "person.full_name", "欧*"),
        ("歐陽修", "person.full_name", "歐陽*"),
        ("张", "person.full_name", "*"),
        ("司马相如", "person.full_name", "司马**"),
        ("陈方安生", "person.full_name", "陈***"),
        ("爱新觉罗溥仪", "person.full_name", "爱新觉罗**"),
        ("阿卜杜拉·买买提", "person.full_name", "阿***·买**"),
        ("修", "person.given_name", "*"),
        ("三丰", "person.given_name", "**"),
        ("欧阳", "person.family_name", "欧*"),
        ("Zhang San", "person.full_name", "Z**** S**"),
        ("Mary-Ann O'Neil", "person.full_name", "M******* O*****"),
        ("J Smith", "person.full_name", "* S****"),
        ("김민준", "person.full_name", "김**"),
    ],
)
def test_names_keep_the_surname_or_initials(value: str, attribute: str, shown: str) -> None:
    assert mask(ValueKind.PERSON_NAME, value, attribute) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("+8613800138000", "138****8000"),
        ("0086 138-0013-8000", "138****8000"),
        ("１３８００１３８０００", "138****8000"),
        ("+1 (415) 555-2671", "+14*******71"),
        ("+442071838750", "+442******750"),
        ("010-62345678", "01*******78"),
        ("110", "***"),
        ("95588", "9***8"),
        ("unknown", HIDDEN),
    ],
)
def test_phones(value: str, shown: str) -> None:
    assert mask(ValueKind.PHONE, value, "phone") == shown


@pytest.mark.parametrize(
    ("kind", "attribute", "value", "shown"),
    [
        (ValueKind.EMAIL, "email", "a@b.c", "***@b.c"),
        (ValueKind.EMAIL, "email", "张三@例子.公司", "张***@例子.公司"),
        (ValueKind.EMAIL, "email", "zhangsan", HIDDEN),
        (ValueKind.EMAIL, "email", "x@13800138000.com", HIDDEN),
        (ValueKind.EMAIL, "email", "Zhang San <zhangsan@example.com>", HIDDEN),
        (ValueKind.IDENTIFIER, "id.cn.uscc", "91110108MA01ABCD2X", "911101********CD2X"),
        (ValueKind.IDENTIFIER, "id.passport", "E12345678", "E1*****78"),
        (ValueKind.IDENTIFIER, "id.bank_card", "6222 0212 3456 7890 128", "622202*********0128"),
        (ValueKind.IDENTIFIER, "id.ssn", "123-45-6789", "12*****89"),
        (ValueKind.IDENTIFIER, "id.other", "AB1", "***"),
        (ValueKind.CODE, "transaction.number", "SO2026050112", "SO2******112"),
        (ValueKind.DATE, "person.birth_date", "1949-12-31", "1949-**-**"),
        (ValueKind.DATE, "person.birth_date", "19491231", "1949****"),
        (ValueKind.DATE, "person.birth_date", "31/12/1949", "**/**/1949"),
        (ValueKind.DATE, "person.birth_date", "1949年12月31日", "1949年**月**日"),
        (ValueKind.DATE, "person.birth_date", "49-12-31", "**-**-**"),
        (ValueKind.TIME, "interaction.at", "2026-03-15T10:00:00Z", "2026-03-**T**:**:**Z"),
        (ValueKind.ADDRESS, "address.full", "上海浦东新区张江路1号", "上海浦东新区****"),
        (ValueKind.ADDRESS, "address.full", "广东省深圳市南山区科技园路1号", "广东省深圳市南山区****"),
        (ValueKind.ADDRESS, "address.full", "河北省石家庄市长安区中山路9号", "河北省石家庄市长安区****"),
        (ValueKind.ADDRESS, "address.full", "江苏省南京市鼓楼区湖南路1号", "江苏省南京市鼓楼区****"),
        (ValueKind.ADDRESS, "address.full", "浙江省义乌市稠城街道", "浙江省义乌市****"),
        (ValueKind.ADDRESS, "address.full", "北京市幸福里小区3栋", "北京市****"),
        (ValueKind.ADDRESS, "address.full", "建国路小区88号", HIDDEN),
        (ValueKind.ADDRESS, "address.full", "88 Jianguo Road, Beijing", HIDDEN),
        (ValueKind.REGION, "address.city", "北京市", "北京市"),
        (ValueKind.REGION, "address.city", "St. John's", "St. John's"),
        (ValueKind.REGION, "address.city", "建国路88号", HIDDEN),
        (ValueKind.POSTCODE, "address.postcode", "100022", "10****"),
        (ValueKind.HANDLE, "handle.weibo", "zhangsan_88", "zh*********"),
        (ValueKind.HANDLE, "handle.wechat", "abc", "***"),
        (ValueKind.URL, "website", "https://www.zhangsan.com/u/1?x=2", "https://w***.com/****"),
        (ValueKind.URL, "website", "zhangsan.cn", "z***.cn"),
        (ValueKind.URL, "website", "https://192.168.1.1/", HIDDEN),
        (ValueKind.URL, "website", "http://[::1", HIDDEN),
        (ValueKind.ORGANIZATION_NAME, "organization.name", "北京某某科技有限公司", "北京某某******"),
        (ValueKind.ORGANIZATION_NAME, "organization.name", "某", "*"),
        (ValueKind.TEXT, "need", "张三要买车", HIDDEN),
        (ValueKind.MONEY, "person.income", "120000", HIDDEN),
        (ValueKind.SEX, "person.sex", "男", HIDDEN),
        (ValueKind.CODE, "tags", "糖尿病", HIDDEN),
        (ValueKind.CODE, "feedback.type", "complaint", "complaint"),
        (ValueKind.CODE, "feedback.type", "13800138000", HIDDEN),
        (ValueKind.NUMBER, "", "42", HIDDEN),
    ],
)
def test_other_kinds(kind: ValueKind, attribute: str, value: str, shown: str) -> None:
    assert mask(kind, value, attribute) == shown


@settings(deadline=None)
@given(KINDS, VALUES, ATTRIBUTES)
def test_masking_is_idempotent_and_never_raises(kind: ValueKind, value: str, attribute: str) -> None:
    once = mask(kind, value, attribute)
    assert mask(kind, once, attribute) == once


@settings(deadline=None)
@given(KINDS, VALUES, ATTRIBUTES)
def test_an_empty_value_stays_empty_and_no_other_becomes_so(kind: ValueKind, value: str, attribute: str) -> None:
    assert bool(mask(kind, value, attribute)) == bool(value)


_SHARES = {
    ValueKind.PERSON_NAME: Fraction(2, 3),
    ValueKind.ORGANIZATION_NAME: Fraction(1, 2),
    ValueKind.PHONE: Fraction(7, 11),
    ValueKind.IDENTIFIER: Fraction(10, 16),
    ValueKind.HANDLE: Fraction(1, 4),
    ValueKind.POSTCODE: Fraction(1, 2),
    ValueKind.SEX: Fraction(0),
    ValueKind.MONEY: Fraction(0),
    ValueKind.NUMBER: Fraction(0),
    ValueKind.TEXT: Fraction(0),
}


@settings(deadline=None)
@given(st.sampled_from(sorted(_SHARES)), VALUES)
def test_no_mask_shows_more_than_its_share_of_characters(kind: ValueKind, value: str) -> None:
    whole = unicodedata.normalize("NFKC", value) if kind in {ValueKind.PHONE, ValueKind.IDENTIFIER} else value
    counts = (lambda c: c.isdecimal() or c == "*") if kind is ValueKind.PHONE else (lambda c: not c.isspace())
    shown = [c for c in mask(kind, value) if c not in "*+·" and not c.isspace()]
    assert len(shown) <= _SHARES[kind] * sum(counts(c) for c in whole)


@settings(deadline=None)
@given(st.from_regex(r"\A[a-z0-9._-]{1,20}\Z"))
def test_of_an_email_only_the_first_character_and_the_domain_stand(local: str) -> None:
    first = local[0] if len(local) > 1 else ""
    assert mask(ValueKind.EMAIL, f"{local}@example.com") == f"{first}***@example.com"


@settings(deadline=None)
@given(VALUES)
def test_a_date_shows_four_digits_at_most(value: str) -> None:
    assert sum(c.isalnum() and c not in "年月日" for c in mask(ValueKind.DATE, value)) <= 4


@settings(deadline=None)
@given(VALUES)
def test_an_address_never_shows_a_number_or_a_street(value: str) -> None:
    shown = mask(ValueKind.ADDRESS, value)
    assert shown == "" or shown.endswith(HIDDEN)
    assert not any(c.isdecimal() or c in "路街号栋" or (c.isascii() and c.isalpha()) for c in shown)


@settings(deadline=None)
@given(st.text(st.sampled_from("欧阳修张三abc 13800138000"), min_size=1, max_size=12))
def test_names_keep_their_width(value: str) -> None:
    assert len(mask(ValueKind.PERSON_NAME, value)) == len(value)


def test_levels_are_ordered() -> None:
    assert sorted(Level, reverse=True) == [Level.CLEAR, Level.PARTIAL, Level.TOKEN, Level.AGGREGATE, Level.NONE]
    assert max(Level.CLEAR, Level.TOKEN) is Level.CLEAR
    assert Level.PARTIAL <= Level.PARTIAL < Level.CLEAR >= Level.PARTIAL > Level.AGGREGATE


def test_each_level_presents_what_it_says() -> None:
    def shown(level: Level) -> str | None:
        return present(level, ValueKind.PHONE, "13800138000", "phone", token=lambda value: f"tok-{len(value)}")

    assert [shown(level) for level in sorted(Level)] == [None, None, "tok-11", "138****8000", "13800138000"]
    assert present(Level.TOKEN, ValueKind.PHONE, "13800138000") is None


def test_free_text_is_left_out_unless_a_detector_masks_it() -> None:
    assert present(Level.PARTIAL, ValueKind.TEXT, "张三", "need") is None
    assert present(Level.PARTIAL, ValueKind.TEXT, "张三", "need", free_text=lambda text: "*" * len(text)) == "**"
