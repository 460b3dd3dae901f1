"""A form with a field of each kind, for the gallery. Pure."""

from typing import Any

from api.console.connect.spec_fields import fields_of, groups_of
from api.console.connect.spec_problems import problems_of
from api.console.connect.spec_widgets import Content, DrawnGroup, drawn

_ROW = {"type": "object", "properties": {"name": {"type": "string", "title": "row"}}}
_BRANCHES = [
    {"title": name, "properties": {"way": {"const": name}, "one": {"type": "string", "title": f"of {name}"}}}
    for name in ("first", "second")
]
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["text", "several", "rows", "choice", "needed"],
    "properties": {
        "text": {"type": "string", "title": "text", "description": "description", "examples": ["example"]},
        "needed": {"type": "integer", "title": "integer"},
        "hidden": {"type": "string", "title": "secret", "airbyte_secret": True, "always_show": True},
        "option": {"title": "enum", "enum": ["a", "b"], "always_show": True},
        "several": {"type": "array", "title": "several", "items": {"enum": ["a", "b"]}},
        "flag": {"type": "boolean", "title": "boolean", "default": True, "always_show": True},
        "rows": {"type": "array", "title": "rows", "items": _ROW},
        "list": {"type": "array", "title": "list", "items": {"type": "string"}, "always_show": True},
        "choice": {"type": "object", "title": "choice", "oneOf": _BRANCHES},
        "object": {"type": "object", "title": "object", "always_show": True, "properties": _ROW["properties"]},
        "folded": {"type": "object", "title": "json"},
    },
}


def sample_groups() -> tuple[DrawnGroup, ...]:
    """The form, with something in it and something wrong."""
    fields = fields_of(_SCHEMA)
    config = {"text": "value", "hidden": "set", "rows": [{"name": "a"}], "choice": {"way": "first"}}
    return drawn(groups_of(_SCHEMA, fields), Content(config, problems_of(_SCHEMA, fields, config)))
