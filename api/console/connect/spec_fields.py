"""A source's specification as a tree of fields: what a form of it is made of. Pure.

The dialect is that of Airbyte's connectors (JSON Schema draft 7 with ``order``, ``group``, ``airbyte_secret``,
``always_show``, ``multiline``, ``pattern_descriptor``, and ``oneOf`` of objects that share a constant). What has no
field of its own, such as an object of free names, is written as JSON.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html.parser import HTMLParser
from typing import Any

from connectors.redaction import looks_secret
from core.errors import Invalid

_SCALARS = {"string", "integer", "number", "boolean"}
MAX_DEPTH = 8


class FieldKind(StrEnum):
    """How a field is written."""

    TEXT = "text"
    MULTILINE = "multiline"
    SECRET = "secret"  # noqa: S105 - a kind of field, no secret
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ENUM = "enum"
    CONST = "const"
    SEVERAL = "several"
    LIST = "list"
    ROWS = "rows"
    OBJECT = "object"
    CHOICE = "choice"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Branch:
    """One way of a choice. ``const`` is the value of the shared property that names it."""

    const: Any
    title: str
    description: str
    fields: "tuple[Field, ...]"


@dataclass(frozen=True, slots=True)
class Field:
    """One setting.

    Attributes:
        name: the property.
        title: what people read; ``description`` and ``examples`` are plain text.
        required: whether the specification asks for it.
        folded: whether it may be hidden until asked for: optional and not ``always_show``.
        type: the JSON type of a scalar, of a list's items, or of a secret.
        input: the type of the HTML input (``text``, ``date``, ``datetime-local`` is never used: zones).
        options: of an enum or a list of enums.
        default: None where there is none.
        const: the value of a constant, or the name of the shared property of a choice.
        fields: of an object, or of each row of rows.
        branches: of a choice.
    """

    name: str
    kind: FieldKind
    title: str
    description: str = ""
    examples: tuple[str, ...] = ()
    required: bool = False
    folded: bool = False
    group: str = ""
    order: int | None = None
    type: str = "string"
    input: str = "text"
    pattern_descriptor: str = ""
    options: tuple[Any, ...] = ()
    default: Any = None
    const: Any = None
    fields: "tuple[Field, ...]" = ()
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together; ``title`` is empty for those of no group."""

    title: str
    fields: tuple[Field, ...]


def fields_of(schema: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields of a ``connectionSpecification``, in their order.

    Raises Invalid ``spec.form`` where the specification is none that a form can be made of.
    """
    if not _is_object(schema):
        raise _illegal("top level", "is not an object")
    if "oneOf" in schema and not schema.get("properties"):
        raise _illegal("top level", "is a choice; only settings can be one")
    return _properties(schema, "", 0)


def groups_of(schema: Mapping[str, Any], fields: Sequence[Field]) -> tuple[Group, ...]:
    """The fields by the groups that the specification names, those of no group first."""
    named = schema.get("groups")
    listed = [one for one in named if isinstance(one, Mapping)] if isinstance(named, list) else []
    titles = {str(one.get("id")): plain_text(str(one.get("title") or one.get("id"))) for one in listed}
    for field in fields:
        titles.setdefault(field.group, field.group)
    found = [("", [one for one in fields if not one.group])]
    found += [(titles[group], [one for one in fields if one.group == group]) for group in titles if group]
    return tuple(Group(title, tuple(members)) for title, members in found if members)


def plain_text(text: str) -> str:
    """The text of a description without its HTML: what it links to and how it looks is left out."""
    if "<" not in text and "&" not in text:
        return " ".join(text.split())
    reader = _Text()
    reader.feed(text)
    reader.close()
    return " ".join("".join(reader.parts).split())


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._silent += tag in {"script", "style"}
        if tag in {"br", "p", "li", "div"}:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"} and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def _properties(schema: Mapping[str, Any], place: str, depth: int) -> tuple[Field, ...]:
    if depth > MAX_DEPTH:
        raise _illegal(place, f"is nested deeper than {MAX_DEPTH} levels")
    required = set(schema.get("required") or ())
    found = [
        _field(str(name), part if isinstance(part, Mapping) else {}, str(name) in required, f"{place}/{name}", depth)
        for name, part in (schema.get("properties") or {}).items()
    ]
    # Fields without an order come after those with one; what is optional comes after what is required.
    return tuple(
        sorted(found, key=lambda one: (one.order is None, one.order or 0, one.order is None and not one.required))
    )


def _field(name: str, schema: Mapping[str, Any], required: bool, place: str, depth: int) -> Field:
    order = schema.get("order")
    common: dict[str, Any] = {
        "name": name,
        "title": plain_text(str(schema.get("title") or name.replace("_", " ").capitalize())),
        "description": plain_text(str(schema.get("description") or "")),
        "examples": tuple(str(one) for one in _listed(schema.get("examples")) if not isinstance(one, (dict, list))),
        "required": required,
        "folded": not required and schema.get("always_show") is not True,
        "group": str(schema.get("group") or ""),
        "order": order if isinstance(order, int) else None,
        "pattern_descriptor": plain_text(str(schema.get("pattern_descriptor") or "")),
        "default": schema.get("default"),
    }
    return Field(**common, **_kind(name, schema, place, depth))


def _kind(name: str, schema: Mapping[str, Any], place: str, depth: int) -> dict[str, Any]:
    type_ = _type(schema)
    if "oneOf" in schema:
        return _choice(schema, place, depth)
    if "const" in schema:
        return {"kind": FieldKind.CONST, "const": schema["const"]}
    if type_ != "object" and (_has_secret(schema) or (type_ == "string" and looks_secret(name))):
        return {"kind": FieldKind.SECRET, "type": type_, "input": "multiline" if schema.get("multiline") else "text"}
    if type_ == "object" and schema.get("properties"):
        return {"kind": FieldKind.OBJECT, "fields": _properties(schema, place, depth + 1)}
    return _array(schema, place, depth) if type_ == "array" else _scalar(schema, type_)


def _scalar(schema: Mapping[str, Any], type_: str) -> dict[str, Any]:
    options = _listed(schema.get("enum"))
    if options:
        return {"kind": FieldKind.ENUM, "options": tuple(options), "type": type_}
    plain = {"boolean": FieldKind.BOOLEAN, "integer": FieldKind.INTEGER, "number": FieldKind.NUMBER}
    if type_ in plain:
        return {"kind": plain[type_], "type": type_}
    if type_ == "string":
        kind = FieldKind.MULTILINE if schema.get("multiline") else FieldKind.TEXT
        return {"kind": kind, "input": "date" if schema.get("format") == "date" else "text"}
    return {"kind": FieldKind.JSON, "type": type_}


def _array(schema: Mapping[str, Any], place: str, depth: int) -> dict[str, Any]:
    items = schema.get("items")
    if not isinstance(items, Mapping) or "oneOf" in items:
        return {"kind": FieldKind.JSON, "type": "array"}
    type_ = _type(items)
    options = _listed(items.get("enum"))
    if options:
        return {"kind": FieldKind.SEVERAL, "options": tuple(options), "type": type_}
    if type_ == "object" and items.get("properties"):
        return {"kind": FieldKind.ROWS, "fields": _properties(items, place, depth + 1)}
    if type_ in _SCALARS - {"boolean"}:
        return {"kind": FieldKind.LIST, "type": type_}
    return {"kind": FieldKind.JSON, "type": "array"}


def _choice(schema: Mapping[str, Any], place: str, depth: int) -> dict[str, Any]:
    options = schema["oneOf"]
    if not isinstance(options, list) or not options or not all(isinstance(one, Mapping) for one in options):
        raise _illegal(place, "is a oneOf without conditions")
    if not all(_is_object(one) for one in options):
        raise _illegal(place, "is a oneOf with a condition that is not an object")
    shared = _shared_const(options)
    if shared is None:
        raise _illegal(place, "is a oneOf without a shared const property")
    branches = tuple(
        Branch(
            const=one["properties"][shared]["const"],
            title=plain_text(str(one.get("title") or one["properties"][shared]["const"])),
            description=plain_text(str(one.get("description") or "")),
            fields=tuple(field for field in _properties(one, f"{place}:{at}", depth + 1) if field.name != shared),
        )
        for at, one in enumerate(options)
    )
    return {"kind": FieldKind.CHOICE, "branches": branches, "const": shared}


def _shared_const(options: Sequence[Mapping[str, Any]]) -> str | None:
    names = [set(one.get("properties") or {}) for one in options]
    for name in sorted(map(str, set.intersection(*names))):
        parts = [one["properties"][name] for one in options]
        if all(isinstance(part, Mapping) and "const" in part for part in parts):
            values = [repr(part["const"]) for part in parts]
            if len(set(values)) == len(values):
                return name
    return None


def _is_object(schema: Mapping[str, Any]) -> bool:
    return _type(schema) == "object" or ("type" not in schema and "properties" in schema)


def _type(schema: Mapping[str, Any]) -> str:
    named = schema.get("type")
    if isinstance(named, list):
        others = [one for one in named if one != "null"]
        named = others[0] if len(others) == 1 else None
    if named is None and "properties" in schema:
        return "object"
    if named is None and isinstance(schema.get("enum"), list):
        return "string"
    return str(named) if named in {*_SCALARS, "object", "array"} else "any"


def _has_secret(schema: Any) -> bool:
    return any(part.get("airbyte_secret") is True for part in _parts(schema))


def _parts(schema: Any) -> Iterator[Mapping[str, Any]]:
    """The schema itself and that of its items; objects have fields of their own."""
    while isinstance(schema, Mapping):
        yield schema
        schema = schema.get("items") if not (schema.get("properties")) else None


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else []


def _illegal(place: str, what: str) -> Invalid:
    return Invalid(
        "spec.form",
        f"No form can be made of this source's specification: '{place.strip('/')}' {what}. Add it by command line.",
    )
