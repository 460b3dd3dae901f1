"""Small wheels made on the spot, so that installing is tried for real and without a network."""

import base64
import hashlib
import os
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PROGRAM = """
import json, sys
ROWS = 3
def say(kind, part, body): print(json.dumps({"type": kind, part: body}), flush=True)
def run():
    verb = sys.argv[1]
    stream = {"name": "rows", "json_schema": {"type": "object", "properties": {"id": {"type": "integer"}}},
        "supported_sync_modes": ["full_refresh"], "source_defined_primary_key": [["id"]]}
    if verb == "spec":
        say("SPEC", "spec", {"connectionSpecification": {"type": "object", "properties": {}}})
    elif verb == "check":
        say("CONNECTION_STATUS", "connectionStatus", {"status": "SUCCEEDED"})
    elif verb == "discover":
        say("CATALOG", "catalog", {"streams": [stream]})
    else:
        for number in range(ROWS):
            say("RECORD", "record", {"stream": "rows", "data": {"id": number}, "emitted_at": 1})
        say("TRACE", "trace", {"type": "STREAM_STATUS", "emitted_at": 1,
            "stream_status": {"stream_descriptor": {"name": "rows"}, "status": "COMPLETE"}})
"""
MANIFEST = """
version: "0.50.0"
type: DeclarativeSource
check: {type: CheckStream, stream_names: [people]}
streams:
  - type: DeclarativeStream
    name: people
    retriever:
      type: SimpleRetriever
      requester: {type: HttpRequester, url_base: "http://127.0.0.1:9/", path: people}
      record_selector:
        type: RecordSelector
        extractor: {type: EXTRACTOR, field_path: [data]}
    schema_loader: {type: InlineSchemaLoader, schema: {type: object, properties: {id: {type: integer}}}}
"""
PLAIN_MANIFEST = MANIFEST.replace("EXTRACTOR", "DpathExtractor")
CODED_MANIFEST = MANIFEST.replace("EXTRACTOR", "CustomRecordExtractor, class_name: source_tiny.components.Deep")
COMPONENTS = """
from airbyte_cdk.sources.declarative.extractors import DpathExtractor
class Deep(DpathExtractor):
    pass
"""
SPEC = '{"connectionSpecification": {"type": "object", "properties": {"shop": {"type": "string"}}}}'


def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """The installers ask no index; uv is found where run.py has put it."""
    monkeypatch.setenv("PATH", f"{ROOT / '.boot' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("UV_NO_INDEX", "1")


def wheel(
    folder: Path,
    files: Mapping[str, str],
    *,
    name: str = "airbyte_source_tiny",
    version: str = "1.0",
    programs: Sequence[str] = ("source-tiny=source_tiny.run:run",),
    metadata: Sequence[str] = (),
) -> Path:
    """A wheel with these files; ``metadata`` are further lines such as ``Requires-Python: >=4``."""
    info = f"{name}-{version}.dist-info"
    contents = {
        **files,
        f"{info}/METADATA": "\n".join(["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *metadata, ""]),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "\n".join(["[console_scripts]", *programs, ""]),
    }
    lines = [f"{path},sha256={_hash(text)},{len(text.encode())}" for path, text in contents.items()]
    contents[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,", ""])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, text in contents.items():
            archive.writestr(inside, text)
    return path


def program_files(source: str = PROGRAM) -> dict[str, str]:
    return {"source_tiny/__init__.py": "", "source_tiny/run.py": source}


def _hash(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
