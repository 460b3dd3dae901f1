import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.detect.patterns import find_shapes
from governance.detect.spans import KNOWN_VALUE, Span, joined
from governance.detect.text import find_spans, mask_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("张三手机13812345678,邮箱wxm@qq.com的", "张三手机138****5678,邮箱w***@qq.com的"),
        ("电话１３８００１３８０００。", "电话138****8000。"),
        ("打010-62345678转12", "打010*******812"),
        ("身份证11010519491231002X号", "身份证110105********002X号"),
        ("身份证110105194912310021号", "身份证110105********0021号"),
        ("卡号6222021234567890128已绑", "卡号622202*********0128已绑"),
        ("公司代码91350100M000100Y43", "公司代码913501********0Y43"),
        ("服务器192.168.1.1登录", "服务器****登录"),
        ("车牌京A12345违章", "车牌京*****5违章"),
        ("见https://weibo.com/u/12345。", "见https://w***.com/****。"),
        ("Call +1 (415) 555-2671 or zhangsan@example.com.", "Call +14*******71 or z***@example.com."),
        ("Pay to GB82WEST12345698765432 today", "Pay to GB82**************5432 today"),
        ("Version 1.2.3 of 2026-05-01, 12345 items", "Version 1.2.3 of 2026-05-01, 12345 items"),
        ("今天没有消息", "今天没有消息"),
        ("", ""),
    ],
)
def test_personal_data_in_text_is_masked(text: str, shown: str) -> None:
    assert mask_text(text) == shown
    assert mask_text(shown) == shown


@pytest.mark.parametrize(
    ("text", "known", "shown"),
    [
        ("客户欧阳修住朝阳区建国路88号", ["欧阳修", "朝阳区建国路88号"], "客户****住****"),
        ("Mr ZHANG  San called; Zhangsanfeng did not", ["Zhang San"], "Mr **** called; Zhangsanfeng did not"),
        ("分机 6234-5678 找他", ["62345678"], "分机 **** 找他"),
        ("请拨138 0013 8000", ["+8613800138000"], "请拨****"),
        ("张说三点到", ["张"], "张说三点到"),
        ("order 12", ["12"], "order 12"),
    ],
)
def test_known_values_of_the_person_are_masked(text: str, known: list[str], shown: str) -> None:
    assert mask_text(text, known) == shown


def test_check_digits_raise_the_score_and_exclude_nothing() -> None:
    def score(text: str, kind: str) -> float:
        return next(span.score for span in find_shapes(text) if span.type == kind)

    assert score("证11010519491231002X", "NATIONAL_ID") > score("证110105194912310021", "NATIONAL_ID")
    assert score("卡4111111111111111", "BANK_CARD") > score("卡4111111111111112", "BANK_CARD")
    assert score("码91350100M000100Y43", "COMPANY_ID") > score("码91350100M000100Y44", "COMPANY_ID")


def test_offsets_count_code_points() -> None:
    text = "😀手机１３８００１３８０００"
    assert [(text[s.start : s.end], s.type) for s in find_spans(text)] == [("１３８００１３８０００", "PHONE")]


def test_overlapping_spans_are_covered_whole() -> None:
    spans = [Span(0, 5, "PHONE", 0.5), Span(3, 8, "EMAIL", 0.9), Span(8, 9, "IP", 0.8)]
    assert joined(spans) == [Span(0, 8, KNOWN_VALUE, 0.9), Span(8, 9, "IP", 0.8)]
    assert joined([Span(0, 9, "URL", 0.4), Span(0, 9, "PHONE", 0.6), Span(2, 4, "IP", 0.9)]) == [
        Span(0, 9, "PHONE", 0.6)
    ]


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("张三a1380@.·-+ 号京A６２x"), max_size=40), st.lists(st.text(max_size=6), max_size=3))
def test_any_text_can_be_masked(text: str, known: list[str]) -> None:
    spans = find_spans(text, known)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(first.end <= second.start for first, second in pairwise(spans))
    mask_text(text, known)


@settings(max_examples=40, deadline=None)
@given(
    st.from_regex(r"\A1[3-9][0-9]{9}\Z"),
    st.sampled_from(["手机", "tel:", "（", "a", ""]),
    st.sampled_from(["号", "。", " ", ""]),
)
def test_a_mobile_number_is_found_whatever_stands_beside_it(number: str, before: str, after: str) -> None:
    assert number not in mask_text(before + number + after)


def test_presidio_is_imported_only_when_a_text_is_searched() -> None:
    program = (
        "import sys, governance.detect.text as text, governance.policy.decision_point, governance.people;"
        "assert text.mask_text(' ') == ' ';"
        "assert 'presidio_analyzer' not in sys.modules;"
        "assert text.mask_text('打13800138000') == '打138****8000';"
        "assert 'presidio_analyzer' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
