"""Records of a stream judged, written canonically and hashed, many at once: what needs no database and no state.

Done where the source's output is read: in the host's own thread, or in a process beside it, which seals them as well.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain, repeat
from typing import Any, NamedTuple

from connectors.broken import BROKEN, RESTARTED
from connectors.protocol import Records, StreamKey
from core.errors import Invalid
from core.record_key import seal_each
from sync.batch import ReadRecord, StreamPlan
from sync.contract_check import python_types, wrong_field
from sync.record_keys import RAW, canonical_jsons, primary_keys, sealed_form

ContentHash = Callable[[bytes], bytes]
# Given what comes before every content, the keyed hash of contents.
HashFrom = Callable[[bytes], ContentHash]
# Shapes of a stream's records that are remembered as sound; sources with ever new fields are looked at one by one.
_SHAPES = 1_000


class Prepared(NamedTuple):
    """Sound records of one stream, as columns of one length.

    ``keys`` and ``ids`` are None where the stream has no primary key; ``contents`` is None where the records are
    sealed, else ``made`` is: sealed bytes and key of each.
    """

    stream: str
    hashes: Sequence[bytes]
    keys: Sequence[str] | None
    contents: Sequence[bytes] | None
    ids: Sequence[str] | None = None
    made: Sequence[tuple[bytes, bytes]] | None = None

    def records(self, epoch: int) -> list[ReadRecord]:
        """Its records, all of one epoch."""
        given = (self.keys, self.contents, self.hashes, repeat(epoch), self.ids, self.made)
        columns = (repeat(None) if column is None else column for column in given)
        return list(map(ReadRecord._make, zip(repeat(self.stream), *columns, strict=False)))

    @property
    def size(self) -> int:
        """Bytes of the contents, or of what was sealed of them."""
        if self.contents is not None:
            return sum(map(len, self.contents))
        return sum([len(sealed) for sealed, _ in self.made or ()])

    def part(self, start: int, end: int | None = None) -> "Prepared":
        """Those of its records."""
        cut = (None if column is None else column[start:end] for column in self[1:])
        return Prepared(self.stream, *cut)  # type: ignore[arg-type]  # each column is cut as it is


class Preparer:
    """Prepares records of the planned streams; ``hash_from`` makes the keyed hash of contents."""

    def __init__(self, plans: Mapping[str, StreamPlan], hash_from: HashFrom) -> None:
        self._plans = plans
        self.types = {name: python_types(plan.types) for name, plan in plans.items()}
        # Of what a content's hash is made besides the content: equal rows of two streams are not the same.
        self.hashes = {name: hash_from(name.encode() + b"\0") for name in plans}
        self._sound: dict[str, set[tuple[object, ...]]] = {name: set() for name in plans}

    def prepare(self, records: Records) -> Prepared | None:
        """All of the records, or None where one of them is not plainly to be landed."""
        name = stream_text(records.stream)
        plan = self._plans.get(name)
        if plan is None:
            return None
        rows = [body["data"] for body in records.bodies]
        if not self._all_sound(name, rows):
            return None
        try:
            keys = primary_keys(rows, plan.primary_key) if plan.primary_key else None
        except Invalid:
            return None
        contents = canonical_jsons(rows)
        return Prepared(name, list(map(self.hashes[name], contents)), keys, contents)

    def _all_sound(self, name: str, rows: Sequence[dict[str, Any]]) -> bool:
        sound, types = self._sound[name], self.types[name]
        last: tuple[list[str], list[type]] = [], []
        for row in rows:
            # Records of a stream look alike: one that has fields and types of one that was sound is sound.
            fields, kinds = list(row), [*map(type, row.values())]
            if (fields != last[0] or kinds != last[1]) and (shape := (*fields, *kinds)) not in sound:
                if RESTARTED in row or BROKEN in row or wrong_field(row, types) is not None:
                    return False
                if len(sound) < _SHAPES:
                    sound.add(shape)
            last = fields, kinds
        return True


def together(some: Sequence[Prepared]) -> Prepared:
    """Records of one stream that come behind each other, none of them named or sealed yet."""
    columns = zip(*(one[1:4] for one in some), strict=True)
    return Prepared(some[0].stream, *(None if None in parts else list(chain(*parts)) for parts in columns))  # type: ignore[arg-type]


def named(found: Prepared, name: Callable[[str], str]) -> Prepared:
    """With the ids of the records, where the stream has a primary key."""
    return found if found.keys is None else found._replace(ids=[name(key) for key in found.keys])


def sealed(found: Prepared) -> Prepared:
    """Each record that has an id sealed under a new key of its own, its content let go of."""
    if found.keys is None or found.ids is None or found.contents is None or len(set(found.ids)) < len(found.ids):
        return found
    forms = map(sealed_form, found.keys, found.contents)
    made = seal_each(RAW, dict(zip(found.ids, forms, strict=True)))
    return found._replace(contents=None, made=list(made.values()))


def stream_text(key: StreamKey) -> str:
    """A stream as one text: namespace, bar, name; the name alone where there is no namespace."""
    return f"{key.namespace}|{key.name}" if key.namespace else key.name
