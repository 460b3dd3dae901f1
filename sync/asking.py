"""What stewards ask the owners of customers, and what these answer: in words that are sealed and never in the log."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from audit.actions import Action
from core.database import reading
from core.errors import Conflict, Invalid
from governance.detect.text import mask_text
from governance.policy.actions import PolicyAction
from governance.policy.values import GoldenResource, Refused, RowScope, View
from merge.reason_codes import check_reason_code
from merge.resolve.identifiers import golden_ids
from merge.resolve.stewarding import homes_of
from merge.review_impact import impact_of
from merge.review_items import Item, item, items
from merge.review_kinds import LIVE
from merge.review_questions import (
    Answer,
    Question,
    answers_to,
    question,
    questions_about,
    unknown_question,
    waiting_for,
    write_answer,
    write_questions,
)
from merge.review_queue import defer, write_decision
from sync.holders import Directory
from sync.presentation import isoformat
from sync.review_asks import asks_of
from sync.review_base import ReviewBase
from sync.review_rows import NOTE_FIELD, check_note, decision_row
from sync.side_by_side import as_json, side_by_side
from sync.wish import Asked

ASKED_FOR = timedelta(days=2)
"""How long an item rests after its owner was asked, unless they answer before (a default of ours)."""
WHY = "knows_customer"
"""The reason of an answer where the owner gives no other."""
COMMENT_FIELD = "review.comment"
"""The field name that an owner's words are sealed under, with the key that the question's are sealed with."""


class Asking:
    """Questions to owners. Every method is one transaction, which holds the audit event."""

    def __init__(self, base: ReviewBase) -> None:
        self._base = base

    def ask(self, asked: Asked, item_id: str, *, note: str = "") -> list[str]:
        """Ask who owns the customers; the item rests for two days or until they answer. Returns who is asked.

        Raises Conflict ``review.no_owner`` where nobody but pools owns them.
        """
        base = self._base

        def do(connection: Connection) -> list[str]:
            found = item(connection, item_id)
            impact = impact_of(connection, homes_of(connection, found.subjects))
            owned = [one for one in impact.goldens if one.holder and not one.holder.startswith("pool:")]
            if not owned:
                raise Conflict("review.no_owner", "Nobody owns these customers; there is no owner to ask.")
            defer(connection, item_id, asked.principal.actor, base.now() + ASKED_FOR, base.now())
            row = decision_row(base.foundation, asked, found, "ask_owner", "owner_asked", note, state="asked")
            write_decision(connection, replace(row, before=[one.golden_id for one in impact.goldens]))
            waiting = {one.holder for one in questions_about(connection, [item_id]) if one.answer is None}
            # Who owns both is asked once.
            by_holder = {one.holder: one for one in reversed(owned)}
            new = [
                Question(
                    base.foundation.clock.new_id("q"),
                    item_id,
                    one.golden_id,
                    one.holder,
                    found.subjects[0],
                    row.note,
                    asked.principal.actor,
                    row.at,
                )
                for _, one in sorted(by_holder.items())
                if one.holder not in waiting or note
            ]
            if new:
                write_questions(connection, new)
            owners = sorted(by_holder)
            base.tell(connection, asked, Action.REVIEW_ASKED, item_id, found.subjects, {"owners": owners})
            return owners

        return base.in_one(asked, Action.REVIEW_ASKED, do)

    def count(self, asked: Asked) -> int:
        """How many questions wait for the caller: a figure alone."""
        with reading(self._base.foundation.engine) as connection:
            return len(self._mine(connection, asked))

    def headlines(self, asked: Asked) -> list[tuple[str, str]]:
        """The ids and kinds of the questions that wait for the caller, oldest first: nothing of any customer."""
        with reading(self._base.foundation.engine) as connection:
            found = self._mine(connection, asked)
            about = items(connection, {one.item_id for one in found})
        return [(one.question_id, about[one.item_id].kind.value) for one in found]

    def mine(self, asked: Asked) -> list[dict[str, Any]]:
        """What is asked of the caller and waits, oldest first; ids and times, no values. Raises Denied ``policy.*``."""

        def do(connection: Connection) -> list[dict[str, Any]]:
            self._need(asked)
            found = self._mine(connection, asked)
            about = items(connection, {one.item_id for one in found})
            details = {"questions": [one.question_id for one in found]}
            self._base.tell(connection, asked, Action.REVIEW_DISCLOSED, "", (), details)
            return [_told(one, about[one.item_id]) for one in found]

        return self._base.rights.in_one(asked, Action.REVIEW_DISCLOSED, do)

    def show(self, asked: Asked, question_id: str) -> dict[str, Any]:
        """One question: the steward's words, and the records of customers that the caller may see, as they may.

        Raises NotFound ``review.question_unknown`` for one that is not theirs.
        """
        base = self._base

        def do(connection: Connection) -> dict[str, Any]:
            one = self._theirs(connection, asked, question_id)
            about = item(connection, one.item_id)
            goldens = homes_of(connection, about.subjects)
            views = base.rights.views(connection, asked, goldens)
            seen = [golden_id for golden_id in goldens if views[golden_id].decision.allowed]
            view = View.least([views[golden_id] for golden_id in seen])
            impact = impact_of(connection, seen)
            loaded = base.resolver.loader.load(connection, impact.records)
            beside = [record for record in impact.records if record in loaded]
            beside.sort(key=lambda record: record not in about.subjects)
            rows, shown = side_by_side([loaded[record] for record in beside], view, self._pseudonym, mask_text)
            asks, more = asks_of(connection, base.resolver, about, impact, loaded, view, self._pseudonym)
            for name in ("clear", "masked", "omitted"):
                getattr(shown, name).update(getattr(more, name))
            home = {record: each.golden_id for each in impact.goldens for record in each.records}
            event = base.event(asked, Action.REVIEW_DISCLOSED, about.item_id, seen, {"question": question_id})
            base.foundation.audit.append(connection, replace(event, fields=shown.as_fields()))
            return {
                **_told(one, about),
                **asks,
                "answers": list(answers_to(about.kind)),
                "note": self._words(one)[0],
                "records": [
                    {
                        "id": record,
                        "golden_id": home[record],
                        "source": impact.rows[record].source,
                        "asserted_at": impact.rows[record].asserted_at,
                        "subject": record in about.subjects,
                    }
                    for record in beside
                ],
                "rows": as_json(rows),
                "hidden": len(goldens) - len(seen),
            }

        return base.rights.in_one(asked, Action.REVIEW_DISCLOSED, do)

    def answer(
        self, asked: Asked, question_id: str, answer: str, *, reason_code: str = WHY, comment: str = ""
    ) -> dict[str, Any]:
        """Answer what was asked; the item comes back to the stewards at once. It decides nothing by itself.

        Who does not know gives no reason: it is left out.

        Raises NotFound ``review.question_unknown``, Conflict ``review.answered`` or ``review.ended``, Invalid
        ``review.answer`` for one that is none to this question, ``merge.reason``.
        """
        base = self._base
        check_reason_code(reason_code)
        check_note(comment)

        def do(connection: Connection) -> dict[str, Any]:
            one = self._theirs(connection, asked, question_id)
            about = item(connection, one.item_id)
            if about.state.value not in LIVE:
                raise Conflict("review.ended", "This item is decided already, or its reason is gone.")
            if answer not in (known := answers_to(about.kind)):
                raise Invalid("review.answer", f"The answers to this question are {', '.join(known)}.")
            keys = base.foundation.keyring.record_keys([one.record_id], create=False) if comment else {}
            why = None if answer == Answer.UNKNOWN else reason_code
            said = replace(
                one,
                answer=answer,
                reason_code=why,
                comment=keys[one.record_id].seal(COMMENT_FIELD, comment.encode()) if one.record_id in keys else None,
                answered_by=asked.principal.actor,
                answered_at=base.now(),
            )
            write_answer(connection, said)
            details = {"question": question_id, "answer": answer} | ({"reason_code": why} if why else {})
            base.tell(connection, asked, Action.REVIEW_ANSWERED, one.item_id, [one.golden_id], details)
            return _told(said, about)

        return base.rights.in_one(asked, Action.REVIEW_ANSWERED, do)

    def about(self, connection: Connection, item_id: str) -> list[dict[str, Any]]:
        """What was asked and answered about an item, for whoever may see the item: the caller audits that."""
        found = questions_about(connection, [item_id])
        return [
            {**told_question(one), "note": note, "comment": comment}
            for one, (note, comment) in zip(found, map(self._words, found), strict=True)
        ]

    def _mine(self, connection: Connection, asked: Asked) -> list[Question]:
        base = self._base
        found = waiting_for(connection, self._names(connection, asked))
        leads = golden_ids(connection, {one.golden_id for one in found})
        return [
            one
            for one in found
            if (home := leads.get(one.golden_id)) is not None
            and base.rights.may(connection, asked, PolicyAction.ANSWER, home)
        ]

    def _theirs(self, connection: Connection, asked: Asked, question_id: str) -> Question:
        self._need(asked)
        one, base = question(connection, question_id), self._base
        home = golden_ids(connection, [one.golden_id]).get(one.golden_id)
        theirs = one.holder in self._names(connection, asked)
        if not theirs or home is None or not base.rights.may(connection, asked, PolicyAction.ANSWER, home):
            raise unknown_question()
        return one

    def _need(self, asked: Asked) -> None:
        """Refuse who may not answer even for a customer of their own."""
        who = asked.principal
        own = GoldenResource(owner=who.id, teams=who.teams)
        decided = self._base.decisions.decide(who, PolicyAction.ANSWER, own, asked.context)
        if isinstance(decided, Refused):
            raise decided.as_error()

    def _names(self, connection: Connection, asked: Asked) -> tuple[str, ...]:
        """What the caller is called as a holder, and their teams."""
        scope = RowScope(owner=asked.principal.id, teams=asked.principal.teams)
        return Directory(self._base.rights.people, connection).holders(scope).named

    def _words(self, one: Question) -> tuple[str, str]:
        """What the steward and the owner wrote; empty where it was erased with its record."""
        keys = self._base.foundation.keyring.record_keys([one.record_id], create=False)
        key = keys.get(one.record_id)
        if key is None:
            return "", ""
        note = "" if one.note is None else key.open(NOTE_FIELD, one.note).decode()
        return note, "" if one.comment is None else key.open(COMMENT_FIELD, one.comment).decode()

    def _pseudonym(self, text: str) -> str:
        return self._base.foundation.keyring.blind("pseudonym", text.encode()).hex()


def _told(one: Question, about: Item) -> dict[str, Any]:
    return {**told_question(one), "item_id": about.item_id, "kind": about.kind.value, "state": about.state.value}


def told_question(one: Question) -> dict[str, Any]:
    """A question without its words."""
    return {
        "id": one.question_id,
        "customer": one.golden_id,
        "asked_of": one.holder,
        "asked_by": one.asked_by,
        "asked_at": isoformat(one.asked_at),
        "answer": one.answer,
        "reason_code": one.reason_code,
        "answered_by": one.answered_by,
        "answered_at": None if one.answered_at is None else isoformat(one.answered_at),
    }
