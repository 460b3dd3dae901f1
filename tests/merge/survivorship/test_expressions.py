import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from merge.survivorship.expressions import NAMES, expression
from merge.survivorship.policy import policy_from_settings
from merge.survivorship.survive import as_of, survive
from tests.merge.support import record

KNOWN: dict[str, int | str | bool] = {
    "age_days": 400,
    "kind": "erp",
    "length": 4,
    "parts": 1,
    "position": 0,
    "priority": 2,
    "source": "erp-cn",
    "trust": 60,
    "validity": "valid",
    "value": "总监",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trust", 60),
        ("2 * (kind == 'erp') + (length > 3) - age_days // 365", 2),
        ("kind in ('erp', 'crm') and validity != 'invalid'", 1),
        ("100 if startswith(source, 'erp') else trust", 100),
        ("0 < priority < 3", 1),
        ("-len(lower(kind)) % 5", 2),
        ("min(trust, 50) + max(1, 2) + abs(-3)", 55),
        ("not position", 1),
        ("value + 1", 0),
        ("trust // 0", 0),
        ("'a' < 1", 0),
        ("trust * 1000000 * 1000000 * 1000000", 0),
    ],
)
def test_an_expression_works_out_to_a_whole_number(text: str, expected: int) -> None:
    assert expression(text).rank(KNOWN) == expected


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "value.__class__",
        "(lambda: 1)()",
        "[x for x in value]",
        "2 ** 99999999",
        "len(value, value)",
        "len(*value)",
        "open('/etc/passwd')",
        "1.5",
        "trust = 1",
        "kind if",
        "unheard",
        "max",
        "trust + len",
        "f'{value}'",
        "value[0]",
        "b'x'",
        "None",
        "x" * 600,
        "+".join(["1"] * 100),
        "",
        "(" * 300,
        "\x00",
    ],
)
def test_nothing_else_is_part_of_the_language(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        expression(text)
    assert caught.value.code == "survivorship.expression"


@given(st.text(max_size=60))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    try:
        assert isinstance(expression(text).rank(KNOWN), int)
    except Invalid as error:
        assert error.code == "survivorship.expression"  # noqa: PT017 - both outcomes are right


WORDS = [
    *NAMES,
    "len",
    "lower",
    "startswith",
    "min",
    "abs",
    "(",
    ")",
    ",",
    "+",
    "*",
    "//",
    "==",
    "<",
    "in",
    "not",
    "'a'",
    "3",
]


@given(st.lists(st.sampled_from(WORDS), max_size=9))
def test_the_words_of_the_language_in_any_order_are_read_or_refused(words: list[str]) -> None:
    try:
        assert isinstance(expression(" ".join(words)).rank(KNOWN), int)
    except Invalid as error:
        assert error.code == "survivorship.expression"  # noqa: PT017 - both outcomes are right


def test_an_expression_decides_between_values() -> None:
    wanted = "expression: 1000 * (kind == 'form') + length"
    policy = policy_from_settings({"attributes": {"occupation": [wanted, "recency"]}}, {})
    records = [
        record("1", ("occupation", "高级软件工程师"), source="erp", days=9),
        record("2", ("occupation", "教师"), source="form"),
    ]
    golden = survive(records, policy, as_of(records)).attributes["occupation"][0]
    assert (golden.value, golden.lineage.rule, golden.lineage.strategy) == ("教师", "expression", "expression>recency")
    with pytest.raises(Invalid) as caught:
        policy_from_settings({"attributes": {"occupation": ["expression: exec('1')"]}}, {})
    assert caught.value.code == "survivorship.expression"


def test_settings_may_couple_more_attributes() -> None:
    policy = policy_from_settings({"couplings": {"employment": ["occupation", "text.employer"]}}, {})
    records = [
        record("1", ("occupation", "教师"), source="erp", days=9),
        record("2", ("occupation", "医生"), ("text.employer", "医院"), source="form"),
    ]
    golden = survive(records, policy, as_of(records))
    assert (golden.first("occupation"), golden.first("text.employer")) == ("教师", None)
    for wrong in ({"x": ["occupation"]}, {"x": ["occupation", "phone"]}, {"x": ["occupation", "address.city"]}):
        with pytest.raises(Invalid) as caught:
            policy_from_settings({"couplings": wrong}, {})
        assert caught.value.code == "survivorship.coupling"
