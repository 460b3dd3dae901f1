from connectors.protocol import Junk, Kind, Message, StreamKey
from sync.sampling import described, sample


def record(**data: object) -> Message:
    return Message(Kind.RECORD, {"stream": "people", "data": data}, StreamKey("", "people"))


MESSAGES: list[Message | Junk] = [
    record(name="张三", phone="13800138000", age=3),
    Junk("not_json", "The line is not JSON.", b"13800138000"),
    record(name="", phone=None, age="three"),
    record(_ingot_broken={"reason": "half a row"}),
    record(name="beyond the limit"),
]


def test_a_sample_tells_fields_types_and_shares_and_no_value() -> None:
    rows = described(sample(MESSAGES, 3), lambda name, values: (f"text.{name}", 0.5 if values else 0.0))
    assert [(row["field"], row["types"], row["filled_percent"], row["confidence"]) for row in rows] == [
        ("age", ["int", "str"], 67, 0.5),
        ("name", ["str"], 33, 0.5),
        ("phone", ["str"], 33, 0.5),
    ]
    assert {(row["records"], row["broken"]) for row in rows} == {(3, 1)}
    assert not [value for value in ("张三", "13800138000", "three") if value in str(rows)]
