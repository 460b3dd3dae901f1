"""The way of golden records to people and other systems: decided, masked, audited before the answer leaves.

One event a disclosure (an answer, a page, an export) names the subjects and, by name, the attributes that were shown
clear, shown masked or left out. Whoever may not read a golden record at all is told that there is none.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection

from audit.actions import Action
from audit.events import Event
from audit.stencil import Again, Stencil
from core.database import unit_of_work
from core.errors import Denied, IngotError, NotFound
from governance.masking import Level
from governance.people import People
from governance.policy.decision_point import DecisionPoint
from governance.policy.values import GoldenResource, Refused, RowScope, View, Workspace
from merge.listing import EVERYTHING, Narrow, golden_page
from merge.resolve.identifiers import unknown
from merge.resolve.surviving import Moment, Surviving
from merge.search_index import SearchIndex
from merge.search_match import matches
from merge.standing import led_to
from sync.contending import Contests
from sync.disclosure_events import disclosed, refused_event
from sync.foundation import Foundation
from sync.holders import Directory
from sync.opening import REMEMBERED_MB, Opener, OwnersOf
from sync.past import PastForm, PastReads
from sync.presentation import Wanted, wanted_of
from sync.rendering import Form, Rendered
from sync.standing_memory import Standing, Told
from sync.wish import WHOLE, Answer, Asked, Wish

T = TypeVar("T")
_EXPORT_PAGE = 500


class Disclosure:
    """Reads golden records for somebody. Every method is one transaction, which holds the audit event.

    ``megabytes`` bounds the answers that are remembered in memory.
    """

    def __init__(
        self,
        foundation: Foundation,
        decisions: DecisionPoint,
        people: People,
        owners_of: OwnersOf,
        surviving: Surviving,
        megabytes: int = REMEMBERED_MB,
    ) -> None:
        self._foundation = foundation
        self._decisions = decisions
        self._people = people
        self._opener = Opener(foundation, people, owners_of, surviving, megabytes)
        self._contests = Contests(self._opener, surviving)
        self._past = PastReads(self._opener, surviving, foundation.clock)
        self._index = SearchIndex(foundation.keyring)

    def golden(
        self,
        asked: Asked,
        any_id: str,
        *,
        include: Sequence[str] | None = None,
        lineage: bool = False,
        moment: Moment | None = None,
        taken_away: bool = False,
    ) -> Answer:
        """One golden record by any id that was ever given out; ``include`` names sections and attributes.

        Raises NotFound ``golden.unknown`` also for one that the caller may not read, Denied where they may read none.
        """
        wish = Wish(asked, any_id, wanted_of(include), lineage, moment, taken_away)
        with unit_of_work(self._foundation.engine) as connection:
            told = self.tell(connection, [wish])[0]
        if isinstance(told, IngotError):
            raise told
        return told

    def nothing_else_written(self, connection: Connection) -> AbstractContextManager[None]:
        """Around ``tell``, in a transaction that writes of the log and of tokens and of nothing else.

        Then what stands is not asked for again for as long as nobody writes anything else.
        """
        return self._opener.memory.nothing_else_written(connection)

    def tell(self, connection: Connection, wishes: Sequence[Wish]) -> list[Answer | IngotError]:
        """The answers to wishes of one moment, in order, each a golden record or the refusal in its place.

        All of them are audited in the transaction of ``connection``: give no answer before it has lasted.
        """
        memory = self._opener.memory
        keys = [wish.key for wish in wishes]
        known = [memory.told(connection, key) for key in keys]
        rest = [wish for wish, one in zip(wishes, known, strict=True) if one is None]
        made = iter(self._made(connection, rest) if rest else ())
        told: list[Answer | IngotError] = []
        events: list[Event | Again] = []
        for wish, key, one in zip(wishes, keys, known, strict=True):
            if one is not None:
                told.append(one.answer)
                events.append(Again(one.stencil, wish.asked.context.request_id))
                continue
            answer, event = next(made)
            told.append(answer)
            events.append(event)
            if key is not None and isinstance(answer, Answer):
                memory.tells(connection, key, Told(answer, Stencil(event)))
        self._foundation.audit.append_many(connection, events)
        return told

    def _made(self, connection: Connection, wishes: Sequence[Wish]) -> list[tuple[Answer | IngotError, Event]]:
        scoped = [self._refusal(wish) for wish in wishes]
        led = self._opener.led_to(connection, [wish.any_id for wish in wishes])
        by_sections: dict[tuple[str, ...], list[str]] = {}
        for wish, denied in zip(wishes, scoped, strict=True):
            golden_id = led[wish.any_id]
            if denied is None and isinstance(golden_id, str):
                by_sections.setdefault(wish.sections, []).append(golden_id)
        standing = {some: self._opener.stand(connection, ids, some) for some, ids in by_sections.items()}
        found: list[Form | PastForm | IngotError] = []
        for wish, denied in zip(wishes, scoped, strict=True):
            golden_id = led[wish.any_id]
            refused = denied or (golden_id if isinstance(golden_id, NotFound) else None)
            form = refused or self._form(wish, standing[wish.sections].get(str(golden_id)))
            if isinstance(form, Form) and wish.moment is not None:
                found.append(
                    self._past.form(connection, form, wish.any_id, wish.moment, partial(self._view, wish.asked))
                )
            else:
                found.append(form)
        rendered = iter(self._opener.answers(connection, [one for one in found if isinstance(one, Form)]))
        return [
            self._with_event(wish, one, next(rendered) if isinstance(one, Form) else None, led[wish.any_id])
            for wish, one in zip(wishes, found, strict=True)
        ]

    def contest(self, asked: Asked, any_id: str, name: str) -> dict[str, Any]:
        """One attribute: what every record says of it, what was made of that and why.

        Raises as ``golden`` does, and Invalid ``attribute.unknown`` and ``lineage.event``.
        """

        def do(connection: Connection) -> dict[str, Any]:
            self._scope(asked)
            led = led_to(connection, [any_id])[any_id]
            if isinstance(led, NotFound):
                raise led
            seen = self._visible(connection, asked, [led])
            values = self._opener.values(connection, [standing.head for standing, _ in seen])
            if led not in values:
                raise unknown()
            told = self._contests.tell(connection, led, name, seen[0][1], values[led])
            event = self._event(asked, Action.GOLDEN_DISCLOSED, [led], [])
            self._foundation.audit.append(connection, replace(event, fields=told.fields))
            return told.body

        return self._in_one(asked, do, any_id)

    def search(self, asked: Asked, text: str, *, limit: int = 20, taken_away: bool = False) -> list[dict[str, Any]]:
        """Golden records that a text means: a name or a part of one, a number, an address.

        A value that the caller may not see in clear finds nothing: a search must not confirm what a mask hides.
        """

        def find(connection: Connection) -> list[dict[str, Any]]:
            for action in ("search", "export") if taken_away else ("search",):
                self._allow(asked, action)
            holders = Directory(self._people, connection).holders(self._scope(asked))
            ids = self._index.find(connection, text, limit=limit * 5, holders=holders)
            seen = self._visible(connection, asked, ids)
            values = self._opener.values(connection, [standing.head for standing, _ in seen])
            hits = [
                (standing, view)
                for standing, view in seen
                if standing.head.golden_id in values
                and matches(text, values[standing.head.golden_id], _clear_classes(view))
            ][:limit]
            done = Action.GOLDEN_EXPORTED if taken_away else Action.GOLDEN_SEARCHED
            return self._shown(connection, asked, done, hits, WHOLE)

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

    def export(self, asked: Asked, narrow: Narrow = EVERYTHING) -> Iterator[dict[str, Any]]:
        """All golden records that the caller may read, page by page; each page is audited before it is given."""
        after: str | None = ""
        while after is not None:
            page, after = self._in_one(
                asked, partial(self._page, asked=asked, action="export", after=after, limit=_EXPORT_PAGE, narrow=narrow)
            )
            yield from page

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
        done = Action.GOLDEN_EXPORTED if action == "export" else Action.GOLDEN_DISCLOSED
        bodies = self._shown(connection, asked, done, self._visible(connection, asked, ids[:limit]), wanted)
        return bodies, ids[limit - 1] if len(ids) > limit else None

    def _visible(self, connection: Connection, asked: Asked, golden_ids: Sequence[str]) -> list[tuple[Standing, View]]:
        """Those of the golden records that the caller may read, in the order asked for."""
        standing = self._opener.stand(connection, golden_ids)
        seen = [(standing[one], self._view(asked, standing[one])) for one in golden_ids if one in standing]
        return [(one, view) for one, view in seen if view.decision.allowed]

    def _shown(
        self,
        connection: Connection,
        asked: Asked,
        action: Action,
        those: Sequence[tuple[Standing, View]],
        wanted: Wanted,
    ) -> list[dict[str, Any]]:
        """Several golden records in one answer, with its one event; their events are for answers of their own."""
        forms = [Form(standing.head, standing.holder, view, wanted) for standing, view in those]
        rendered = self._opener.answers(connection, forms)
        given = [(form.head.golden_id, one) for form, one in zip(forms, rendered, strict=True) if one is not None]
        event = self._event(asked, action, [golden_id for golden_id, _ in given], [one for _, one in given])
        self._foundation.audit.append(connection, event)
        return [orjson.loads(one.content) for _, one in given]

    def _form(self, wish: Wish, standing: Standing | None) -> Form | NotFound:
        if standing is None:
            return unknown()
        view = self._view(wish.asked, standing)
        if not view.decision.allowed:
            return unknown()
        led_on = wish.any_id != standing.head.golden_id
        return Form(standing.head, standing.holder, view, wish.wanted, standing.items, wish.lineage, led_on)

    def _with_event(
        self, wish: Wish, found: Form | PastForm | IngotError, made: Rendered | None, led: str | NotFound
    ) -> tuple[Answer | IngotError, Event]:
        """What is told, ``made`` of a form, and what the log says of it. ``led`` is where the id leads."""
        if isinstance(found, PastForm):
            shown = found.rendered
            event = self._event(wish.asked, wish.done, found.subjects, [shown])
            event = replace(event, details={**event.details, **found.moment})
            return Answer(shown.content, shown.etag, found.golden_id, found.canonical_id), event
        if isinstance(found, Form) and made is not None:
            golden_id = found.head.golden_id
            event = self._event(wish.asked, wish.done, [golden_id], [made])
            return Answer(made.content, made.etag, golden_id, golden_id if found.led_on else None), event
        refused = found if isinstance(found, IngotError) else unknown()
        return refused, refused_event(wish.asked.principal, wish.asked.context, refused, led)

    def _view(self, asked: Asked, standing: Standing) -> View:
        return self._decisions.view(asked.principal, standing.resource, asked.context)

    def _refusal(self, wish: Wish) -> Denied | None:
        try:
            self._scope(wish.asked)
            if wish.taken_away:
                self._allow(wish.asked, "export")
        except Denied as denied:
            return denied
        return None

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

    def _in_one(self, asked: Asked, do: Callable[[Connection], T], any_id: str = "") -> T:
        """Run one disclosure in one transaction; a refusal is audited in a transaction of its own."""
        try:
            with unit_of_work(self._foundation.engine) as connection:
                return do(connection)
        except (Denied, NotFound) as refused:
            with unit_of_work(self._foundation.engine) as connection:
                tried = led_to(connection, [any_id])[any_id] if any_id else None
                self._foundation.audit.append(connection, refused_event(asked.principal, asked.context, refused, tried))
            raise

    def _event(self, asked: Asked, action: Action, subjects: Sequence[str], shown: Sequence[Rendered]) -> Event:
        return disclosed(self._foundation.keyring, asked.principal, asked.context, action, subjects, shown)


def _clear_classes(view: View) -> frozenset[str]:
    return frozenset(name.value for name, level in view.levels.items() if level is Level.CLEAR)
