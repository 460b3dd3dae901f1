"""Which strategy each attribute survives by: a versioned value, overridable from the settings.

The shipped policy is a value in code; ``policy_from_settings`` lays the ``survivorship`` part of ``ingot.yaml``
over it::

    survivorship:
      version: 2
      priority: [erp, crm, form]
      trust: {erp: {max: 90, min: 40, decay_days: 365}, shop-eu: {max: 60, min: 20}}
      attributes: {occupation: [validated_first, recency], value_tier: ["expression: 2 * (kind == 'erp') + trust"]}
      independence: {crm-copy: crm}
      couplings: {employment: [text.employer, occupation]}
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core.attributes import Attribute, attribute
from core.errors import Invalid
from merge.survivorship.expressions import expression

LONGEST_NAME, MOST_VERSIONS = 80, 1_000_000
OTHER = "other"
EXPRESSION = "expression:"
"""How a comparator begins that is an expression (``merge.survivorship.expressions``); the largest value wins."""


@dataclass(frozen=True, slots=True)
class Trust:
    """How far a source is believed: points when new, points when old, days from the one to the other.

    ``reserve_minimum`` keeps ``minimum`` as the floor even after downgrades.
    """

    maximum: int
    minimum: int
    decay_days: int = 365
    reserve_minimum: bool = False

    def __post_init__(self) -> None:
        if not (0 <= self.minimum <= self.maximum <= 100 and self.decay_days > 0):
            raise Invalid("survivorship.trust", "Trust needs 0 <= min <= max <= 100 and decay_days over 0.")


@dataclass(frozen=True, slots=True)
class Coupling:
    """Attributes that must come from one record together: mixing two addresses makes a third that nobody has.

    ``leads`` are tiers: the records that hold a lead of the first tier that any record holds are the candidates.
    """

    name: str
    members: tuple[str, ...]
    leads: tuple[tuple[str, ...], ...]


NAME = Coupling(
    "name",
    ("person.full_name", "person.family_name", "person.given_name", "person.middle_name"),
    (("person.full_name",), ("person.family_name", "person.given_name")),
)
ADDRESS = Coupling(
    "address",
    tuple(
        f"address.{part}"
        for part in ("full", "street", "number", "unit", "district", "city", "province", "postcode", "country")
    ),
    (("address.full", "address.street", "address.city"),),
)

# Order of belief where nothing else decides, and trust, by kind of source. Figures are defaults, not findings.
DEFAULT_PRIORITY = ("manual", "erp", "crm", "form", "file", "email", "social", OTHER)
DEFAULT_TRUST: Mapping[str, Trust] = {
    "manual": Trust(95, 60),
    "erp": Trust(90, 40),
    "crm": Trust(85, 35),
    "form": Trust(70, 30),
    "file": Trust(60, 30),
    "email": Trust(55, 20),
    "social": Trust(40, 15),
    OTHER: Trust(50, 20),
}
_SINGLE = ("validated_first", "trust", "recency")
_MULTIPLE = ("validated_first", "trust", "frequency")
DEFAULT_STRATEGIES: Mapping[str, tuple[str, ...]] = {
    "name": ("validated_first", "trust", "completeness"),
    "address": ("trust", "completeness"),
    "organization.name": ("identified", "source_priority", "frequency"),
    "person.birth_date": ("derived_first", "validated_first", "trust"),
    "person.sex": ("derived_first", "validated_first", "trust"),
    "id": ("validated_first", "source_priority"),
    "consent": ("most_restrictive",),
}
COMPARATORS = frozenset(
    {
        "completeness",
        "derived_first",
        "frequency",
        "identified",
        "max",
        "min",
        "most_restrictive",
        "recency",
        "source_priority",
        "trust",
        "validated_first",
    }
)


@dataclass(frozen=True, slots=True)
class SurvivorshipPolicy:
    """Everything ``survive`` asks, as one value.

    Attributes:
        name, version: what lineage and caches name it by.
        kinds: kind of source (``erp``, ``form`` ...) by connection name.
        priority: kinds or connections, most believed first; unknown ones stand last.
        trust: by connection or kind; a connection's own figures win.
        strategies: comparators by attribute, coupling or family (``id``, ``consent``).
        independence: connections that copy each other, by group name; each group counts once in ``frequency``.
        downgrade_percent: what an invalid value loses of its trust.
    """

    name: str = "default"
    version: int = 1
    kinds: Mapping[str, str] = field(default_factory=dict)
    priority: tuple[str, ...] = DEFAULT_PRIORITY
    trust: Mapping[str, Trust] = field(default_factory=lambda: dict(DEFAULT_TRUST))
    strategies: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(DEFAULT_STRATEGIES))
    couplings: tuple[Coupling, ...] = (NAME, ADDRESS)
    independence: Mapping[str, str] = field(default_factory=dict)
    downgrade_percent: int = 50

    @property
    def reference(self) -> str:
        """``name@version``."""
        return f"{self.name}@{self.version}"

    def kind(self, source: str) -> str:
        """The kind of a connection; one that nobody described is ``other``."""
        return self.kinds.get(source, source if source in DEFAULT_TRUST else OTHER)

    def trust_of(self, source: str) -> Trust:
        """The trust figures of a connection: its own, its kind's, else those of ``other``."""
        return self.trust.get(source) or self.trust.get(self.kind(source)) or DEFAULT_TRUST[OTHER]

    def rank_of(self, source: str) -> int:
        """Place of a connection in the priority list, 0 first."""
        for name in (source, self.kind(source)):
            if name in self.priority:
                return self.priority.index(name)
        return len(self.priority)

    def strategy(self, found: Attribute) -> tuple[str, ...]:
        """The comparators of an attribute: its own, its family's, else the default of its kind."""
        family = found.name.partition(".")[0]
        own = self.strategies.get(found.name) or self.strategies.get(family)
        return own or (_MULTIPLE if found.multiple else _SINGLE)


def policy_from_settings(given: Mapping[str, Any], kinds: Mapping[str, str]) -> SurvivorshipPolicy:
    """The shipped policy with the settings laid over it; ``kinds`` tells the kind of each connection.

    Raises Invalid ``survivorship.setting``, ``survivorship.trust`` or ``survivorship.strategy``.
    """
    known = {"name", "version", "priority", "trust", "attributes", "independence", "downgrade_percent", "couplings"}
    unknown = sorted(set(given) - known)
    if unknown:
        raise Invalid(
            "survivorship.setting",
            f"The survivorship settings have parts that do not exist: {', '.join(unknown)}. "
            f"Known: {', '.join(sorted(known))}.",
        )
    policy = SurvivorshipPolicy(kinds=dict(kinds))
    _check_figures(given)
    coupled = [str(name) for name in given["couplings"]] if isinstance(given.get("couplings"), Mapping) else []
    try:
        return replace(
            policy,
            name=str(given.get("name", "configured" if given else policy.name)),
            version=int(given.get("version", 1)),
            priority=tuple(str(one) for one in given.get("priority", policy.priority)),
            trust={**policy.trust, **{str(name): _trust(one) for name, one in given.get("trust", {}).items()}},
            strategies={
                **policy.strategies,
                **{str(name): _strategy(str(name), one, coupled) for name, one in given.get("attributes", {}).items()},
            },
            couplings=(
                *policy.couplings,
                *(_coupling(str(name), one) for name, one in given.get("couplings", {}).items()),
            ),
            independence={str(name): str(group) for name, group in given.get("independence", {}).items()},
            downgrade_percent=int(given.get("downgrade_percent", policy.downgrade_percent)),
        )
    except (TypeError, ValueError, AttributeError):
        raise Invalid(
            "survivorship.setting", "A survivorship setting has the wrong form; compare it with the reference."
        ) from None


def _check_figures(given: Mapping[str, Any]) -> None:
    """What no database could keep, or what would turn trust round."""
    name = str(given.get("name", "configured"))
    try:
        version, percent = int(given.get("version", 1)), int(given.get("downgrade_percent", 0))
    except (TypeError, ValueError):
        version, percent = 0, 0
    if not (0 < len(name) <= LONGEST_NAME and name.isprintable() and 0 < version <= MOST_VERSIONS):
        raise Invalid(
            "survivorship.setting",
            f"A survivorship policy has a name of 1 to {LONGEST_NAME} characters and a version of 1 to "
            f"{MOST_VERSIONS}.",
        )
    if not 0 <= percent <= 100:
        raise Invalid("survivorship.setting", "The downgrade of values that fail their check is 0 to 100 percent.")


def _trust(given: Mapping[str, Any]) -> Trust:
    try:
        return Trust(
            int(given["max"]),
            int(given["min"]),
            int(given.get("decay_days", 365)),
            bool(given.get("reserve_minimum", False)),
        )
    except KeyError as missing:
        raise Invalid("survivorship.trust", f"Trust figures of a source lack {missing}.") from None


def _coupling(name: str, given: Any) -> Coupling:
    """Attributes that come from one record; the first leads."""
    members = tuple(str(one) for one in given)
    taken = {*DEFAULT_STRATEGIES, *(one for coupling in (NAME, ADDRESS) for one in coupling.members)}
    for one in members:
        found = attribute(one)
        if found.multiple or found.item or one in taken:
            raise Invalid(
                "survivorship.coupling", f"'{one}' cannot be coupled: it has many values or a rule of its own."
            )
    if name in taken or len(set(members)) < 2:
        raise Invalid("survivorship.coupling", f"The coupling '{name}' needs a name of its own and two attributes.")
    return Coupling(name, members, ((members[0],),))


def _strategy(name: str, given: Any, coupled: Collection[str] = ()) -> tuple[str, ...]:
    if name not in DEFAULT_STRATEGIES and name not in coupled:
        attribute(name)
    wanted = (given,) if isinstance(given, str) else tuple(given)
    for one in wanted:
        if str(one).startswith(EXPRESSION):
            expression(str(one).removeprefix(EXPRESSION))
    unknown = sorted({one for one in wanted if not str(one).startswith(EXPRESSION)} - COMPARATORS)
    if unknown or not wanted:
        raise Invalid(
            "survivorship.strategy",
            f"The strategy of '{name}' must list some of {', '.join(sorted(COMPARATORS))}, or 'expression: ...'.",
            attribute=name,
        )
    return wanted
