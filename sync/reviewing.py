"""What stewards do with their queue beside deciding: look, claim, put off, take labels along."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from audit.actions import Action
from core.errors import Invalid
from merge.match_versions import said_of_pairs
from merge.reason_codes import check_reason_code
from merge.review_items import item
from merge.review_queue import Filter, claim, counts, defer, queue, release
from sync.asking import Asking
from sync.review_base import ReviewBase
from sync.review_view import ReviewView, item_told
from sync.wish import Asked

_LONGEST_DEFER = timedelta(days=90)


class Reviewing:
    """The stewards' queue for somebody. Every method is one transaction, which holds the audit event."""

    def __init__(self, base: ReviewBase) -> None:
        self.base = base
        self._view = ReviewView(base.foundation.keyring, base.rights, base.resolver)
        self._asking = Asking(base)

    def page(
        self,
        asked: Asked,
        narrow: Filter,
        *,
        limit: int = 50,
        after: tuple[int, str] | None = None,
        blind: bool = False,
    ) -> list[dict[str, Any]]:
        """Items of the queue, the most important first; names and figures, no values. Raises Denied ``policy.*``."""

        def do(connection: Connection) -> list[dict[str, Any]]:
            found = queue(connection, narrow, self.base.now(), limit=limit, after=after)
            self.base.tell(connection, asked, Action.REVIEW_DISCLOSED, "", (), {"items": len(found)})
            return [item_told(one, hide=blind) for one in found]

        return self.base.in_one(asked, Action.REVIEW_DISCLOSED, do)

    def counts(self, asked: Asked) -> dict[tuple[str, str, str], int]:
        """How many items there are by state, kind and band: figures alone."""
        return self.base.in_one(asked, Action.REVIEW_DISCLOSED, counts)

    def show(self, asked: Asked, item_id: str, *, blind: bool = False) -> dict[str, Any]:
        """One item: records side by side as the caller may see them, evidence, preview, impact, decisions.

        Raises NotFound ``review.unknown``, Denied ``policy.*``.
        """

        def do(connection: Connection) -> dict[str, Any]:
            seen = self._view.see(connection, asked, item(connection, item_id), blind=blind)
            event = self.base.event(
                asked, Action.REVIEW_DISCLOSED, item_id, seen.goldens, {"blind": seen.body["blind"]}
            )
            seen.body["questions"] = self._asking.about(connection, item_id)
            told = replace(event, fields=seen.shown.as_fields(), policies=seen.policies)
            self.base.foundation.audit.append(connection, told)
            return seen.body

        return self.base.in_one(asked, Action.REVIEW_DISCLOSED, do)

    def claim(self, asked: Asked, item_id: str) -> dict[str, Any]:
        """Take an item for some minutes; whoever judges it blind learns nothing from that.

        Raises Conflict ``review.claimed`` or ``review.ended``.
        """

        def do(connection: Connection) -> dict[str, Any]:
            found = claim(connection, item_id, asked.principal.actor, self.base.now())
            self.base.tell(connection, asked, Action.REVIEW_CLAIMED, item_id, found.subjects)
            return item_told(found, hide=True)

        return self.base.in_one(asked, Action.REVIEW_CLAIMED, do)

    def release(self, asked: Asked, item_id: str) -> None:
        """Give an item back."""

        def do(connection: Connection) -> None:
            release(connection, item_id, asked.principal.actor, self.base.now())
            self.base.tell(connection, asked, Action.REVIEW_RELEASED, item_id, ())

        self.base.in_one(asked, Action.REVIEW_RELEASED, do)

    def defer(self, asked: Asked, item_id: str, until: datetime, *, reason_code: str) -> None:
        """Put an item off. Raises Invalid ``review.until`` for a time that is past or farther than 90 days."""
        check_reason_code(reason_code)
        if not self.base.now() < until <= self.base.now() + _LONGEST_DEFER:
            raise Invalid("review.until", "Put an item off until a time within the next 90 days.")

        def do(connection: Connection) -> None:
            defer(connection, item_id, asked.principal.actor, until, self.base.now())
            details = {"until": until.isoformat(), "reason_code": reason_code}
            self.base.tell(connection, asked, Action.REVIEW_DEFERRED, item_id, (), details)

        self.base.in_one(asked, Action.REVIEW_DEFERRED, do)

    def labels(self, asked: Asked) -> list[dict[str, Any]]:
        """What stewards said of pairs of records, the newest word on each pair, for ``ingot resolve --labels``."""

        def do(connection: Connection) -> list[dict[str, Any]]:
            said = said_of_pairs(connection)
            self.base.tell(connection, asked, Action.REVIEW_EXPORTED, "", (), {"labels": len(said)})
            return [
                {"left_id": pair[0], "right_id": pair[1], "match": int(match)} for pair, match in sorted(said.items())
            ]

        return self.base.in_one(asked, Action.REVIEW_EXPORTED, do)
