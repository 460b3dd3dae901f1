"""From what a form sent to a configuration, by the fields of a specification. Pure.

A field's name in the form is a JSON pointer (RFC 6901) below ``c``; the settings of a choice stand below ``:N``, N the
place of its branch. Numbers and JSON that cannot be read stay text, so that a person sees again what they typed.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from api.console.connect.spec_fields import Field, FieldKind
from connectors.redaction import looks_secret

ROOT = "c"
# Names of rows that were there before, of rows to leave out, and of secrets to forget.
KEPT_ROW, REMOVED_ROW, FORGET = "row", "remove", "forget"
_INTEGER = re.compile(r"-?\d{1,400}")
_PASSWORD_IN_ADDRESS = re.compile(r"://[^/\s:@]*:[^/\s@]+@")
_MISSING: Any = object()
Form = Mapping[str, Sequence[str]]


def pointer(at: str, name: str) -> str:
    """The name in the form of a setting below ``at``."""
    return f"{at}/{name.replace('~', '~0').replace('/', '~1')}"


def read_form(fields: Sequence[Field], form: Form, base: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The configuration that a form holds.

    ``base`` is the configuration before: a secret that was not typed anew is taken from it, and so are settings that
    the specification does not name.
    """
    return _object(fields, ROOT, form, base or {})


def hides_secret(field: Field, value: Any) -> bool:
    """Whether a setting that is not said to be secret holds a secret all the same.

    A name in its JSON says so, or it is an address with a password in it (RFC 3986, 3.2.1).
    """
    if field.kind is FieldKind.TEXT and isinstance(value, str):
        return _PASSWORD_IN_ADDRESS.search(value) is not None
    return field.kind is FieldKind.JSON and _names_secret(value)


def _object(fields: Sequence[Field], at: str, form: Form, base: Any) -> dict[str, Any]:
    before = base if isinstance(base, Mapping) else {}
    names = {field.name for field in fields}
    found = {name: value for name, value in before.items() if name not in names}
    for field in fields:
        value = _value(field, pointer(at, field.name), form, before.get(field.name, _MISSING))
        if value is not _MISSING:
            found[field.name] = value
    return found


def _value(field: Field, at: str, form: Form, base: Any) -> Any:
    if field.kind is FieldKind.CONST:
        return field.const
    if field.kind is FieldKind.OBJECT:
        value = _object(field.fields, at, form, base)
        return _MISSING if not field.required and _silent(field.fields, value) else value
    if field.kind is FieldKind.CHOICE:
        return _choice(field, at, form, base)
    if field.kind is FieldKind.ROWS:
        return _filled(field, list(_rows(field, at, form, base)))
    if field.kind in {FieldKind.LIST, FieldKind.SEVERAL}:
        type_ = field.type if field.kind is FieldKind.LIST else "any"
        return _filled(field, [_scalar(type_, text) for text in form.get(at, ()) if text])
    return _written(field, at, form, base)


def _written(field: Field, at: str, form: Form, base: Any) -> Any:
    text = _last(form, at)
    if field.kind is FieldKind.SECRET or hides_secret(field, base):
        kept = _MISSING if at in form.get(FORGET, ()) else base
        return _scalar(field.type, text) if text else kept
    if not text:
        return _MISSING
    if field.kind is FieldKind.BOOLEAN:
        return text == "1"
    if field.kind is FieldKind.ENUM:
        return _json(text)
    return _scalar(field.type if field.kind is not FieldKind.JSON else "any", text)


def _choice(field: Field, at: str, form: Form, base: Any) -> Any:
    text = _last(form, at)
    chosen = next((i for i, one in enumerate(field.branches) if text and json.dumps(one.const) == text), None)
    if chosen is None:
        if not field.required:
            return _MISSING
        chosen = 0
    branch = field.branches[chosen]
    same = isinstance(base, Mapping) and base.get(str(field.const)) == branch.const
    kept = {name: value for name, value in base.items() if name != field.const} if same else {}
    return {str(field.const): branch.const, **_object(branch.fields, f"{at}/:{chosen}", form, kept)}


def _rows(field: Field, at: str, form: Form, base: Any) -> Iterator[dict[str, Any]]:
    before = base if isinstance(base, list) else []
    numbers = {
        int(rest.partition("/")[0])
        for name in [*form, *form.get(KEPT_ROW, ())]
        if name.startswith(f"{at}/") and (rest := name[len(at) + 1 :]).partition("/")[0].isdecimal()
    }
    for number in sorted(numbers):
        here = f"{at}/{number}"
        if here in form.get(REMOVED_ROW, ()):
            continue
        value = _object(field.fields, here, form, before[number] if number < len(before) else {})
        if here in form.get(KEPT_ROW, ()) or not _silent(field.fields, value):
            yield value


def _filled(field: Field, values: list[Any]) -> Any:
    return values if values or field.default or field.required else _MISSING


def _silent(fields: Sequence[Field], value: Mapping[str, Any]) -> bool:
    """Whether an object says nothing: all that is in it would be there without anybody having typed it."""
    by_name = {field.name: field for field in fields}
    return all(name in by_name and _usual(by_name[name], one) for name, one in value.items())


def _usual(field: Field, value: Any) -> bool:
    if field.kind is FieldKind.CONST:
        return True
    if field.kind is FieldKind.OBJECT:
        return _silent(field.fields, value)
    if field.kind is FieldKind.CHOICE:
        branch = field.branches[0]
        rest = {name: one for name, one in value.items() if name != field.const}
        return field.required and value.get(field.const) == branch.const and _silent(branch.fields, rest)
    if field.kind is FieldKind.BOOLEAN and field.default is None:
        return value is False and field.required
    if field.default is None:
        return value == [] and field.kind in {FieldKind.LIST, FieldKind.ROWS, FieldKind.SEVERAL}
    return bool(value == field.default) and type(value) is type(field.default)


def _scalar(type_: str, text: str) -> Any:
    if type_ == "string":
        return text.replace("\r\n", "\n")
    if type_ == "integer":
        return int(text) if _INTEGER.fullmatch(text.strip()) else text
    value = _json(text)
    if type_ == "number":
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else text
    return value


def _json(text: str) -> Any:
    def no_constant(name: str) -> Any:
        raise ValueError(name)

    try:
        return json.loads(text, parse_constant=no_constant)
    except (ValueError, RecursionError):
        return text


def _last(form: Form, at: str) -> str:
    values = form.get(at) or ("",)
    return values[-1]


def _names_secret(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(looks_secret(str(name)) or _names_secret(part) for name, part in value.items())
    return isinstance(value, list) and any(map(_names_secret, value))
