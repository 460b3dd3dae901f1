"""A workspace on disk: settings file, keys, folders. Made once, never overwritten."""

import json
import os
import re
from pathlib import Path

from core.crypto import RootKeys
from core.errors import Conflict, NotFound
from core.settings import FILE_NAME, Settings

_TEMPLATE = """\
# Settings of this Ingot workspace. Every line that is commented out shows its default.
# Secrets are never written here: refer to them as ${env:NAME} or ${file:PATH}.

# database: sqlite:///ingot.db          # or postgresql://user@host/name
# keys: sqlite:///keys.db               # the key store; with PostgreSQL a database of its own
# checkpoints: checkpoints              # signed checkpoints of the audit log; best on another disk
# host: 127.0.0.1
# port: 8460
# origin: ingot.local/audit             # the name of your log in its checkpoints

# forms:                                # web forms answered at POST /v1/forms/NAME
#   contact:
#     secret: ${env:CONTACT_FORM_SECRET}   # set: signed webhooks (Standard Webhooks); unset: browser form posts
#     mapping: {name: person.full_name, phone: phone, email: email}

# ownership:                            # who owns which customer; see docs/how-to/ownership.md
#   fallback: pool:unassigned
#   rules: []

# limits:                               # source_answer_seconds: 60, source_silence_seconds: 300,
#                                       # form_posts_per_minute: 60, webhooks_per_minute: 12000,
#                                       # person_requests_per_minute: 1200, key_requests_per_minute: 300000,
#                                       # upload_megabytes: 64, upload_expanded_megabytes: 1024,
#                                       # remembered_answers_mb: 64

# egress:                               # what sources may reach besides public addresses, and nothing else
#   allow: []                           # [erp.lan, 10.1.2.0/24, "unix:/var/run/postgresql"]

# trust: {}                             # connection name: source kind (erp, crm, form, email, social)
"""


def create_workspace(folder: Path, *, database: str | None = None, keys: str | None = None) -> Path:
    """Make settings, keys and folders of a new workspace; ``database`` and ``keys`` are URLs that replace SQLite's.

    A password belongs into the environment: ``postgresql://ingot:${env:NAME}@host/db`` is kept as it stands.

    Raises Conflict ``workspace.exists`` where there is one already; nothing is touched then.
    """
    if (folder / FILE_NAME).exists() or (folder / "keys").exists():
        raise Conflict("workspace.exists", f"There is a workspace in '{folder}' already; nothing was changed.")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("keys", "checkpoints", "tmp", "logs"):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    root = RootKeys.generate()
    for version, key in root.wrapping.items():
        _write_private(folder / "keys" / f"wrapping-{version}.key", key)
    _write_private(folder / "keys" / "signing.key", root.signing)
    text = _named(_named(_TEMPLATE, "database", database), "keys", keys)
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return folder


def _named(template: str, setting: str, url: str | None) -> str:
    """The template with a commented-out setting replaced by a URL."""
    if url is None:
        return template
    line = f"{setting}: {json.dumps(url)}"
    return re.sub(rf"(?m)^# {setting}: .*$", lambda _: line, template, count=1)


def load_root_keys(settings: Settings) -> RootKeys:
    """The secrets in the keys folder. Raises NotFound ``keys.missing``: without them nothing opens."""
    try:
        signing = (settings.keys_folder / "signing.key").read_bytes()
        wrapping = {
            int(path.stem.removeprefix("wrapping-")): path.read_bytes()
            for path in sorted(settings.keys_folder.glob("wrapping-*.key"))
        }
    except OSError:
        raise NotFound(
            "keys.missing", f"The keys in '{settings.keys_folder}' cannot be read; restore the folder from its backup."
        ) from None
    return RootKeys(wrapping=wrapping, signing=signing)


def _write_private(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
