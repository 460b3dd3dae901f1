"""Installed sources as connections use them: audited, read by name, not taken away while they are needed."""

from pathlib import Path

import orjson
import pytest
from sqlalchemy import select

from audit.log import AuditLog
from audit.tables import audit_pending
from connectors.installed import InstalledSources
from connectors.installing import Installer, Wish
from connectors.store import ConnectionStore
from connectors.upload_store import UploadStore
from core.database import reading
from core.errors import Conflict, NotFound
from sync.connecting import Connecting
from sync.foundation import Foundation
from sync.hosting import Hosting
from sync.ingest import Ingest
from tests.connectors.wheels import offline, program_files, wheel


def test_an_installed_source_is_audited_read_and_kept_while_it_is_needed(
    tmp_path: Path,
    foundation: Foundation,
    ingest: Ingest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offline(monkeypatch)
    sources = InstalledSources(tmp_path / "connectors")
    store = ConnectionStore(foundation.keyring, AuditLog(foundation.clock), foundation.clock)
    hosting = Hosting(foundation, store, sources, lambda: Installer(sources, ingest.runner, foundation.clock))
    uploads = UploadStore(foundation.keyring, foundation.audit, foundation.clock)
    connecting = Connecting(foundation, store, ingest.runner, uploads, sources)
    found = hosting.install(Wish(str(wheel(tmp_path, program_files()))), actor="user:it")
    connecting.add("c", "installed", {"name": "tiny"}, {}, actor="user:it")
    result = ingest.run(connecting.ready("c"))
    assert (result.state, result.message) == ("succeeded", None)
    with pytest.raises(Conflict) as caught:
        hosting.uninstall("tiny", actor="user:it")
    assert caught.value.code == "source.in_use"
    connecting.remove("c", actor="user:it")
    hosting.uninstall("tiny", actor="user:it")
    assert list(sources.environments.iterdir()) == []
    with pytest.raises(NotFound):
        sources.launch("tiny")
    with reading(foundation.engine) as connection:
        bodies = [orjson.loads(body) for body in connection.execute(select(audit_pending.c.body)).scalars()]
    told = {body["action"]: body for body in bodies if body.get("object_type") == "source"}
    assert set(told) == {"source.installed", "source.uninstalled"}
    details = told["source.installed"]["details"]
    assert (details["version"], details["hosting"], details["digest"]) == ("1.0", "program", found.digest)
    assert told["source.installed"]["actor"] == "user:it"
