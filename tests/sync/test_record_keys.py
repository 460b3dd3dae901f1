from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from sync.contract_check import allowed_types, python_types, wrong_field
from sync.record_keys import Ordinals, canonical_json, plain_numbers, primary_key

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=4), json_values, max_size=4))
def test_the_order_of_fields_changes_nothing(content: dict[str, object]) -> None:
    assert canonical_json(content) == canonical_json(dict(reversed(content.items())))


@given(st.integers(min_value=1 << 64), st.integers(min_value=1 << 64))
def test_numbers_beyond_64_bits_stay_apart(one: int, other: int) -> None:
    assert (canonical_json({"n": one}) == canonical_json({"n": other})) == (one == other)


@given(st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | json_values)
def test_large_numbers_come_back_as_they_were(number: object) -> None:
    content = {"n": number, "list": [{"n": number}]}
    again = plain_numbers(orjson.loads(canonical_json(content)))
    assert again == content
    assert canonical_json(again) == canonical_json(content)
    types = python_types(allowed_types({"properties": {"n": {"type": "number"}}}))
    assert wrong_field({"n": Decimal("0.1")}, types) is None


def test_keys_of_several_parts_and_types_are_unambiguous() -> None:
    keys = {
        primary_key({"a": "1", "b": "2"}, [["a"], ["b"]]),
        primary_key({"a": "12", "b": ""}, [["a"], ["b"]]),
        primary_key({"a": 1, "b": 2}, [["a"], ["b"]]),
        primary_key({"a": 1}, [["a"]]),
        primary_key({"a": "1"}, [["a"]]),
    }
    assert len(keys) == 5


@pytest.mark.parametrize("content", [{}, {"id": None}, {"id": {"part": None}}])
def test_a_record_without_its_key_is_refused_by_field_name(content: dict[str, object]) -> None:
    with pytest.raises(Invalid) as caught:
        primary_key(content, [["id", "part"]] if content.get("id") else [["id"]])
    assert caught.value.code == "record.key_missing"
    assert "'id" in caught.value.message


def test_equal_rows_are_counted_on_from_what_lies_behind_the_state() -> None:
    ordinals = Ordinals()
    assert [ordinals.next("s", b"h", 2) for _ in range(3)] == [2, 3, 4]
    assert ordinals.next("s", b"other", 0) == 0
    assert ordinals.next("t", b"h", 0) == 0


TYPES = allowed_types(
    {
        "properties": {
            "name": {"type": ["null", "string"]},
            "age": {"type": "integer"},
            "score": {"type": "number"},
            "any": {"oneOf": [{"type": "string"}]},
        }
    }
)


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ({"name": "a", "age": 3, "score": 1.5, "any": {}}, None),
        ({"name": None, "age": None}, None),
        ({"score": 3}, None),
        ({"age": 3.5}, "age"),
        ({"age": True}, "age"),
        ({"age": "3"}, "age"),
        ({"name": {"first": "a"}}, "name"),
        ({"unheard_of": object()}, None),
    ],
)
def test_types_are_those_of_the_schema(content: dict[str, object], wrong: str | None) -> None:
    assert wrong_field(content, python_types(TYPES)) == wrong
