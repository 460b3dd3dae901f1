"""Single golden records at speed: callers proved, answered and audited together, a group in one transaction.

What is proved and decided holds in the transaction that audits it: a token revoked, a role or an owner changed before
counts. No answer is told before that transaction has lasted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.ids import golden_id as checked_id
from api.limits import RequestLimits, too_much
from api.lists import sections_of
from api.rates import Rate
from api.times import moment_of
from api.visitor import Visitor, tell_limited, unknown_purpose
from api.wiring import Services
from audit.events import Event
from core.errors import IngotError, TooMuch
from core.logs import log_quietly
from governance.authentication import Authenticated
from governance.policy.actions import PolicyAction
from governance.policy.values import RequestContext
from governance.principals import Principal
from sync.group_commit import GroupCommit
from sync.presentation import wanted_of
from sync.wish import Answer, Asked, Wish

# Answered since the last time, from which a group also sequences; and what it takes beyond those, of other writers.
# Fewer cost a signature each, more hold the others of the group up.
_SEQUENCED_FROM, _SEQUENCED_MORE = 48, 64


@dataclass(frozen=True, slots=True)
class Knock:
    """A request for a golden record, before anything of it was judged."""

    visitor: Visitor
    golden_id: str
    include: str
    lineage: bool
    when: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class _Told:
    """What came of a knock: the answer or the error; where the caller stands, if they were proved."""

    answer: Answer | IngotError
    principal: Principal | None = None
    rate: Rate | None = None


class Reads:
    """Point reads for event loops."""

    def __init__(self, services: Services, limits: RequestLimits) -> None:
        self._services = services
        self._limits = limits
        self._unsequenced = 0
        self._group: GroupCommit[Knock, _Told] = GroupCommit(services.engine, self._answer)

    async def golden(
        self,
        request: Request,
        visitor: Visitor,
        golden_id: str,
        *,
        include: str = "",
        lineage: bool = False,
        when: tuple[str, str] = ("", ""),
    ) -> Answer:
        """One golden record by any id that was ever given out, durably audited.

        ``when`` are the texts of ``as_of`` and ``valid_at``.

        Raises what the proof of the caller raises, TooMuch ``request.rate``, NotFound ``golden.*``, Denied
        ``policy.*``, Invalid ``request.*`` and ``golden.section_unknown``, Unavailable where the audit event cannot be
        written.
        """
        try:
            self._limits.check_tokens(visitor.client, visitor.token_id)
        except TooMuch:
            await self._tell_once("token", visitor.client, visitor)
            raise
        told = await self._group.ask(Knock(visitor, golden_id, include, lineage, when))
        if told.principal is None:
            self._limits.count_refused_token(visitor.client, visitor.token_id)
        elif told.rate is not None:
            request.scope.setdefault("state", {})["rate"] = told.rate
            if not told.rate.allowed:
                await self._tell_once("calls", told.principal.actor, visitor)
        if isinstance(told.answer, Answer):
            return told.answer
        raise told.answer

    def close(self) -> None:
        """Answer what was asked, then take no more."""
        self._group.close()

    async def _tell_once(self, what: str, who: str, visitor: Visitor) -> None:
        if self._limits.first_in_a_minute(what, who):
            await run_in_threadpool(tell_limited, self._services, "token", visitor.request_id)

    def _answer(self, connection: Connection, knocks: Sequence[Knock]) -> list[_Told]:
        with self._services.disclosure.nothing_else_written(connection):
            return self._told(connection, knocks)

    def _told(self, connection: Connection, knocks: Sequence[Knock]) -> list[_Told]:
        services = self._services
        now = services.foundation.clock.now()
        proved = services.tokens.authenticate_all(connection, [one.visitor.token for one in knocks])
        wishes: list[Wish] = []
        refusals: list[Event] = []
        found: list[_Told | tuple[Principal, Rate]] = []
        for knock, authentication in zip(knocks, proved, strict=True):
            if not isinstance(authentication, Authenticated):
                found.append(_Told(authentication.as_error()))
                continue
            visitor, principal = knock.visitor, authentication.principal
            rate = self._limits.count_call(principal)
            refused = unknown_purpose(visitor.purpose)
            if not rate.allowed:
                found.append(_Told(too_much(rate.reset), principal, rate))
            elif refused is not None:
                error, event = services.refusal(principal, PolicyAction.READ, refused, request_id=visitor.request_id)
                refusals.append(event)
                found.append(_Told(error, principal, rate))
            else:
                wish = _wish(knock, principal, now)
                if isinstance(wish, IngotError):
                    found.append(_Told(wish, principal, rate))
                else:
                    wishes.append(wish)
                    found.append((principal, rate))
        services.foundation.audit.append_many(connection, refusals)
        answers = iter(services.disclosure.tell(connection, wishes))
        self._sequence_within(connection, len(wishes) + len(refusals))
        return [one if isinstance(one, _Told) else _Told(next(answers), *one) for one in found]

    def _sequence_within(self, connection: Connection, events: int) -> None:
        """Under load this transaction gives events their place, which would else take turns at the write lock."""
        self._unsequenced += events
        if self._unsequenced < _SEQUENCED_FROM:
            return
        try:
            self._services.sequencer.sequence_within(connection, self._unsequenced + _SEQUENCED_MORE)
        except IngotError as error:
            # What it wrote is undone. Who may read does not hang on it: the sequencer's own runs say so, aloud.
            log_quietly("audit", "not sequenced", error)
        self._unsequenced = 0


def _wish(knock: Knock, principal: Principal, now: datetime) -> Wish | IngotError:
    visitor = knock.visitor
    if visitor.unfit is not None:
        return visitor.unfit
    asked = Asked(principal, RequestContext(visitor.purpose, visitor.reason, visitor.request_id))
    try:
        wanted = wanted_of(sections_of(knock.include))
        return Wish(asked, checked_id(knock.golden_id), wanted, knock.lineage, moment_of(*knock.when, now))
    except IngotError as error:
        return error
