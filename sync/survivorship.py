"""The survivorship policy of a workspace: shown, tried, put into force, carried to the golden records that are kept.

A new version counts at once: golden records are made by it when they are read. The job ``survive`` makes those that
are kept anew, so that the feed and the rules of ownership follow.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from audit.actions import Action
from audit.events import Event
from core.attributes import attribute
from core.database import chunks, reading, unit_of_work
from governance.masking import Level
from governance.policy.actions import PolicyAction
from governance.policy.decision_point import DecisionPoint
from governance.policy.values import Refused, View, Workspace
from merge.listing import EVERYTHING, Holders, golden_page
from merge.policy_store import PolicyVersion, set_applied, version, versions
from merge.reason_codes import check_reason_code
from merge.resolve.incremental import Resolver
from merge.resolve.republish import republish
from merge.resolve.surviving import Surviving
from merge.survivorship.policy import SurvivorshipPolicy
from merge.survivorship.values import changed_attributes
from sync.foundation import Foundation
from sync.presentation import isoformat
from sync.queue import Job
from sync.rights import Rights
from sync.wish import Asked

JOB = "survive"
_BATCH = 200
_EXAMPLES = 20
_EVERYBODY = Holders(everything=True)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a policy would change: of how many golden records, how many, which attributes how often.

    ``examples`` are some ids, of golden records of which the caller sees all that would change: a policy can be made to
    ask whether somebody has a value, and the answer must not confirm what a mask hides.
    """

    golden_records: int
    different: int
    attributes: Mapping[str, int]
    examples: tuple[str, ...]


class Survivorship:
    """The use cases behind 'survivorship'."""

    def __init__(
        self,
        foundation: Foundation,
        decisions: DecisionPoint,
        resolver: Resolver,
        surviving: Surviving,
        rights: Rights,
    ) -> None:
        self._foundation = foundation
        self._decisions = decisions
        self._resolver = resolver
        self._surviving = surviving
        self._rights = rights
        self._policies = resolver.publisher.policies

    def show(self, asked: Asked, number: int | None = None) -> dict[str, Any]:
        """The policy in force, or an earlier version, with the list of all versions.

        Raises Denied ``policy.*``, NotFound ``survivorship.version``.
        """
        self._need(asked, PolicyAction.VIEW_RULES)
        with unit_of_work(self._foundation.engine) as connection:
            policy = self._policies.ensure(connection, self._foundation.clock.now())
            shown = version(connection, policy.version if number is None else number)
            held = versions(connection)
            told = self._policies.numbered(connection, number) if number is not None else policy
        return {
            **_told(shown),
            "content": dict(shown.content),
            "in_force": policy.version,
            "strategies": {name: list(rules) for name, rules in sorted(told.strategies.items())},
            "trust": {name: _trust(told, name) for name in sorted(told.trust)},
            "priority": list(told.priority),
            "versions": [_told(one) for one in held],
        }

    def put(self, asked: Asked, content: Mapping[str, Any], *, reason_code: str) -> int:
        """Put a policy into force; returns its version. Raises Denied ``policy.*``, Invalid ``survivorship.*``."""
        check_reason_code(reason_code)
        self._need(asked, PolicyAction.MANAGE_RULES)
        with unit_of_work(self._foundation.engine) as connection:
            self._resolver.lock(connection)
            now, actor = self._foundation.clock.now(), asked.principal.actor
            before = self._policies.ensure(connection, now).version
            made = self._policies.add(connection, content, actor=actor, reason_code=reason_code, at=now)
            details = {"version": made.version, "before": before, "reason_code": reason_code}
            self._tell(connection, asked, Action.SURVIVORSHIP_CHANGED, details, 0)
            self.queue(connection)
        return made.version

    def simulate(self, asked: Asked, content: Mapping[str, Any], *, limit: int = 1000) -> Trial:
        """What a policy would change of the first golden records by id; no value is told.

        Raises Denied ``policy.*``, Invalid ``survivorship.*``.
        """
        self._need(asked, PolicyAction.MANAGE_RULES)
        policy = self._policies.trial(content)
        counts: Counter[str] = Counter()
        different: dict[str, Sequence[str]] = {}
        # Up to 10,000 golden records are made anew: nobody's writing waits for that.
        with reading(self._foundation.engine) as connection:
            ids = golden_page(connection, _EVERYBODY, EVERYTHING, after="", limit=limit)
            for some in chunks(ids, _BATCH):
                now, then = self._surviving.now(connection, some), self._surviving.now(connection, some, policy)
                for golden_id in some:
                    names = changed_attributes(now.get(golden_id), then[golden_id]) if golden_id in then else ()
                    counts.update(names)
                    if names:
                        different[golden_id] = names
            views = self._rights.views(connection, asked, different)
        details = {"different": len(different), "attributes": sorted(counts)}
        with unit_of_work(self._foundation.engine) as connection:
            self._tell(connection, asked, Action.SURVIVORSHIP_SIMULATED, details, len(ids))
        seen = (one for one, names in different.items() if all(_clear(views[one], name) for name in names))
        return Trial(len(ids), len(different), dict(sorted(counts.items())), tuple(islice(seen, _EXAMPLES)))

    def queue(self, connection: Connection) -> None:
        """Have what is kept made anew."""
        self._foundation.queue.put(connection, JOB, {}, dedupe_key=f"next:{JOB}")

    def queue_waiting(self) -> None:
        """The same, where a policy waits for it: one that came with ``ingot.yaml``, or whose job was lost."""
        with reading(self._foundation.engine) as connection:
            waiting = self._policies.waiting(connection)
        if waiting:
            with unit_of_work(self._foundation.engine) as connection:
                self.queue(connection)

    def follow(self, job: Job) -> None:
        """The job: ``apply`` under the lease of a worker."""
        self.apply(job)

    def apply(self, job: Job | None = None) -> int:
        """Make everything that is kept anew, in small transactions; returns how many golden records changed."""
        foundation, after, changed = self._foundation, "", 0
        with unit_of_work(foundation.engine) as connection:
            policy = self._policies.ensure(connection, foundation.clock.now())
        while True:
            with unit_of_work(foundation.engine) as connection:
                if job is not None:
                    foundation.queue.hold(connection, job)
                ids = golden_page(connection, _EVERYBODY, EVERYTHING, after=after, limit=_BATCH)
                happened = republish(connection, self._resolver, ids, actor="system:survivorship")
                changed += len(happened.changed)
                if len(ids) < _BATCH:
                    set_applied(connection, policy.version, foundation.clock.now())
                    return changed
                after = ids[-1]

    def _need(self, asked: Asked, action: PolicyAction) -> None:
        decision = self._decisions.decide(asked.principal, action, Workspace(), asked.context)
        if isinstance(decision, Refused):
            event = Event(
                action=Action.DISCLOSURE_DENIED,
                actor=asked.principal.actor,
                role=",".join(sorted(asked.principal.roles)),
                object_type="policy",
                object_id="survivorship",
                purpose=asked.purpose,
                decision="deny",
                policies=decision.policies,
                details={"code": decision.code, "wanted": action.value},
                request_id=asked.context.request_id,
            )
            with unit_of_work(self._foundation.engine) as connection:
                self._foundation.audit.append(connection, event)
            raise decision.as_error()

    def _tell(
        self, connection: Connection, asked: Asked, action: Action, details: Mapping[str, object], count: int
    ) -> None:
        event = Event(
            action=action,
            actor=asked.principal.actor,
            role=",".join(sorted(asked.principal.roles)),
            object_type="policy",
            object_id="survivorship",
            count=count,
            details=details,
            request_id=asked.context.request_id,
        )
        self._foundation.audit.append(connection, event)


def _clear(view: View, name: str) -> bool:
    return view.level(attribute(name).data_class) is Level.CLEAR


def _told(one: PolicyVersion) -> dict[str, Any]:
    return {
        "version": one.version,
        "name": one.name,
        "origin": one.origin,
        "actor": one.actor,
        "reason_code": one.reason_code,
        "at": isoformat(one.at),
        "applied_at": None if one.applied_at is None else isoformat(one.applied_at),
    }


def _trust(policy: SurvivorshipPolicy, name: str) -> dict[str, Any]:
    trust = policy.trust[name]
    return {
        "max": trust.maximum,
        "min": trust.minimum,
        "decay_days": trust.decay_days,
        "reserve_minimum": trust.reserve_minimum,
    }
