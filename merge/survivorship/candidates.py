"""What stands for choice: every value of every record, weighed before it is compared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from core.attributes import ValueKind, attribute
from core.records import SourceRecord
from merge.standardise.text import clean
from merge.standardise.values import StandardValue, Validity
from merge.survivorship.policy import Coupling, SurvivorshipPolicy, Trust

Standardise = Callable[[str, str], StandardValue]

# Of these the standard form is shown; of all others the form the winning source wrote.
_SHOWN_STANDARD = frozenset({ValueKind.PHONE, ValueKind.EMAIL, ValueKind.IDENTIFIER, ValueKind.DATE, ValueKind.SEX})
_RESIDENT_ID, _CREDIT_CODE = "id.cn.ric", "id.cn.uscc"
_MILLI = 1000


@dataclass(frozen=True, slots=True)
class Candidate:
    """One value, or the coupled values of one record, that may win.

    ``normal`` is what equality is told by; ``trust`` is in thousandths of a point; ``position`` is the place among
    the record's own values; ``identified`` says that the record bears a valid company code.
    """

    record_id: str
    source: str
    asserted_at: datetime
    position: int
    normal: str
    shown: tuple[tuple[str, str], ...]
    validity: Validity
    trust: int
    group: str
    priority: int
    identified: bool = False
    derived: bool = False
    kind: str = ""
    age_days: int = 0

    @property
    def facts(self) -> dict[str, int | str | bool]:
        """What an expression may know of it."""
        value = self.normal.partition("=")[2]
        return {
            "age_days": self.age_days,
            "kind": self.kind,
            "length": len(value),
            "parts": len(self.shown),
            "position": self.position,
            "priority": self.priority,
            "source": self.source,
            "trust": self.trust // _MILLI,
            "validity": self.validity.value,
            "value": value,
        }

    @property
    def tie_break(self) -> tuple[int, float, str, int]:
        """The final total order: source priority, newest, SHA-256 of the record id, place in the record."""
        digest = sha256(self.record_id.encode()).hexdigest()
        return self.priority, -self.asserted_at.timestamp(), digest, self.position


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


def single_candidates(
    records: Sequence[SourceRecord], name: str, policy: SurvivorshipPolicy, now: datetime, standard: Standardise
) -> list[Candidate]:
    """The values of one attribute over all records; empty and missing ones are no candidates."""
    found = []
    for record in records:
        identified = _identified(record, standard)
        for position, raw in enumerate(record.all(name)):
            value = standard(name, raw)
            if shown(value):
                found.append(_candidate(record, position, [value], policy, now, identified=identified))
        found.extend(
            _candidate(record, -1, [value], policy, now, identified=identified, derived=True)
            for value in _derived(record, name, standard)
        )
    return found


def coupled_candidates(
    records: Sequence[SourceRecord],
    coupling: Coupling,
    policy: SurvivorshipPolicy,
    now: datetime,
    standard: Standardise,
) -> list[Candidate]:
    """One candidate a record: all its members of the coupling, for those records that hold a lead."""
    held: list[tuple[SourceRecord, list[StandardValue]]] = []
    for record in records:
        firsts = [(name, record.first(name)) for name in coupling.members]
        values = [standard(name, raw) for name, raw in firsts if raw is not None]
        held.append((record, [value for value in values if shown(value)]))
    for tier in (*coupling.leads, coupling.members):
        leading = [(record, values) for record, values in held if any(value.attribute in tier for value in values)]
        if leading:
            return [_candidate(record, 0, values, policy, now) for record, values in leading]
    return []


def shown(value: StandardValue) -> str:
    """The form people see: standard for phones, e-mails, numbers and dates that are sound, else as written."""
    kind = attribute(value.attribute).kind
    if value.normal and value.validity is not Validity.INVALID and kind in _SHOWN_STANDARD:
        return value.normal
    # A value that only says that there is none ("N/A") has no normal form and passed no check that failed.
    return clean(value.raw) if value.normal or value.validity is Validity.INVALID else ""


def _candidate(
    record: SourceRecord,
    position: int,
    values: Sequence[StandardValue],
    policy: SurvivorshipPolicy,
    now: datetime,
    *,
    identified: bool = False,
    derived: bool = False,
) -> Candidate:
    validity = _joint_validity(values)
    return Candidate(
        record_id=record.record_id,
        source=record.source,
        asserted_at=record.asserted_at,
        position=position,
        normal="\x1f".join(form_of(value) for value in values),
        shown=tuple((value.attribute, shown(value)) for value in values),
        validity=validity,
        trust=trust_points(
            policy.trust_of(record.source),
            now - record.asserted_at,
            invalid=validity is Validity.INVALID,
            downgrade_percent=policy.downgrade_percent,
        ),
        group=policy.independence.get(record.source, record.source),
        priority=policy.rank_of(record.source),
        identified=identified,
        derived=derived,
        kind=policy.kind(record.source),
        age_days=max(0, (now - record.asserted_at).days),
    )


def form_of(value: StandardValue) -> str:
    """What equality of values is told by: the attribute and the normal form."""
    return f"{value.attribute}={value.normal or clean(value.raw)}"


def _joint_validity(values: Sequence[StandardValue]) -> Validity:
    """One wrong part makes coupled values wrong; one proved part and no wrong one makes them proved."""
    found = {value.validity for value in values}
    return next(one for one in (Validity.INVALID, Validity.VALID, Validity.UNKNOWN) if one in found)


def _identified(record: SourceRecord, standard: Standardise) -> bool:
    return any(standard(_CREDIT_CODE, raw).validity is Validity.VALID for raw in record.all(_CREDIT_CODE))


def _derived(record: SourceRecord, name: str, standard: Standardise) -> list[StandardValue]:
    """Birth date and sex are written in a valid resident identity number (GB 11643)."""
    part = {"person.birth_date": "birth_date", "person.sex": "sex"}.get(name)
    if part is None:
        return []
    numbers = [standard(_RESIDENT_ID, raw) for raw in record.all(_RESIDENT_ID)]
    return [
        standard(name, number.part(part))
        for number in numbers
        if number.validity is Validity.VALID and number.part(part)
    ]
