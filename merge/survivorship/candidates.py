"""What stands for choice: every value of every record, weighed before it is compared."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import NamedTuple

from core.attributes import ValueKind, attribute
from core.records import SourceRecord
from merge.standardise.text import clean
from merge.standardise.values import StandardValue, Validity
from merge.survivorship.policy import Coupling, SurvivorshipPolicy, Trust

Standardise = Callable[[str, str], StandardValue]

# Of these the standard form is shown; of all others the form the winning source wrote.
_SHOWN_STANDARD = frozenset({ValueKind.PHONE, ValueKind.EMAIL, ValueKind.IDENTIFIER, ValueKind.DATE, ValueKind.SEX})
_RESIDENT_ID, _CREDIT_CODE = "id.cn.ric", "id.cn.uscc"
_WRITTEN_IN_ID = {"person.birth_date": "birth_date", "person.sex": "sex"}
_MILLI = 1000
_Told = tuple[StandardValue, str]  # with the form that people see


class Bearer:
    """A record with what its values are weighed by, worked out once for all of them.

    Attributes:
        record: the record.
        said: its values by attribute, as the source gave them and in its order.
        group: the sources that copy each other count once.
        priority: place of its source in the policy's list.
        kind: kind of its source.
    """

    def __init__(self, record: SourceRecord, policy: SurvivorshipPolicy, now: datetime, standard: Standardise) -> None:
        self.record = record
        self.kind = policy.kind(record.source)
        self.group = policy.independence.get(record.source, record.source)
        self.priority = policy.rank_of(record.source)
        self._policy = policy
        self._now = now
        self._standard = standard
        self.said: dict[str, list[str]] = {}
        for value in record.values:
            self.said.setdefault(value.attribute, []).append(value.value)
        self._trust: dict[bool, int] = {}

    def raws(self, name: str) -> Sequence[str]:
        """All values of an attribute as the source gave them, in its order."""
        return self.said.get(name, ())

    def standard(self, name: str, raw: str) -> StandardValue:
        """The standard form of a value."""
        return self._standard(name, raw)

    def trust(self, *, invalid: bool) -> int:
        """Points that its values are believed with, those that failed their check apart."""
        known = self._trust.get(invalid)
        if known is None:
            known = self._trust[invalid] = trust_points(
                self._policy.trust_of(self.record.source),
                self._now - self.record.asserted_at,
                invalid=invalid,
                downgrade_percent=self._policy.downgrade_percent,
            )
        return known

    @property
    def age_days(self) -> int:
        """Whole days since it was asserted."""
        return max(0, (self._now - self.record.asserted_at).days)

    @cached_property
    def identified(self) -> bool:
        """Whether it bears a valid company code."""
        codes = self.raws(_CREDIT_CODE)
        return any(self.standard(_CREDIT_CODE, raw).validity is Validity.VALID for raw in codes)

    @cached_property
    def tie_break(self) -> tuple[int, float, str]:
        """The final order of records: source priority, newest, SHA-256 of the record id."""
        digest = sha256(self.record.record_id.encode()).hexdigest()
        return self.priority, -self.record.asserted_at.timestamp(), digest


class Candidate(NamedTuple):
    """One value, or the coupled values of one record, that may win.

    ``normal`` is what equality is told by; ``trust`` is in thousandths of a point; ``position`` is the place among
    the record's own values; ``identified`` says that the record bears a valid company code.
    """

    bearer: Bearer
    position: int
    normal: str
    shown: tuple[tuple[str, str], ...]
    validity: Validity
    trust: int
    derived: bool = False

    @property
    def record_id(self) -> str:
        """The record that it is from."""
        return self.bearer.record.record_id

    @property
    def source(self) -> str:
        """The source of that record."""
        return self.bearer.record.source

    @property
    def asserted_at(self) -> datetime:
        """When the source asserted it."""
        return self.bearer.record.asserted_at

    @property
    def facts(self) -> dict[str, int | str | bool]:
        """What an expression may know of it."""
        value = self.normal.partition("=")[2]
        return {
            "age_days": self.bearer.age_days,
            "kind": self.bearer.kind,
            "length": len(value),
            "parts": len(self.shown),
            "position": self.position,
            "priority": self.bearer.priority,
            "source": self.source,
            "trust": self.trust // _MILLI,
            "validity": self.validity.value,
            "value": value,
        }

    @property
    def tie_break(self) -> tuple[int, float, str, int]:
        """The final total order: source priority, newest, SHA-256 of the record id, place in the record."""
        return (*self.bearer.tie_break, self.position)


def bearers(
    records: Sequence[SourceRecord], policy: SurvivorshipPolicy, now: datetime, standard: Standardise
) -> list[Bearer]:
    """Records as their values are weighed; ``now`` is the time that trust is computed for."""
    return [Bearer(record, policy, now, standard) for record in records]


def trust_points(trust: Trust, age: timedelta, *, invalid: bool, downgrade_percent: int) -> int:
    """Trust in thousandths of a point: falls in a straight line from max to min over the decay, then stays.

    ``max(min, max - (max - min) * age / decay)``, times ``1 - downgrade`` where the value failed its check. Integer
    arithmetic, so that it is the same on every machine.
    """
    seconds = max(0, age // timedelta(seconds=1))
    span = trust.decay_days * 86_400
    lost = (2 * (trust.maximum - trust.minimum) * _MILLI * min(seconds, span) + span) // (2 * span)
    points = max(trust.minimum * _MILLI, trust.maximum * _MILLI - lost)
    if invalid:
        points = points * (100 - downgrade_percent) // 100
    return max(points, trust.minimum * _MILLI) if trust.reserve_minimum else points


def single_candidates(held: Sequence[Bearer], name: str) -> list[Candidate]:
    """The values of one attribute over all records; empty and missing ones are no candidates."""
    found = []
    derived = name in _WRITTEN_IN_ID
    for bearer in held:
        for position, raw in enumerate(bearer.said.get(name, ())):
            value = bearer.standard(name, raw)
            told = shown(value)
            if told:
                found.append(_alone(bearer, position, value, told))
        if derived:
            found.extend(_alone(bearer, -1, value, shown(value), derived=True) for value in _derived(bearer, name))
    return found


def coupled_candidates(held: Sequence[Bearer], coupling: Coupling) -> list[Candidate]:
    """One candidate a record: all its members of the coupling, for those records that hold a lead."""
    said: list[tuple[Bearer, list[_Told]]] = []
    for bearer in held:
        told: list[_Told] = []
        for name in coupling.members:
            raws = bearer.said.get(name)
            if raws:
                value = bearer.standard(name, raws[0])
                form = shown(value)
                if form:
                    told.append((value, form))
        if told:
            said.append((bearer, told))
    for tier in (*coupling.leads, coupling.members):
        leading = [(bearer, values) for bearer, values in said if any(one.attribute in tier for one, _ in values)]
        if leading:
            return [_together(bearer, values) for bearer, values in leading]
    return []


def shown(value: StandardValue) -> str:
    """The form people see: standard for phones, e-mails, numbers and dates that are sound, else as written."""
    invalid = value.validity is Validity.INVALID
    if value.normal:
        return value.normal if not invalid and _shows_standard(value.attribute) else clean(value.raw)
    # A value that only says that there is none ("N/A") has no normal form and passed no check that failed.
    return clean(value.raw) if invalid else ""


@lru_cache(maxsize=512)
def _shows_standard(name: str) -> bool:
    return attribute(name).kind in _SHOWN_STANDARD


def _alone(bearer: Bearer, position: int, value: StandardValue, told: str, *, derived: bool = False) -> Candidate:
    validity = value.validity
    trust = bearer.trust(invalid=validity is Validity.INVALID)
    return Candidate(bearer, position, form_of(value), ((value.attribute, told),), validity, trust, derived)


def _together(bearer: Bearer, values: Sequence[_Told]) -> Candidate:
    if len(values) == 1:
        return _alone(bearer, 0, *values[0])
    validity = _joint_validity([value.validity for value, _ in values])
    return Candidate(
        bearer,
        0,
        "\x1f".join([form_of(value) for value, _ in values]),
        tuple([(value.attribute, told) for value, told in values]),
        validity,
        bearer.trust(invalid=validity is Validity.INVALID),
    )


def form_of(value: StandardValue) -> str:
    """What equality of values is told by: the attribute and the normal form."""
    return f"{value.attribute}={value.normal or clean(value.raw)}"


def _joint_validity(found: Sequence[Validity]) -> Validity:
    """One wrong part makes coupled values wrong; one proved part and no wrong one makes them proved."""
    if len(found) == 1:
        return found[0]
    return next(one for one in (Validity.INVALID, Validity.VALID, Validity.UNKNOWN) if one in found)


def _derived(bearer: Bearer, name: str) -> list[StandardValue]:
    """Birth date and sex are written in a valid resident identity number (GB 11643)."""
    part = _WRITTEN_IN_ID.get(name)
    if part is None:
        return []
    numbers = [bearer.standard(_RESIDENT_ID, raw) for raw in bearer.raws(_RESIDENT_ID)]
    return [
        bearer.standard(name, number.part(part))
        for number in numbers
        if number.validity is Validity.VALID and number.part(part)
    ]
