"""Does a record hold what its stream's schema promises? Checked by type, top level, before it is landed. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_PYTHON_TYPES: dict[str, frozenset[type]] = {
    "string": frozenset({str}),
    "boolean": frozenset({bool}),
    "integer": frozenset({int}),
    "number": frozenset({int, float, Decimal}),
    "object": frozenset({dict}),
    "array": frozenset({list}),
}
# A missing or null field is not a wrong one: sources leave out what they do not know.
_NULL = frozenset({type(None)})


def allowed_types(json_schema: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """The types each top-level field may have; fields whose schema says nothing plain are left out."""
    found: dict[str, frozenset[str]] = {}
    properties = json_schema.get("properties")
    for name, schema in properties.items() if isinstance(properties, Mapping) else ():
        declared = schema.get("type") if isinstance(schema, Mapping) else None
        if isinstance(declared, str):
            found[name] = frozenset({declared})
        elif isinstance(declared, list):
            found[name] = frozenset(str(one) for one in declared)
    return found


def python_types(types: Mapping[str, frozenset[str]]) -> dict[str, frozenset[type]]:
    """What ``allowed_types`` found, as the types that values have once they are read."""
    return {name: _NULL.union(*(_PYTHON_TYPES.get(one, _NULL) for one in declared)) for name, declared in types.items()}


def wrong_field(content: Mapping[str, Any], types: Mapping[str, frozenset[type]]) -> str | None:
    """The first field (by name) whose value has none of its ``python_types``, or None."""
    wrong: list[str] = []
    for name, value in content.items():
        allowed = types.get(name)
        if allowed is not None and type(value) not in allowed:
            wrong.append(name)
    return min(wrong, default=None) if wrong else None
