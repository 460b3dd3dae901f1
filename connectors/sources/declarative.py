"""Runs a declarative manifest (YAML) through the CDK, as a program that speaks the protocol.

``python -m connectors.sources.declarative VERB ... --manifest-path FILE [--components-path FILE]``

The CDK's own entry writes the whole manifest into the configuration, knows no specification but a general one, and
caches answers on disk. Here the manifest stays apart, its own specification is told (where it has none,
that of a spec.json beside it, else an open one), and caching is off: answers hold personal data. Custom components are
code of somebody else: refused unless the environment says ``AIRBYTE_ENABLE_UNSAFE_CODE=true``, which only an explicit
trust sets.
"""

import importlib.util
import json
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from airbyte_cdk.entrypoint import AirbyteEntrypoint, launch
from airbyte_cdk.models import (  # type: ignore[attr-defined]  # exported by a star
    AirbyteMessage,
    ConnectorSpecification,
    FailureType,
    Type,
)
from airbyte_cdk.sources.declarative.concurrent_declarative_source import ConcurrentDeclarativeSource
from airbyte_cdk.utils import AirbyteTracedException

from connectors.egress.guard import Guard
from connectors.sources.base import allowed_egress

_OPEN_SPECIFICATION: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "additionalProperties": True,
    "properties": {},
}


def main(arguments: list[str]) -> None:
    """Speak one verb of the protocol."""
    # Requests and slices are told at INFO, with values in their addresses.
    logging.disable(logging.INFO)
    Guard(allowed_egress(), _refused).install()
    manifest_path, rest = _taken("--manifest-path", arguments)
    components_path, rest = _taken("--components-path", rest)
    if manifest_path is None:
        raise _refused("No manifest was given; use --manifest-path FILE.")
    manifest = _manifest(Path(manifest_path))
    trusted = os.environ.get("AIRBYTE_ENABLE_UNSAFE_CODE") == "true"
    _prepare_components(manifest, components_path, trusted=trusted)
    if rest[:1] == ["spec"]:
        _tell_spec(manifest)
        return
    parsed = AirbyteEntrypoint.parse_args(rest)
    source = ConcurrentDeclarativeSource(
        config=ConcurrentDeclarativeSource.read_config(parsed.config),
        catalog=ConcurrentDeclarativeSource.read_catalog(parsed.catalog) if hasattr(parsed, "catalog") else None,
        state=ConcurrentDeclarativeSource.read_state(parsed.state) if getattr(parsed, "state", None) else None,
        source_config=manifest,
        config_path=parsed.config,
        custom_components_trusted=trusted,
    )
    launch(source, rest)


def _taken(option: str, arguments: list[str]) -> tuple[str | None, list[str]]:
    if option not in arguments:
        return None, arguments
    place = arguments.index(option)
    return arguments[place + 1], arguments[:place] + arguments[place + 2 :]


def _manifest(path: Path) -> dict[str, Any]:
    try:
        manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        raise _refused(f"The manifest {path.name} cannot be read as YAML; check the file.") from None
    if not isinstance(manifest, dict) or ("streams" not in manifest and "dynamic_streams" not in manifest):
        raise _refused(f"The manifest {path.name} is no declarative source: it names no streams.")
    manifest.setdefault("spec", {"type": "Spec", **_specification_beside(path)})
    for part in _mappings(manifest):
        if part.get("type") == "HttpRequester" or "url_base" in part:
            part["use_cache"] = False
    return manifest


def _specification_beside(path: Path) -> dict[str, Any]:
    """Packages of older connectors keep the specification in a file of its own, beside the manifest."""
    beside = path.with_name("spec.json")
    if not beside.is_file():
        return {"connection_specification": _OPEN_SPECIFICATION}
    try:
        told = json.loads(beside.read_text(encoding="utf-8"))
        schema = told["connectionSpecification"]
    except (OSError, ValueError, KeyError, TypeError):
        raise _refused("The file spec.json beside the manifest is no specification; mend or remove it.") from None
    return {"connection_specification": schema, "documentation_url": told.get("documentationUrl")}


def _mappings(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from _mappings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _mappings(part)


def _prepare_components(manifest: dict[str, Any], path: str | None, *, trusted: bool) -> None:
    classes = sorted({str(part["class_name"]) for part in _mappings(manifest) if "class_name" in part})
    if (classes or path) and not trusted:
        raise _refused(
            "The manifest wants custom components, which are code that would run here; allow them with "
            "--allow-code if you know who wrote them, or use a manifest without."
        )
    if path is None:
        return
    spec = importlib.util.spec_from_file_location("components", path)
    if spec is None or spec.loader is None:
        raise _refused("The file of custom components is no Python module; check --components-path.")
    module = importlib.util.module_from_spec(spec)
    # Manifests name the module as it was called where they come from (source_x.components).
    names = {"components", "source_declarative_manifest.components"}
    names |= {name.rpartition(".")[0] for name in classes if name.rpartition(".")[0].endswith("components")}
    sys.modules.update(dict.fromkeys(names, module))
    spec.loader.exec_module(module)


def _tell_spec(manifest: dict[str, Any]) -> None:
    spec = manifest["spec"]
    told = ConnectorSpecification(
        connectionSpecification=spec.get("connection_specification") or _OPEN_SPECIFICATION,
        documentationUrl=spec.get("documentation_url"),
    )
    message = AirbyteMessage(type=Type.SPEC, spec=told)
    sys.stdout.write(AirbyteEntrypoint.airbyte_message_to_string(message) + "\n")


def _refused(sentence: str) -> AirbyteTracedException:
    return AirbyteTracedException(message=sentence, internal_message=sentence, failure_type=FailureType.config_error)


def _run() -> None:
    try:
        main(sys.argv[1:])
    except AirbyteTracedException as error:
        error.emit_message()
        sys.exit(1)


if __name__ == "__main__":
    _run()
