"""What a record is found by, as keyed hashes: match keys, contacts it may share, and hubs conjoined.

A key that very many records hold is a *hub*: alone it says nothing. Two hubs of different kinds that stand in one
record together are conjoined to one key more, which far fewer records hold. All of it is made from the hashes, so that
a list of hubs can be laid over what is stored without opening a value.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from merge.match.features import Alternative, Features
from merge.match.keys import blocking_keys, is_broad, sound
from merge.packing import Key, Shared, pack_keys, pack_shared, unpack_keys, unpack_shared
from merge.resolve.records import LoadedRecord
from merge.standardise.names import latin_pinyin
from merge.standardise.surnames import is_pinyin

_ORIGINS = {"name": 1, "family": 1, "given": 1, "birth": 2, "phone": 4, "email": 8, "street": 16, "postcode": 16,
            "locality": 16, "unit": 16, "org": 32, "website": 64, "id": 128, "handle": 256}  # fmt: skip
_OTHER = 512
BROAD = 1024
"""Beside what a key is of: that it is worth little as soon as it is common."""
_POSITIVE = (1 << 63) - 1
# A given name of one letter is an initial.
_WHOLE = 2
SHARED_GROUPS = ("email", "phone")
"""Contacts that a household, an office or a switchboard shares."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one record is found by."""

    keys: tuple[Key, ...] = ()
    shared: tuple[Shared, ...] = ()

    @classmethod
    def unpacked(cls, keys: bytes | None, shared: bytes | None) -> "Found":
        """As a row keeps it."""
        return cls(unpack_keys(keys), unpack_shared(shared))

    def packed(self) -> tuple[bytes, bytes]:
        """As a row keeps it: keys and shared values."""
        return pack_keys(self.keys), pack_shared(self.shared)

    @property
    def values(self) -> set[int]:
        """The shared values without their names."""
        return {value for value, _ in self.shared}


NOTHING = Found()


Blinder = Callable[[str], Callable[[bytes], bytes]]
"""Gives the hash of a domain; ``Keyring.blinder`` for everything that touches a disk."""


class Keyer:
    """Makes keyed hashes of 64 bits. Two keyers of one keyring make the same."""

    def __init__(self, blinder: Blinder) -> None:
        self._key = blinder("merge key")
        self._value = blinder("merge shared value")
        self._name = blinder("merge shared name")

    def found(self, loaded: LoadedRecord) -> Found:
        """What a customer record is found by."""
        keys = sorted((origin_of(key), signed(self._key(key.encode()))) for key in blocking_keys(loaded.features))
        return Found(tuple(keys), self._shared(loaded.features))

    def value(self, group: str, normal: str) -> int:
        """A value of one of the groups that can be shared."""
        return signed(self._value(f"{group}:{normal}".encode()))

    def without(self, features: Features, generic: Collection[int]) -> Features:
        """The features without contacts that more people hold than one customer can be."""
        kept = {
            group: tuple(one for one in features.get(group) if self.value(group, one[0]) not in generic)
            for group in SHARED_GROUPS
            if features.get(group)
        }
        groups = {**features.groups, **kept}
        return Features({group: feature for group, feature in groups.items() if feature})

    def _shared(self, features: Features) -> tuple[Shared, ...]:
        if not any(features.get(group) for group in SHARED_GROUPS):
            return ()
        bearer = name_code(features)
        name = signed(self._name(bearer.encode())) & _POSITIVE if bearer else 0
        return tuple(
            sorted((self.value(group, one[0]), name) for group in SHARED_GROUPS for one in features.get(group))
        )


def unkeyed(domain: str) -> Callable[[bytes], bytes]:
    """Hashes for what never leaves the memory of the process."""
    return lambda data: blake2b(data, digest_size=16, person=domain[-16:].encode()).digest()


def signed(digest: bytes) -> int:
    """The first 64 bits, as both databases keep them."""
    return int.from_bytes(digest[:8], "big", signed=True)


def origin_of(key: str) -> int:
    """The kinds that a key is made from, as bits, with ``BROAD``: ``name.sound+birth.year:…`` is of name and birth."""
    return _origin_of_kinds(key.partition(":")[0])


@lru_cache(maxsize=1024)
def _origin_of_kinds(kinds: str) -> int:
    origins = BROAD if is_broad(kinds) else 0
    for kind in kinds.split("+"):
        origins |= _ORIGINS.get(kind.partition(".")[0], _OTHER)
    return origins


def name_code(features: Features) -> str:
    """Who bears a contact, coarsely: slips, nicknames and another script of one name should not count as two people.

    A Chinese name counts by its pinyin; of another the family name by its sound, and of the given name the letters it
    begins with. A name without a whole given name names nobody; an organisation counts by its core.
    """
    found = sorted({code for name in features.get("name") if (code := _code(name))})
    if found:
        return found[0]
    return next((f"org:{one[0]}" for one in features.get("org")), "")


def _code(name: Alternative) -> str:
    family, given, _, family_pinyin, given_pinyin = name
    if family_pinyin or given_pinyin:
        if not family and len(given) == 1:  # 敏姐, 娟娟: many are called so
            return ""
        return f"{family_pinyin}{given_pinyin}" if given_pinyin else ""
    words = given.split()
    if not words or len(words[0]) < _WHOLE:
        return ""
    syllables = [latin_pinyin(word) for word in (*family.split(), *words)]
    if family and all(is_pinyin(one) for one in syllables):
        return "".join(syllables)
    return f"{sound(family.partition(' ')[0])} {sound(words[0])}"


def conjoined(keys: Iterable[Key], hubs: Collection[int]) -> dict[int, int]:
    """The keys that pairs of a record's hubs make, with what they are of; of one kind they would say nothing new."""
    common = sorted((origin & ~BROAD, key) for origin, key in keys if key in hubs)
    found: dict[int, int] = {}
    for place, (origin, key) in enumerate(common):
        for other_origin, other in common[place + 1 :]:
            if not origin & other_origin:
                low, high = sorted((key, other))
                both = low.to_bytes(8, "big", signed=True) + high.to_bytes(8, "big", signed=True)
                found[signed(blake2b(both, digest_size=8).digest())] = origin | other_origin
    return found


HubsAmong = Callable[[Collection[int]], set[int]]


def hubs_and_rows(all_keys: Iterable[Iterable[Key]], hubs_among: HubsAmong) -> set[int]:
    """The hubs among keys of records and among what those make together."""
    records = [list(keys) for keys in all_keys]
    hubs = hubs_among({key for keys in records for _, key in keys})
    made = {key for keys in records for key in conjoined(keys, hubs)} if hubs else set()
    return hubs | hubs_among(made) if made else hubs


def rows_of_keys(keys: Iterable[Key], hubs: Collection[int]) -> set[int]:
    """All keys that a record has rows of: its own, and the conjoined ones of its hubs."""
    held = list(keys)
    return {key for _, key in held} | conjoined(held, hubs).keys()


def broad_of(keys: Iterable[Key]) -> set[int]:
    """Those of a record's keys that are worth little as soon as they are common."""
    return {key for origin, key in keys if origin & BROAD}


def usable_keys(keys: Iterable[Key], hubs: Collection[int]) -> set[int]:
    """The keys that speak for a pair of records that share them."""
    return rows_of_keys(keys, hubs) - set(hubs)
