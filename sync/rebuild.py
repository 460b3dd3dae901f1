"""Are the golden records still what their source records say? Recomputed from the landed records, compared by bytes."""

from dataclasses import dataclass

from core.database import reading
from core.errors import Conflict
from merge.resolve.incremental import Resolver
from merge.resolve.rebuild import check_rebuild
from sync.foundation import Foundation
from sync.loader import Loader
from sync.waiting import waiting


@dataclass(frozen=True, slots=True)
class RebuildResult:
    """How many source records and golden records were compared, and the ids of those that differ."""

    records: int
    golden_records: int
    different: tuple[str, ...]


class Rebuild:
    """The rebuild check."""

    def __init__(self, foundation: Foundation, loader: Loader, resolver: Resolver) -> None:
        self._foundation = foundation
        self._loader = loader
        self._resolver = resolver

    def check(self) -> RebuildResult:
        """Map the landed records anew, resolve them in memory as one batch, and compare with what is kept.

        Decisions of stewards and the publication log are inputs of the computation: they are read, not recomputed.
        Raises Conflict ``rebuild.waiting`` while landed records wait: no golden record can hold them yet.
        """
        with reading(self._foundation.engine) as connection:
            if count := waiting(connection):
                raise Conflict(
                    "rebuild.waiting",
                    f"{count} landed records wait to be resolved; let the worker finish, then check again.",
                )
            records = list(self._loader.everything(connection))
            found = check_rebuild(connection, self._resolver, records)
        return RebuildResult(found.records, found.goldens, found.different)
