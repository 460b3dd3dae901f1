"""Stewards and records for tests of the review queue, on either database."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from audit.log import AuditLog
from core.clock import Clock
from core.crypto import Keyring
from core.database import reading, unit_of_work
from core.records import SourceRecord
from governance.passwords import Passwords
from governance.people import People
from governance.policy.decision_point import DecisionPoint
from governance.policy.policy_set import default_policies
from governance.policy.values import RequestContext
from governance.principals import Principal
from merge.resolve.incremental import Resolver
from merge.review_items import Item
from merge.review_queue import Filter, queue
from sync.deciding import Deciding
from sync.foundation import Foundation
from sync.queue import Queue
from sync.review_base import ReviewBase
from sync.reviewing import Reviewing
from sync.rights import Rights
from sync.wish import Asked
from tests.merge.support import make_resolver


@dataclass(frozen=True)
class ReviewHouse:
    engine: Engine
    base: ReviewBase
    reviewing: Reviewing
    deciding: Deciding
    hua: Asked
    ming: Asked

    @property
    def resolver(self) -> Resolver:
        return self.base.resolver

    def take(self, records: Sequence[SourceRecord], removed: Sequence[str] = ()) -> None:
        with unit_of_work(self.engine) as connection:
            self.resolver.apply(connection, records, removed)

    def queue(self, **narrow: str) -> list[Item]:
        with reading(self.engine) as connection:
            return queue(connection, Filter(**narrow), self.base.now())  # type: ignore[arg-type]

    def one(self) -> Item:
        (found,) = self.queue()
        return found


def steward(login: str) -> Asked:
    principal = Principal(f"u_{login}", roles=frozenset({"steward"}))
    return Asked(principal, RequestContext("data_quality", "", f"r_{login}"))


def make_house(engine: Engine, keyring: Keyring, clock: Clock) -> ReviewHouse:
    audit = AuditLog(clock)
    foundation = Foundation(engine, keyring, audit, clock, Queue(clock))
    decisions = DecisionPoint(default_policies())
    rights = Rights(foundation, decisions, People(clock, audit, Passwords()))
    base = ReviewBase(foundation, decisions, rights, make_resolver(keyring, clock))
    return ReviewHouse(engine, base, Reviewing(base), Deciding(base), steward("hua"), steward("ming"))
