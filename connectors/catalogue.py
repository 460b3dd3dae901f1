"""Which sources are ours, what they are called in both languages, and how streams of a source are chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from connectors.installed import InstalledSources
from connectors.launch import Launch, launch_command, launch_manifest, launch_ours
from connectors.protocol import StreamKey
from core.errors import Invalid, NotFound
from core.registry import Registry

_SOURCES = Path(__file__).with_name("sources")


@dataclass(frozen=True, slots=True)
class OurSource:
    """One of our own sources.

    ``title`` and ``description`` are told by language (``zh``, ``en``); ``manifest`` is set for a declarative one.
    """

    name: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    manifest: Path | None = None

    def launch(self) -> Launch:
        """How it is started."""
        return launch_ours(self.name) if self.manifest is None else launch_manifest(self.manifest)


@cache
def our_sources() -> Registry[OurSource]:
    """All sources by name: ours, and those other distributions offer as entry points ``ingot.source``."""
    registry = Registry[OurSource]("source")
    for source in (
        OurSource(
            "file",
            {"zh": "文件", "en": "Files"},
            {
                "zh": "读取 CSV、JSON Lines 和 Parquet 文件, 每个文件一个数据流, 可断点续传。",
                "en": "Reads CSV, JSON lines and Parquet files, one stream a file, and resumes where it stopped.",
            },
        ),
        OurSource(
            "sql",
            {"zh": "SQL 数据库", "en": "SQL database"},
            {
                "zh": "读取任意 SQL 数据库的表或查询, 按更新时间和主键增量同步。",
                "en": "Reads tables or queries of any SQL database, incrementally by change time and key.",
            },
        ),
        OurSource(
            "email",
            {"zh": "电子邮件", "en": "E-mail"},
            {
                "zh": "从 Maildir 邮箱读取邮件, 并从邮件头、签名和电子名片中提取联系人。",
                "en": "Reads messages of a Maildir and the contacts in their headers, signatures and vCards.",
            },
        ),
        OurSource(
            "email_imap",
            {"zh": "电子邮箱 (IMAP)", "en": "E-mail (IMAP)"},
            {
                "zh": "通过 IMAP 只读地读取邮箱中的邮件和联系人, 增量同步, 可等待新邮件实时到达。",
                "en": "Reads messages and contacts of a mailbox over IMAP, read only, and new mail as it arrives.",
            },
        ),
        OurSource(
            "social",
            {"zh": "社交网络", "en": "Social network"},
            {
                "zh": "通过声明式清单读取社交网络上的关注者和互动。",
                "en": "Reads followers and interactions of a social network through a declarative manifest.",
            },
            _SOURCES / "social" / "manifest.yaml",
        ),
    ):
        registry.add(source.name, source)
    registry.load_entry_points()
    return registry


@dataclass(frozen=True, slots=True)
class Selection:
    """A stream to read.

    ``sync_mode`` None takes incremental where the stream can, else full refresh. ``primary_key`` is a list of paths
    (each a list of field names) and replaces what the source says only where the source says nothing; so does
    ``cursor_field``, the path to what orders the records by their change.
    """

    name: str
    namespace: str = ""
    sync_mode: str | None = None
    primary_key: tuple[tuple[str, ...], ...] = ()
    cursor_field: tuple[str, ...] = ()


def configured_catalog(discovered: Mapping[str, Any], selection: Sequence[Selection] | None = None) -> dict[str, Any]:
    """The catalogue that is handed to a source for reading; without ``selection`` every stream it has.

    Raises NotFound ``source.stream_unknown`` for a stream the source does not have, Invalid
    ``source.mode_unsupported`` for a mode the stream cannot.
    """
    streams = {
        StreamKey(stream.get("namespace") or "", stream["name"]): stream for stream in discovered.get("streams", ())
    }
    if selection is None:
        selection = [Selection(key.name, key.namespace) for key in streams]
    return {"streams": [_configured(streams, chosen) for chosen in selection]}


def _configured(streams: Mapping[StreamKey, Mapping[str, Any]], chosen: Selection) -> dict[str, Any]:
    stream = streams.get(StreamKey(chosen.namespace, chosen.name))
    if stream is None:
        known = ", ".join(sorted(f"{key.namespace}.{key.name}".lstrip(".") for key in streams)) or "none"
        raise NotFound(
            "source.stream_unknown",
            f"The source has no stream '{chosen.name}'. It has: {known}. Choose one of them, or discover it anew.",
            stream=chosen.name,
            namespace=chosen.namespace,
        )
    modes = stream.get("supported_sync_modes") or ["full_refresh"]
    mode = chosen.sync_mode or ("incremental" if "incremental" in modes else modes[0])
    if mode not in modes:
        raise Invalid(
            "source.mode_unsupported",
            f"The stream '{chosen.name}' cannot be read as '{mode}'; it can: {', '.join(modes)}.",
            stream=chosen.name,
        )
    key = stream.get("source_defined_primary_key") or [list(path) for path in chosen.primary_key]
    return {
        "stream": dict(stream),
        "sync_mode": mode,
        "destination_sync_mode": "append_dedup" if key else "append",
        "cursor_field": list(_cursor(stream, chosen)),
        "primary_key": key,
    }


def _cursor(stream: Mapping[str, Any], chosen: Selection) -> Sequence[str]:
    own = stream.get("default_cursor_field") or []
    return own if stream.get("source_defined_cursor") else chosen.cursor_field or own


def launch_from(kind: str, details: Mapping[str, Any], installed: InstalledSources | None = None) -> Launch:
    """The launch a stored connection describes.

    ``kind`` is ``source`` (details: ``name``), ``installed`` (``name``, of those in ``installed``), ``manifest``
    (``path``, ``components``, ``trust_components``) or ``exec`` (``command``). Raises Invalid
    ``source.kind_unknown`` for any other, NotFound ``source.not_installed``.
    """
    if kind == "installed" and installed is not None:
        return installed.launch(str(details["name"]))
    if kind == "source":
        return our_sources().get(str(details["name"])).launch()
    if kind == "manifest":
        components = details.get("components")
        return launch_manifest(
            Path(str(details["path"])),
            components=Path(str(components)) if components else None,
            trust_components=details.get("trust_components") is True,
        )
    if kind == "exec":
        return launch_command(str(details["command"]))
    raise Invalid(
        "source.kind_unknown", f"A source cannot be of kind '{kind}'; use source, installed, manifest or exec."
    )
