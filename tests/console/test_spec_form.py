"""Forms from specifications: what is drawn, sent and read again is what was there."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.console.connect.spec_fields import Field, FieldKind, fields_of, groups_of, plain_text
from api.console.connect.spec_problems import problems_of
from api.console.connect.spec_values import read_form
from api.console.connect.spec_widgets import Content, Widget, drawn, widgets_of
from connectors.launch import launch_ours
from connectors.runner import Runner
from core.errors import Invalid
from tests.connectors.zygote import forked

AUTH: dict[str, Any] = {
    "type": "object",
    "title": "Access",
    "oneOf": [
        {
            "type": "object",
            "title": "Password",
            "required": ["method", "user", "password"],
            "properties": {
                "method": {"type": "string", "const": "password"},
                "user": {"type": "string"},
                "password": {"type": "string", "airbyte_secret": True},
            },
        },
        {
            "type": "object",
            "title": "Token",
            "required": ["method", "token"],
            "properties": {
                "method": {"type": "string", "const": "token"},
                "token": {"type": "string", "airbyte_secret": True},
                "lifetime": {"type": "integer", "minimum": 1, "default": 3600},
            },
        },
    ],
}
SPEC: dict[str, Any] = {
    "type": "object",
    "required": ["host", "access"],
    "groups": [{"id": "auth", "title": "Access"}],
    "properties": {
        "note": {"type": "string", "multiline": True},
        "port": {"type": "integer", "minimum": 1, "maximum": 65535, "default": 5432, "order": 2},
        "host": {
            "type": "string",
            "order": 1,
            "pattern": r"^[a-z.]+$",
            "pattern_descriptor": "a name",
            "description": 'The <a href="https://x.example">host</a> &amp; its <script>alert(1)</script>name',
            "examples": ["db.example"],
        },
        "access": {**AUTH, "group": "auth", "order": 3},
        "mode": {"type": "string", "enum": ["fast", "slow"], "always_show": True},
        "level": {"enum": [1, 2, None]},
        "strict": {"type": "boolean"},
        "trust": {"type": "boolean", "default": True},
        "names": {"type": "array", "items": {"type": "string"}},
        "sizes": {"type": "array", "items": {"type": "integer"}, "default": [1, 2]},
        "kinds": {"type": "array", "items": {"type": "string", "enum": ["a", "b", "c"]}},
        "queries": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "minLength": 1},
                    "key": {"type": "array", "items": {"type": "string"}},
                    "secret": {"type": "string", "airbyte_secret": True},
                },
            },
        },
        "tunnel": {
            "type": "object",
            "properties": {
                "host": {"type": "string"},
                "deep": {"type": "object", "properties": {"a/b~c": {"type": "number"}}},
            },
        },
        "free": {"type": "object", "additionalProperties": {"type": "string"}},
        "since": {"type": "string", "format": "date"},
    },
}
FIELDS = fields_of(SPEC)


def posted(widgets: Sequence[Widget]) -> Iterator[tuple[str, str]]:
    """What a browser sends of the widgets as they are drawn, without typing anything."""
    for one in widgets:
        yield from posted(one.children)
        for row in one.rows:
            if row.kept:
                yield "row", row.name
            yield from posted(row.widgets)
        for way in one.ways:
            if way.chosen:
                yield one.name, way.value
                yield from posted(way.widgets)
        if one.options:
            yield from ((one.name, value) for value, _, chosen in one.options if chosen)
        elif one.field.kind is FieldKind.LIST:
            yield from ((one.name, text) for text in one.values)
        elif not (one.children or one.rows or one.ways):
            yield one.name, one.value


def sent(fields: Sequence[Field], config: Any) -> dict[str, list[str]]:
    form: dict[str, list[str]] = {}
    for group in drawn(groups_of(SPEC, fields), Content(config)):
        for name, text in posted([*group.shown, *group.folded]):
            form.setdefault(name, []).append(text)
    return form


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1, max_size=12)
NUMBER = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False, width=32)
PASSWORD = st.fixed_dictionaries({"method": st.just("password"), "user": TEXT, "password": TEXT})
TOKEN = st.fixed_dictionaries({"method": st.just("token"), "token": TEXT, "lifetime": st.integers(1, 9)})
ROW = st.fixed_dictionaries({}, optional={"name": TEXT, "key": st.lists(TEXT, min_size=1, max_size=3), "secret": TEXT})
DEEP = st.fixed_dictionaries({"a/b~c": NUMBER})
CONFIG = st.fixed_dictionaries(
    {
        "host": TEXT,
        "access": PASSWORD | TOKEN,
        "port": st.integers(1, 65535),
        "trust": st.booleans(),
        "sizes": st.lists(st.integers(), max_size=3),
    },
    optional={
        "note": TEXT,
        "mode": st.sampled_from(["fast", "slow"]),
        "level": st.sampled_from([1, 2, None]),
        "strict": st.booleans(),
        "names": st.lists(TEXT, min_size=1, max_size=3),
        "kinds": st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True).map(sorted),
        "queries": st.lists(ROW, min_size=1, max_size=3),
        "tunnel": st.fixed_dictionaries({"host": TEXT}, optional={"deep": DEEP})
        | st.fixed_dictionaries({"deep": DEEP}),
        "free": st.dictionaries(TEXT.filter(lambda one: one.isalpha()), TEXT, min_size=1, max_size=2),
        "since": st.dates().map(str),
        "unknown setting": TEXT,
    },
)


@settings(max_examples=60)
@given(CONFIG)
def test_what_is_drawn_and_sent_back_is_what_was_there(config: dict[str, Any]) -> None:
    if "free" in config and any(re.search("key|token|secret|pw|pass", name, re.IGNORECASE) for name in config["free"]):
        config["free"] = {"a": "b"}
    assert read_form(FIELDS, sent(FIELDS, config), config) == config


@settings(max_examples=60)
@given(CONFIG)
def test_no_secret_is_drawn(config: dict[str, Any]) -> None:
    mark = "Geheim-7f3a"
    for name in ("password", "token"):
        if name in config["access"]:
            config["access"][name] = mark
    config["queries"] = [{"name": "q", "secret": mark}]
    config["free"] = {"api_key": mark}
    form = sent(FIELDS, config)
    assert mark not in json.dumps(form) + repr(drawn(groups_of(SPEC, FIELDS), Content(config)))
    assert read_form(FIELDS, form, config)["queries"] == config["queries"]


def test_a_secret_is_replaced_kept_or_forgotten() -> None:
    fields = fields_of({"type": "object", "properties": {"password": {"type": "string"}}})
    before = {"password": "old"}
    assert fields[0].kind is FieldKind.SECRET
    assert read_form(fields, {"c/password": [""]}, before) == before
    assert read_form(fields, {"c/password": ["new"]}, before) == {"password": "new"}
    assert read_form(fields, {"c/password": [""], "forget": ["c/password"]}, before) == {}


def test_an_address_with_a_password_is_a_secret_though_nobody_said_so() -> None:
    config = {"host": "https://me:geheim@db.example/x", "access": {"method": "token", "token": "t"}}
    widgets = {one.name: one for one in widgets_of(FIELDS, config, "c", Content(config))}
    assert (widgets["c/host"].secret, widgets["c/host"].value) == (True, "")
    assert read_form(FIELDS, {"c/host": [""], "c/access": ['"token"']}, config)["host"] == config["host"]
    assert read_form(FIELDS, {"c/host": ["new"], "c/access": ['"token"']}, config)["host"] == "new"


def test_the_secret_of_another_branch_is_not_taken_over() -> None:
    before = {"host": "h", "access": {"method": "password", "user": "u", "password": "p"}}
    read = read_form(FIELDS, {"c/host": ["h"], "c/access": ['"token"'], "c/access/:1/token": [""]}, before)
    assert read["access"] == {"method": "token"}


def test_what_cannot_be_read_stays_as_it_was_typed() -> None:
    form = {"c/host": ["h"], "c/port": ["many"], "c/free": ["{no json"], "c/access": ['"token"'], "c/sizes": ["1", "x"]}
    read = read_form(FIELDS, form)
    assert (read["port"], read["free"], read["sizes"]) == ("many", "{no json", [1, "x"])
    names = problems_of(SPEC, FIELDS, read)
    assert {"c/port", "c/free", "c/sizes", "c/access/:1/token"} == set(names)
    again = {
        one.name: one
        for group in drawn(groups_of(SPEC, FIELDS), Content(read, names))
        for one in (*group.shown, *group.folded)
    }
    assert (again["c/port"].value, again["c/free"].value) == ("many", "{no json")
    assert again["c/access"].troubled


def test_problems_stand_beside_their_fields_and_hold_no_value() -> None:
    config = {"host": "13800138000", "access": {"method": "password", "user": 5}, "queries": [{"name": ""}, {}]}
    found = problems_of(SPEC, FIELDS, config)
    assert set(found) == {"c/host", "c/access/:0/user", "c/access/:0/password", "c/queries/0/name", "c/queries/1/name"}
    assert found["c/host"].names == {"form": "a name"}
    assert "13800138000" not in repr(found)


def test_rows_are_added_removed_and_left_out_when_empty() -> None:
    form = {
        "row": ["c/queries/0", "c/queries/1"],
        "remove": ["c/queries/0"],
        "c/queries/0/name": ["a"],
        "c/queries/1/name": ["b"],
        "c/queries/2/name": [""],
        "c/queries/3/name": ["d"],
    }
    assert read_form(FIELDS, form)["queries"] == [{"name": "b"}, {"name": "d"}]
    widgets = widgets_of(FIELDS, {}, "c", Content({}, more_rows={"c/queries": 2}))
    rows = next(one for one in widgets if one.name == "c/queries").rows
    assert [row.kept for row in rows] == [False, False]


def test_order_groups_and_folds() -> None:
    assert [one.name for one in FIELDS[:3]] == ["host", "port", "access"]
    first, second = drawn(groups_of(SPEC, FIELDS), Content({}))
    assert (first.title, second.title) == ("", "Access")
    assert [one.field.name for one in first.shown] == ["host", "mode"]
    assert "port" in [one.field.name for one in first.folded]
    host = FIELDS[0]
    assert (host.description, host.examples) == ("The host & its name", ("db.example",))


@pytest.mark.parametrize("text", ["<b>a", "a & b", "<img src=x onerror=alert(1)>", "a<br>b", "<", "&lt;b&gt;"])
def test_descriptions_become_plain_text(text: str) -> None:
    assert not re.search(r"<\w", plain_text(text)) or text == "&lt;b&gt;"


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "array"}, "not an object"),
        ({"type": "object", "oneOf": [{"type": "object"}]}, "is a choice"),
        ({"type": "object", "properties": {"a": {"oneOf": [{"type": "string"}, {"type": "object"}]}}}, "not an object"),
        (
            {"type": "object", "properties": {"a": {"oneOf": [{"type": "object", "properties": {"x": {}}}] * 2}}},
            "shared const",
        ),
        (
            {
                "type": "object",
                "properties": {"a": {"oneOf": [{"type": "object", "properties": {"x": {"const": 1}}}] * 2}},
            },
            "shared const",
        ),
        ({"type": "object", "properties": {"a": {"oneOf": []}}}, "without conditions"),
    ],
)
def test_illegal_cases_of_the_dialect_are_refused(schema: dict[str, Any], told: str) -> None:
    with pytest.raises(Invalid, match=told) as refused:
        fields_of(schema)
    assert refused.value.code == "spec.form"


@pytest.mark.parametrize("name", ["file", "sql", "email"])
def test_our_own_sources_have_forms(name: str, tmp_path: Any) -> None:
    schema = Runner(tmp_path).spec(forked(launch_ours(name)))["connectionSpecification"]
    assert {one.name for one in fields_of(schema)} == set(schema["properties"])
    assert problems_of(schema, fields_of(schema), {})
