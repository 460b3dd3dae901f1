"""The way of golden records to people and other systems: decided, masked, audited before the answer leaves.

One event a disclosure (an answer, a page, an export) names the subjects and, by name, the attributes that were shown
clear, shown masked or left out. Whoever may not read a golden record at all is told that there is none.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection

from audit.actions import Action
from audit.events import Event
from core.attributes import Section, attribute
from core.database import unit_of_work
from core.errors import Denied, IngotError, NotFound
from core.records import SourceRecord
from governance.detect.text import mask_text
from governance.masking import Level
from governance.people import People
from governance.policy.decision_point import DecisionPoint
from governance.policy.values import GoldenResource, Refused, RequestContext, RowScope, View, Workspace
from governance.principals import Principal
from merge.golden_store import GoldenRow, goldens
from merge.items import items_of
from merge.listing import EVERYTHING, Narrow, golden_page
from merge.resolve.identifiers import golden_of
from merge.resolve.loader import Loader
from merge.search_index import SearchIndex
from merge.search_match import matches
from merge.survivorship.values import GoldenValues
from sync.foundation import Foundation
from sync.holders import Directory
from sync.presentation import Presenter, Shown, Wanted, isoformat, wanted_of

T = TypeVar("T")
OwnersOf = Callable[[Connection, Sequence[str]], Mapping[str, str]]
_ITEM_SECTIONS = (Section.TRANSACTIONS, Section.INTERACTIONS, Section.FEEDBACK)
_EXPORT_PAGE = 500
WHOLE = Wanted()


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, and why."""

    principal: Principal
    context: RequestContext

    @property
    def purpose(self) -> str:
        """The purpose that counts."""
        return self.context.purpose or self.principal.purpose or ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A disclosed golden record and its entity tag (RFC 9110, 8.8.3): equal tags, equal answers."""

    body: dict[str, Any]
    etag: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A golden record in clear, on its way through the policy."""

    row: GoldenRow
    values: GoldenValues
    holder: str | None
    view: View


class Disclosure:
    """Reads golden records for somebody. Every method is one transaction, which holds the audit event."""

    def __init__(
        self,
        foundation: Foundation,
        decisions: DecisionPoint,
        people: People,
        owners_of: OwnersOf,
    ) -> None:
        self._foundation = foundation
        self._decisions = decisions
        self._people = people
        self._owners_of = owners_of
        self._loader = Loader(foundation.keyring)
        self._index = SearchIndex(foundation.keyring)

    def golden(
        self, asked: Asked, any_id: str, *, include: Sequence[str] | None = None, lineage: bool = False
    ) -> Answer:
        """One golden record by any id that was ever given out; ``include`` names sections and attributes.

        Raises NotFound ``golden.unknown`` also for one that the caller may not read, Denied where they may read none.
        """
        wanted = wanted_of(include)
        return self._in_one(asked, lambda connection: self._one(connection, asked, any_id, wanted, lineage=lineage))

    def search(self, asked: Asked, text: str, *, limit: int = 20) -> list[dict[str, Any]]:
        """Golden records that a text means: a name or a part of one, a number, an address.

        A value that the caller may not see in clear finds nothing: a search must not confirm what a mask hides.
        """

        def find(connection: Connection) -> list[dict[str, Any]]:
            self._allow(asked, "search")
            holders = Directory(self._people, connection).holders(self._scope(asked))
            ids = self._index.find(connection, text, limit=limit * 5, holders=holders)
            candidates = self._open(connection, asked, ids)
            hits = [one for one in candidates if matches(text, one.values, _clear_classes(one.view))][:limit]
            shown = Shown()
            found = [self._body(one, [], Wanted(), shown, lineage=False) for one in hits]
            self._audit(connection, asked, Action.GOLDEN_SEARCHED, [one.row.golden_id for one in hits], shown, hits)
            return found

        return self._in_one(asked, find)

    def page(self, asked: Asked, *, after: str = "", limit: int = 100) -> list[dict[str, Any]]:
        """A page of the golden records that the caller may read, by id, after an id."""
        return self.page_after(asked, after=after, limit=limit)[0]

    def page_after(
        self, asked: Asked, *, after: str, limit: int, include: Sequence[str] | None = None, narrow: Narrow = EVERYTHING
    ) -> tuple[list[dict[str, Any]], str | None]:
        """As ``page``, with the id to continue after, None at the end. A page can be shorter than what was asked.

        ``include`` names sections and attributes; ``narrow`` narrows by facts that are not personal.
        """
        wanted = wanted_of(include)
        return self._in_one(
            asked, lambda connection: self._page(connection, asked, "read", after, limit, wanted, narrow)
        )

    def export(self, asked: Asked) -> Iterator[dict[str, Any]]:
        """All golden records that the caller may read, page by page; each page is audited before it is given."""
        after: str | None = ""
        while after is not None:
            page, after = self._in_one(
                asked, partial(self._page, asked=asked, action="export", after=after, limit=_EXPORT_PAGE)
            )
            yield from page

    def _one(self, connection: Connection, asked: Asked, any_id: str, wanted: Wanted, *, lineage: bool) -> Answer:
        self._scope(asked)
        golden_id = golden_of(connection, any_id).golden_id
        opened = self._open(connection, asked, [golden_id])
        if not opened:
            raise NotFound("golden.unknown", "There is no golden record with this id; check the id.")
        sections = [section.value for section in _ITEM_SECTIONS if wanted.section(section)]
        items = items_of(connection, golden_id, sections)
        loaded = self._loader.load(connection, {item.record_id for item in items})
        records = [loaded[one].record for one in sorted(loaded)]
        shown = Shown()
        body = self._body(opened[0], records, wanted, shown, lineage=lineage)
        if any_id != golden_id:
            body["canonical_id"] = golden_id
        self._audit(connection, asked, Action.GOLDEN_DISCLOSED, [golden_id], shown, opened)
        digest = hashlib.blake2b(orjson.dumps(body, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()
        return Answer(body, f'"{digest}"')

    def _page(
        self,
        connection: Connection,
        asked: Asked,
        action: str,
        after: str,
        limit: int,
        wanted: Wanted = WHOLE,
        narrow: Narrow = EVERYTHING,
    ) -> tuple[list[dict[str, Any]], str | None]:
        scope = self._scope(asked)
        if action == "export":
            self._allow(asked, action)
        holders = Directory(self._people, connection).holders(scope)
        ids = golden_page(connection, holders, narrow, after=after, limit=limit + 1)
        opened = self._open(connection, asked, ids[:limit])
        shown = Shown()
        bodies = [self._body(one, [], wanted, shown, lineage=False) for one in opened]
        done = Action.GOLDEN_EXPORTED if action == "export" else Action.GOLDEN_DISCLOSED
        self._audit(connection, asked, done, [one.row.golden_id for one in opened], shown, opened)
        return bodies, ids[limit - 1] if len(ids) > limit else None

    def _open(self, connection: Connection, asked: Asked, golden_ids: Sequence[str]) -> list[Opened]:
        """Those of the golden records that the caller may read, in the order asked for."""
        rows = goldens(connection, golden_ids)
        values = self._loader.open_goldens([row for row in rows.values() if row.active])
        owners = self._owners_of(connection, golden_ids)
        directory = Directory(self._people, connection)
        found: list[Opened] = []
        for golden_id in golden_ids:
            if golden_id in values:
                holder = owners.get(golden_id)
                resource = directory.resource(golden_id, holder, values[golden_id])
                view = self._decisions.view(asked.principal, resource, asked.context)
                if view.decision.allowed:
                    found.append(Opened(rows[golden_id], values[golden_id], holder, view))
        return found

    def _body(
        self,
        one: Opened,
        records: Sequence[SourceRecord],
        wanted: Wanted,
        shown: Shown,
        *,
        lineage: bool,
    ) -> dict[str, Any]:
        known = [value.value for value in one.values if not attribute(value.attribute).item]
        presenter = Presenter(
            view=one.view,
            free_text=lambda text: mask_text(text, known),
            token=lambda text: self._foundation.keyring.blind("pseudonym", text.encode()).hex(),
            wanted=wanted,
            shown=shown,
        )
        body: dict[str, Any] = {
            "id": one.row.golden_id,
            "version": one.row.version,
            "members": one.row.members,
            "changed_at": isoformat(one.row.changed_at),
            "owner": one.holder,
            "sections": presenter.sections(one.values, lineage=lineage),
        }
        items = presenter.items(records)
        if items:
            body["items"] = items
        return body

    def _allow(self, asked: Asked, action: str) -> None:
        decision = self._decisions.decide(asked.principal, action, Workspace(), asked.context)
        if isinstance(decision, Refused):
            raise decision.as_error()

    def _scope(self, asked: Asked) -> RowScope:
        """What the caller may read at all. Raises Denied, with the reason, where that is nothing."""
        scope = self._decisions.row_scope(asked.principal, asked.context)
        if scope.empty:
            decision = self._decisions.decide(asked.principal, "read", GoldenResource(), asked.context)
            if isinstance(decision, Refused):
                raise decision.as_error()
        return scope

    def _in_one(self, asked: Asked, do: Callable[[Connection], T]) -> T:
        """Run one disclosure in one transaction; a refusal is audited in a transaction of its own."""
        try:
            with unit_of_work(self._foundation.engine) as connection:
                return do(connection)
        except (Denied, NotFound) as refused:
            self._audit_refusal(asked, refused)
            raise

    def _audit(
        self,
        connection: Connection,
        asked: Asked,
        action: Action,
        subjects: Sequence[str],
        shown: Shown,
        opened: Sequence[Opened],
    ) -> None:
        policies = {name for one in opened for names in one.view.policies.values() for name in names}
        event = Event(
            action=action,
            actor=asked.principal.actor,
            role=",".join(sorted(asked.principal.roles)),
            object_type="golden",
            object_id=subjects[0] if len(subjects) == 1 else "",
            subjects=tuple(dict.fromkeys(subjects)),
            purpose=asked.purpose,
            policies=tuple(sorted(policies)),
            fields=shown.as_fields(),
            count=len(subjects),
            details=self._reason(asked),
            request_id=asked.context.request_id,
        )
        self._foundation.audit.append(connection, event)

    def _audit_refusal(self, asked: Asked, refused: IngotError) -> None:
        with unit_of_work(self._foundation.engine) as connection:
            event = Event(
                action=Action.DISCLOSURE_DENIED,
                actor=asked.principal.actor,
                role=",".join(sorted(asked.principal.roles)),
                object_type="golden",
                purpose=asked.purpose,
                decision="deny",
                details={"code": refused.code},
                request_id=asked.context.request_id,
            )
            self._foundation.audit.append(connection, event)

    def _reason(self, asked: Asked) -> dict[str, object]:
        """The caller's own words can name a person: sealed."""
        if not asked.context.reason:
            return {}
        sealed = self._foundation.keyring.seal_secret("audit reason", asked.context.reason.encode())
        return {"reason_sealed": base64.b64encode(sealed).decode()}


def _clear_classes(view: View) -> frozenset[str]:
    return frozenset(name.value for name, level in view.levels.items() if level is Level.CLEAR)
