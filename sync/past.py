"""Golden records as of an earlier time, on their way to people: the same decision, the same masks, the same log.

Who may see a past is decided by who may see what its records are now: a golden record that was taken apart since is
shown as it was only to whoever may read all the parts, each value at the lowest level that they may see of any part.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from core.attributes import DataClass
from core.clock import Clock
from core.errors import Denied, IngotError, Invalid, NotFound
from governance.policy.values import View
from merge.resolve.surviving import Moment, Surviving
from merge.standing import Head
from sync.opening import Opener
from sync.presentation import isoformat
from sync.rendering import Form, Rendered, render
from sync.standing_memory import Standing


@dataclass(frozen=True, slots=True)
class PastForm:
    """An answer about the past: what is told, about whom, and the times, for the log."""

    golden_id: str
    canonical_id: str | None
    rendered: Rendered
    subjects: tuple[str, ...]
    moment: Mapping[str, str]


class PastReads:
    """Tells golden records as of a moment."""

    def __init__(self, opener: Opener, surviving: Surviving, clock: Clock) -> None:
        self._opener = opener
        self._surviving = surviving
        self._clock = clock

    def form(
        self, connection: Connection, now: Form, any_id: str, moment: Moment, view_of: Callable[[Standing], View]
    ) -> PastForm | IngotError:
        """The answer for an id, which leads to ``now`` today and may be read; events are told as of now only.

        Gives NotFound ``golden.not_yet`` and ``golden.gone``, Denied ``golden.past_of_others``, Invalid
        ``golden.as_of`` for a time to come in the place of an answer.
        """
        try:
            if moment.known_at > self._clock.now():
                return Invalid("golden.as_of", "What will be known is not known yet; ask as of now or an earlier time.")
            past = self._surviving.at(connection, any_id, moment)
        except NotFound as nothing:
            return nothing
        elsewhere = past.homes - {now.head.golden_id}
        others = self._opener.stand(connection, elsewhere)
        views = [now.view, *(view_of(others[one]) for one in sorted(others))]
        if elsewhere - others.keys() or not all(one.decision.allowed for one in views):
            return Denied(
                "golden.past_of_others",
                "At that time it held records that are another customer's now, whom you may not read.",
            )
        told = {"as_of": isoformat(moment.known_at)}
        if moment.valid_at is not None:
            told["valid_at"] = isoformat(moment.valid_at)
        led_on = any_id != past.golden_id
        form = replace(
            now,
            head=Head(past.golden_id, past.version, len(past.members), ""),
            holder=past.holder,
            view=narrowest(views),
            items=(),
            led_on=led_on,
            moment=tuple(told.items()),
        )
        made = render(form, past.values, past.changed_at, (), self._opener.pseudonym)
        subjects = tuple(dict.fromkeys([past.golden_id, now.head.golden_id, *sorted(others)]))
        return PastForm(past.golden_id, past.golden_id if led_on else None, made, subjects, told)


def narrowest(views: Iterable[View]) -> View:
    """What all of the views allow: of each class the lowest level, with the policies behind it."""
    held = list(views)
    lowest = {name: min(held, key=lambda one, name=name: one.level(name).rank) for name in DataClass}  # type: ignore[misc]
    return View(
        held[0].decision,
        {name: one.level(name) for name, one in lowest.items()},
        {name: one.policies[name] for name, one in lowest.items() if name in one.policies},
    )
