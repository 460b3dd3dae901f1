"""What is wrong with a configuration, said beside the field it concerns, and never with a value in it. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import SchemaError, ValidationError

from api.console.connect.spec_fields import Field, FieldKind
from api.console.connect.spec_values import ROOT, pointer
from api.console.words import marked as _
from core.errors import Invalid


@dataclass(frozen=True, slots=True)
class Problem:
    """What to do about a field: an English key, and the names in it."""

    text: str
    names: Mapping[str, object] = field(default_factory=dict)


_TYPES = {
    "integer": _("Write a whole number."),
    "number": _("Write a number."),
    "object": _("Write this as JSON, with names and values."),
    "array": _("Write this as a JSON list."),
    "boolean": _("Choose yes or no."),
}
_FIXED = {
    "required": _("This is needed."),
    "enum": _("Choose one of the values offered."),
    "const": _("Choose one of the values offered."),
    "format": _("This has not the form that is asked for."),
    "uniqueItems": _("No value may be there twice."),
}
_BOUNDS = {
    "minLength": _("Write at least %(bound)s characters."),
    "maxLength": _("Write at most %(bound)s characters."),
    "minimum": _("Write a number of at least %(bound)s."),
    "maximum": _("Write a number of at most %(bound)s."),
    "exclusiveMinimum": _("Write a number of more than %(bound)s."),
    "exclusiveMaximum": _("Write a number of less than %(bound)s."),
    "minItems": _("Give at least %(bound)s."),
    "maxItems": _("Give at most %(bound)s."),
}


def problems_of(schema: Mapping[str, Any], fields: Sequence[Field], config: Mapping[str, Any]) -> dict[str, Problem]:
    """What is wrong, by the name in the form; the empty name stands for the whole.

    Raises Invalid ``spec.form`` for a specification that is no JSON schema.
    """
    try:
        Draft7Validator.check_schema(dict(schema))
        errors = sorted(Draft7Validator(dict(schema)).iter_errors(dict(config)), key=lambda one: one.json_path)
    except (SchemaError, re.error):
        raise Invalid(
            "spec.form", "The source's specification is no JSON schema of draft 7; tell its author."
        ) from None
    found: dict[str, Problem] = {}
    for error in errors:
        for inner, path in _leaves(error, fields, config):
            name, met = _name(path, fields, config)
            found.setdefault(name, _problem(inner, met))
    return found


def _leaves(
    error: ValidationError, fields: Sequence[Field], config: Mapping[str, Any]
) -> Iterator[tuple[ValidationError, list[str | int]]]:
    path = list(error.absolute_path)
    if error.validator == "oneOf" and error.context:
        chosen = _branch_at(path, fields, config)
        for inner in error.context:
            if inner.schema_path and inner.schema_path[0] == chosen:
                yield from _leaves(inner, fields, config)
        return
    if error.validator == "required" and isinstance(error.instance, Mapping):
        # One error lists one name, and says which in its message only.
        needed: Any = error.validator_value
        for name in needed:
            if name not in error.instance:
                yield error, [*path, name]
        return
    yield error, path


def _branch_at(path: Sequence[str | int], fields: Sequence[Field], config: Any) -> int | None:
    at, value = _walk(path, fields, config)
    if at is None or at.kind is not FieldKind.CHOICE or not isinstance(value, Mapping):
        return None
    return next((i for i, one in enumerate(at.branches) if one.const == value.get(at.const)), None)


def _walk(path: Sequence[str | int], fields: Sequence[Field], config: Any) -> tuple[Field | None, Any]:
    known: Field | None = None
    value = config
    for step in path:
        if isinstance(step, str):
            known = next((one for one in _inside(known, fields, value) if one.name == step), None)
        value = value[step] if _has(value, step) else None
    return known, value


def _inside(known: Field | None, fields: Sequence[Field], value: Any) -> Iterable[Field]:
    if known is None:
        return fields
    if known.kind is FieldKind.CHOICE:
        chosen = value.get(known.const) if isinstance(value, Mapping) else None
        return next((one.fields for one in known.branches if one.const == chosen), ())
    return known.fields


def _name(path: Sequence[str | int], fields: Sequence[Field], config: Any) -> tuple[str, Field | None]:
    """The name in the form of what a path leads to, or of the closest thing around it that has one."""
    name, known, value = "", None, config
    for step in path:
        if isinstance(step, int):
            if known is None or known.kind is not FieldKind.ROWS:
                break
            name = f"{name}/{step}"
        else:
            inside = next((one for one in _inside(known, fields, value) if one.name == step), None)
            if inside is None:
                break
            branch = _branch_of(known, value)
            name = pointer(name + branch if name else ROOT, inside.name)
            known = inside
        value = value[step] if _has(value, step) else None
    return name, known


def _branch_of(known: Field | None, value: Any) -> str:
    if known is None or known.kind is not FieldKind.CHOICE or not isinstance(value, Mapping):
        return ""
    at = next((i for i, one in enumerate(known.branches) if one.const == value.get(known.const)), 0)
    return f"/:{at}"


def _has(value: Any, step: Any) -> bool:
    if isinstance(value, Mapping):
        return step in value
    return isinstance(value, list) and isinstance(step, int) and step < len(value)


def _problem(error: ValidationError, met: Field | None) -> Problem:
    kind = str(error.validator)
    if kind == "pattern":
        told = (met.pattern_descriptor if met else "") or str(error.validator_value)
        return Problem(_("This must have the form %(form)s"), {"form": told})
    if kind == "type" and isinstance(error.validator_value, str):
        return Problem(_TYPES.get(error.validator_value, _("This has not the form that is asked for.")))
    if kind in {"minLength", "minItems"} and error.validator_value == 1:
        return Problem(_FIXED["required"])
    if kind in _BOUNDS:
        return Problem(_BOUNDS[kind], {"bound": error.validator_value})
    return Problem(_FIXED.get(kind, _("This has not the form that is asked for.")))
