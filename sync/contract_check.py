"""Does a record hold what its stream's schema promises? Checked by type, top level, before it is landed. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_JSON_TYPES: dict[type, frozenset[str]] = {
    str: frozenset({"string"}),
    bool: frozenset({"boolean"}),
    int: frozenset({"integer", "number"}),
    float: frozenset({"number"}),
    Decimal: frozenset({"number"}),
    dict: frozenset({"object"}),
    list: frozenset({"array"}),
    type(None): frozenset({"null"}),
}


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


def wrong_field(content: Mapping[str, Any], types: Mapping[str, frozenset[str]]) -> str | None:
    """The first field (by name) whose value has a type its schema does not allow, or None.

    A missing or null field is not a wrong one: sources leave out what they do not know.
    """
    for name in sorted(content):
        value = content[name]
        allowed = types.get(name)
        if allowed is None or value is None:
            continue
        if not (_JSON_TYPES.get(type(value), frozenset()) & allowed):
            return name
    return None
