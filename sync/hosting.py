"""Sources of others, installed into the workspace and taken out again: what was done is audited before it counts."""

from collections.abc import Callable

from audit.actions import Action
from audit.events import Event
from connectors.installed import InstalledSource, InstalledSources
from connectors.installing import Installer, Wish
from connectors.store import ConnectionStore
from core.database import reading, unit_of_work
from core.errors import Conflict
from sync.foundation import Foundation


class Hosting:
    """Installs sources and uninstalls them."""

    def __init__(
        self,
        foundation: Foundation,
        store: ConnectionStore,
        sources: InstalledSources,
        installer: Callable[[], Installer],
    ) -> None:
        self._foundation = foundation
        self._store = store
        self._installer = installer
        self.sources = sources

    def install(self, wish: Wish, *, actor: str) -> InstalledSource:
        """Install a source, or another version of it; connections that use it read with the new one from then on.

        Raises what ``Installer.prepare`` raises, and Conflict ``source.install_running``; what was installed before
        stays then.
        """
        with self.sources.alone():
            found = self._installer().prepare(wish)
            facts = {
                "distribution": found.distribution,
                "version": found.version,
                "hosting": found.hosting,
                "trust_components": found.trust_components,
                "python": found.python,
                "packages": len(found.packages),
                "digest": found.digest,
            }
            self._record(Action.SOURCE_INSTALLED, found.name, actor, facts)
            # A file and a row cannot be one transaction: the log comes first, so that nothing runs without being in it.
            return self.sources.keep(found)

    def uninstall(self, name: str, *, actor: str) -> None:
        """Take a source out with its environment.

        Raises NotFound ``source.not_installed``, Conflict ``source.in_use`` while a connection is read with it.
        """
        found = self.sources.get(name)
        with reading(self._foundation.engine) as connection:
            users = [
                one.name
                for one in self._store.list(connection)
                if one.kind == "installed" and one.launch.get("name") == name
            ]
        if users:
            raise Conflict(
                "source.in_use",
                f"The source '{name}' is used by {', '.join(sorted(users))}; remove what uses it first "
                "('ingot source remove').",
            )
        with self.sources.alone():
            self._record(Action.SOURCE_UNINSTALLED, name, actor, {"version": found.version, "digest": found.digest})
            self.sources.forget(name)
            self._installer().clean()

    def _record(self, action: Action, name: str, actor: str, facts: dict[str, object]) -> None:
        event = Event(action=action, actor=actor, object_type="source", object_id=name, details=facts)
        with unit_of_work(self._foundation.engine) as connection:
            self._foundation.audit.append(connection, event)
