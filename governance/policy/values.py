"""What goes into the decision point and what comes out of it: plain values with reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from core.attributes import DataClass
from core.errors import Denied
from governance.masking import Level


@dataclass(frozen=True, slots=True)
class GoldenResource:
    """What a policy may know of a golden record.

    Attributes:
        golden_id: its permanent id; no policy can name it.
        owner: id of the principal who owns it, or None.
        pool: id of the pool it lies in, or None. A golden record has an owner or a pool.
        teams: ids of the teams whose customer it is.
        marketing_consent: whether the person consented to marketing, as far as is known (unknown is no).
    """

    golden_id: str = ""
    owner: str | None = None
    pool: str | None = None
    teams: frozenset[str] = frozenset()
    marketing_consent: bool = False


@dataclass(frozen=True, slots=True)
class Workspace:
    """The gateway itself, for actions that concern no single golden record."""


Resource = GoldenResource | Workspace


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Why and within what somebody asks.

    Attributes:
        purpose: one of ``governance.purposes``; may be empty for a principal whose purpose is fixed.
        reason: in the caller's words; policies see only whether there is one. It can be personal: seal it.
        request_id: ties the answer to the log.
    """

    purpose: str = ""
    reason: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes, and by which policies."""

    policies: tuple[str, ...]
    allowed: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Refused:
    """No, and why.

    Attributes:
        code: stable, ``policy.what``.
        reason: a sentence for the caller; says what to do where something can be done.
        policies: the policies that forbade it; empty where simply none allowed it.
    """

    code: str
    reason: str
    policies: tuple[str, ...] = ()
    allowed: ClassVar[bool] = False

    def as_error(self) -> Denied:
        """The error that a door raises for it."""
        return Denied(self.code, self.reason, policies=list(self.policies))


Decision = Allowed | Refused


@dataclass(frozen=True, slots=True)
class View:
    """How much of one golden record somebody sees.

    Attributes:
        decision: whether they may read it at all; where not, every level is ``none``.
        levels: the highest level allowed, for every data class.
        policies: the policies that allowed that level, by data class.
    """

    decision: Decision
    levels: Mapping[DataClass, Level] = field(default_factory=dict)
    policies: Mapping[DataClass, tuple[str, ...]] = field(default_factory=dict)
    key: tuple[tuple[str, str, tuple[str, ...]], ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Equal keys, equal views: what is shown by a view can be remembered under its key."""
        told = ((name.value, level.value, self.policies.get(name, ())) for name, level in self.levels.items())
        object.__setattr__(self, "key", tuple(sorted(told)))

    def level(self, data_class: DataClass) -> Level:
        """The level of one class; ``none`` where nothing is said."""
        return self.levels.get(data_class, Level.NONE)

    @staticmethod
    def least(views: "Sequence[View]") -> "View":
        """Of several views the lower level of every class; of none nothing."""
        if not views:
            return View(Allowed(()))
        least = views[0]
        for one in views[1:]:
            levels = {name: min(level, one.level(name)) for name, level in least.levels.items()}
            policies = {name: one.policies.get(name, ()) or least.policies.get(name, ()) for name in levels}
            least = View(one.decision, levels, policies)
        return least


@dataclass(frozen=True, slots=True)
class RowScope:
    """Which golden records somebody may read, for lists: the union of the parts that are set.

    Attributes:
        everything: all of them.
        owner: those owned by this principal.
        pools: those that lie in any pool.
        teams: those of any of these teams.
    """

    everything: bool = False
    owner: str | None = None
    pools: bool = False
    teams: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        """Whether no golden record is in it."""
        return not (self.everything or self.owner is not None or self.pools or self.teams)

    def contains(self, golden: GoldenResource) -> bool:
        """Whether the golden record is in it; what the SQL of a list must say too."""
        return (
            self.everything
            or (self.owner is not None and golden.owner == self.owner)
            or (self.pools and golden.pool is not None)
            or not self.teams.isdisjoint(golden.teams)
        )
