"""How often values occur: what an agreement on one of them is worth.

Measured on the input in a batch, or passed in frozen; the priors say what a kind of value is worth where nothing
was measured. All figures are integers in 1/1000 bit, so that sums do not depend on their order.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import log2
from types import MappingProxyType

from merge.match.features import Feature, Features
from merge.standardise.companies import organization_words
from merge.standardise.handles import is_account, shown_characters

PRIOR_BITS: Mapping[str, int] = MappingProxyType(
    {
        "family": 9000, "given": 8500, "org": 16000, "org.word": 9000, "employer": 12000,
        "birth": 14000, "birth.year": 6000, "birth.day": 8500, "date": 12000, "date.year": 4000, "date.day": 8500,
        "phone": 21000, "email": 23000, "email.local": 14000, "street": 13000, "street.words": 10000, "unit": 8000,
        "locality": 8000, "postcode": 10000, "province": 4000, "country": 2000, "sex": 1000, "occupation": 6000,
        "website": 16000, "id": 24000, "handle": 20000, "text": 5000,
    }
)  # fmt: skip
"""Bits that an agreement is worth by slot where nothing was measured (a population of about ten million)."""

# Everybody shares these surnames; the shares are rounded from public name reports of the population register.
_COMMON_FAMILY = {
    name: bits
    for bits, names in (
        (3800, "王 李"), (4000, "张 刘 陈"), (5000, "杨 黄 赵 吴 周"), (6000, "徐 孙 马 朱 胡 郭 何 林 罗 高"),
        (7000, "郑 梁 谢 宋 唐 许 韩 邓 冯 曹 彭 曾 肖 田 董 潘 袁 蔡 蒋"),
        (7000, "余 于 杜 叶 程 魏 苏 吕 丁 任 卢 姚 沈 钟 姜 崔 谭 陆"),
        (7000, "smith jones brown johnson williams taylor garcia muller singh kim nguyen lee wang li zhang liu chen"),
    )
    for name in names.split()
}  # fmt: skip
# Values of these kinds are one customer's own: a handful of records with the same one are that customer's copies.
_OWN = frozenset({"phone", "email", "id", "handle", "website", "org"})
_COPIES = 6
# A spelling that up to four records hold may still be a slip.
_SLIP_MARGIN = 2000
_ASSUMED = 15
SHOWN_CHARACTER = 3000
"""What a character of a nickname or a masked account is worth where nothing was measured, in 1/1000 bit."""
UNMEASURED_SLIP = 3000
"""What a slip costs where nothing was measured, in 1/1000 bit."""


def slot_family(slot: str) -> str:
    """The family of a slot whose second part is open: ``id.ssn`` is ``id``, ``date.died.year`` is ``date.year``."""
    head, _, rest = slot.partition(".")
    if head == "date":
        part = rest.partition(".")[2]
        return f"date.{part}" if part else head
    return head if head in {"id", "handle", "text"} else slot


def is_date(group: str) -> bool:
    """Whether a group of features is a date: of birth, or of another event (``date.died``)."""
    return group == "birth" or group.startswith("date.")


def millibits(probability: float) -> int:
    """-log2 of a probability, in 1/1000 bit; of a count, its negative."""
    return round(-1000 * log2(probability))


@dataclass(frozen=True, slots=True)
class FrequencyTable:
    """Counts of values by slot and how many records the slot is known for; empty tables leave the priors.

    Attributes:
        counts: slot to value to the number of records that hold it.
        totals: slot to the number of records that hold any value.
    """

    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    totals: Mapping[str, int] = field(default_factory=dict)
    _known: dict[tuple[str, str], int] = field(default_factory=dict, repr=False, compare=False)

    def bits(self, slot: str, value: str) -> int:
        """What it is worth, in 1/1000 bit, that two records agree on this value."""
        if not self.totals:  # nothing measured: nothing to remember, and a long-lived process keeps no names
            return self._worth(slot, value)
        known = self._known.get((slot, value))
        if known is None:
            known = self._known[slot, value] = self._worth(slot, value)
        return known

    def slip(self, slot: str, left: str, right: str) -> int:
        """What it is worth that two records hold two spellings, one of which may be a slip of the other.

        A slip makes a word that hardly anybody has: the pair is then worth what the commoner word is. Two words
        that many records hold (Anna, Hanna) are two words, and worth the less the commoner the rarer one is.
        """
        return slip_worth(slot, self.bits(slot, left), self.bits(slot, right), self.totals.get(slot, 0))

    def _worth(self, slot: str, value: str) -> int:
        total = self.totals.get(slot, 0)
        if not total:
            prior = _prior(slot)
            if slot_family(slot) == "handle" and not is_account(value):
                return min(prior, SHOWN_CHARACTER * shown_characters(value))
            return _COMMON_FAMILY.get(value, prior) if slot == "family" else prior
        return worth_of_count(slot, self.counts[slot].get(value, 1), total)


@lru_cache(maxsize=512)
def _prior(slot: str) -> int:
    return PRIOR_BITS.get(slot_family(slot), 6000)


def slip_worth(slot: str, left: int, right: int, total: int) -> int:
    """``FrequencyTable.slip`` from the worths of the two spellings and the number of records that hold any value."""
    common, rare = min(left, right), max(left, right)
    if not total:
        return max(0, common - UNMEASURED_SLIP)
    if slot_family(slot) in _OWN:
        return common
    return max(0, common - 2 * max(0, slip_bound(total) - rare))


def slip_bound(total: int) -> int:
    """From which worth on a spelling may be a slip: about that of what four records of ``total`` hold."""
    return max(0, -millibits(total) - _SLIP_MARGIN)


def is_own(slot: str) -> bool:
    """Whether values of a slot are one customer's own."""
    return slot_family(slot) in _OWN


def worth_of_count(slot: str, count: int, total: int) -> int:
    """What it is worth to agree on a value that ``count`` of ``total`` records hold."""
    family = slot_family(slot)
    if family in _OWN:
        prior = PRIOR_BITS.get(family, 6000)
        excess = count - _COPIES
        return prior if excess <= 0 else min(prior, millibits(excess / total))
    # Two bearers among three records are no proof that half of the world bears it: what is assumed counts as records
    # too (Dirichlet smoothing), which among thousands is nothing.
    assumed = _ASSUMED * 2.0 ** (-PRIOR_BITS.get(family, 6000) / 1000)
    return max(0, millibits(min(1.0, (count + assumed) / (total + _ASSUMED))))


def _counted(group: str, feature: Feature) -> Iterator[tuple[str, str]]:
    """The slots and values that comparisons of a group ask about."""
    for value in feature:
        if group == "name":
            for slot, text in (("family", value[0]), ("given", value[1])):
                yield from ((slot, part) for part in {text, text.partition(" ")[0]} if part)
        elif is_date(group):
            yield group, "".join(value)
            yield f"{group}.year", value[0]
            if value[1] and value[2]:
                yield f"{group}.day", value[1] + value[2]
        elif group == "email":
            yield "email", value[0]
            yield "email.local", value[1]
        elif group == "street":
            words = value[0] or value[2]
            yield "street.words", words
            yield "street", f"{words} {value[1]}"
        else:
            yield group, value[0]
            if group in {"org", "employer"}:
                yield from (("org.word", word) for word in set(organization_words(value[0])))


def measure(records: Iterable[Features]) -> FrequencyTable:
    """How often every value occurs among the records; each record counts a value once."""
    counts: dict[str, Counter[str]] = {}
    totals: Counter[str] = Counter()
    for record in records:
        seen = {pair for group, feature in record.groups.items() for pair in _counted(group, feature)}
        for slot, value in seen:
            counts.setdefault(slot, Counter())[value] += 1
        totals.update({slot for slot, _ in seen})
    return FrequencyTable(counts, totals)
