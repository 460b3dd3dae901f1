"""A checked set of policies: Cedar text that passed strict validation against the schema, ready to evaluate.

Cedar skips a policy that errors, so a ``forbid`` that errors would let through what it should stop. Two nets: a set
that fails strict validation is refused here, and the decision point denies whatever reports an error.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import cedarpy
import orjson

from core.errors import Invalid

# Answers are shared between people in the same situation, which is only right if no policy names one of them.
_INDIVIDUALS = frozenset({"User", "Golden", "Team", "Pool"})


@dataclass(frozen=True, slots=True)
class PolicySet:
    """Policies that may be evaluated.

    Attributes:
        ids: the ``@id`` of every policy, sorted.
        digest: SHA-256 of schema and texts, in hexadecimal: the version that the log and the caches name.
        handle, schema: what the engine takes.
    """

    ids: tuple[str, ...]
    digest: str
    handle: Any
    schema: Any


def load_policies(texts: Mapping[str, str], schema_text: str | None = None) -> PolicySet:
    """Check Cedar texts, by file name, and make a set of them.

    Raises Invalid ``policy.schema``, ``policy.invalid`` (does not parse, or fails strict validation),
    ``policy.id_missing``, ``policy.id_taken``, ``policy.template`` or ``policy.names_individual``; the sentence names
    the file.
    """
    schema_text = shipped_schema() if schema_text is None else schema_text
    try:
        schema = cedarpy.Schema.from_str(schema_text)
    except ValueError as error:
        raise Invalid("policy.schema", f"The policy schema does not parse: {error}.") from None
    owners: dict[str, str] = {}
    for name in sorted(texts):
        for policy_id in _checked_ids(name, texts[name], schema):
            if policy_id in owners:
                raise Invalid(
                    "policy.id_taken",
                    f"The policy id '{policy_id}' stands in '{owners[policy_id]}' and again in '{name}'; rename one.",
                )
            owners[policy_id] = name
    whole = "\n".join(texts[name] for name in sorted(texts))
    digest = hashlib.sha256(f"{schema_text}\x00{whole}".encode()).hexdigest()
    return PolicySet(tuple(sorted(owners)), digest, cedarpy.PolicySet.from_str(whole), schema)


def _checked_ids(name: str, text: str, schema: Any) -> list[str]:
    """The ids of the policies of one file, which is refused unless all of it is sound."""
    result = cedarpy.validate_policies(text, schema)
    if not result.validation_passed:
        told = "; ".join(sorted(str(error) for error in result.errors))
        raise Invalid("policy.invalid", f"The policies of '{name}' are refused: {told}.", file=name)
    parsed = orjson.loads(cedarpy.policies_to_json_str(text))
    if parsed["templates"]:
        raise Invalid("policy.template", f"'{name}' holds a template; write the policies out.", file=name)
    found = []
    for policy in parsed["staticPolicies"].values():
        policy_id = policy.get("annotations", {}).get("id")
        if not policy_id:
            raise Invalid("policy.id_missing", f"A policy of '{name}' has no @id; give each one its own.", file=name)
        named = sorted(_INDIVIDUALS & set(_entity_types(policy)))
        if named:
            raise Invalid(
                "policy.names_individual",
                f"The policy '{policy_id}' of '{name}' names a single {named[0]}; speak of roles and relations.",
                file=name,
            )
        found.append(str(policy_id))
    return found


def _entity_types(node: Any) -> Iterator[str]:
    """The types of all entities that a policy names, anywhere in its JSON form."""
    if isinstance(node, dict):
        if set(node) == {"type", "id"}:
            yield str(node["type"])
        for child in node.values():
            yield from _entity_types(child)
    elif isinstance(node, list):
        for child in node:
            yield from _entity_types(child)


def shipped_schema() -> str:
    """The text of the schema that comes with the package."""
    return files("governance.policy").joinpath("schema.cedarschema").read_text(encoding="utf-8")


def shipped_policies() -> dict[str, str]:
    """The texts of the default pack, by file name."""
    folder = files("governance.policy").joinpath("policies")
    return {
        entry.name: entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".cedar")
    }


@cache
def default_policies() -> PolicySet:
    """The default pack, checked once a process."""
    return load_policies(shipped_policies())
