"""Finding golden records over sealed values: keyed tokens of exact identifiers and of pieces of names.

Telephone numbers, e-mail addresses, identifiers and handles are found whole. Names are found by pieces: single Han
characters and pairs, Latin groups of three letters, and pinyin of Chinese names. A token is a keyed hash, so the
index shows how often a piece occurs and nothing else; what is found is narrowed here and checked in clear by the way
of disclosure.
"""

import re
from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from core.attributes import ValueKind, attribute
from core.crypto import Keyring
from merge.listing import EVERYBODY, Holders, held_by
from merge.said_tables import merge_pin_token
from merge.standardise.calling import as_dialled_at_home, figures_of
from merge.standardise.record import Standardised, standardise_value
from merge.standardise.text import clean, fold, has_han
from merge.standardise.values import StandardValue, Validity
from merge.tables import merge_index, merge_pin, merge_record

_RUN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]+|[^\\W\u3400-\u4dbf\u4e00-\u9fff]+")
_EXACT = {
    ValueKind.PHONE: "phone",
    ValueKind.EMAIL: "email",
    ValueKind.IDENTIFIER: "id",
    ValueKind.HANDLE: "handle",
}
_NAMES = frozenset({ValueKind.PERSON_NAME, ValueKind.ORGANIZATION_NAME})
_GRAM, _PAIR = 3, 2
_MAX_GRAMS = 200


def name_grams(text: str, *, single: bool) -> set[str]:
    """Pieces of a name: pairs of Han characters, groups of three letters of every other word.

    ``single`` adds the lone Han characters and short words, as the index holds them; a query of one character asks
    for that character, a longer one for its pairs.
    """
    return _grams_of(fold(text), single=single)


def _grams_of(folded: str, *, single: bool) -> set[str]:
    grams: set[str] = set()
    for run in _RUN.findall(folded):
        size = _PAIR if has_han(run) else _GRAM
        if len(run) > size:
            grams.update([run[start : start + size] for start in range(len(run) - size + 1)])
        else:
            grams.add(run)
        if single:
            grams.update(run if size == _PAIR else (run[: _GRAM - 1], run[:1]))
    return grams if len(grams) <= _MAX_GRAMS else set(sorted(grams)[:_MAX_GRAMS])


class SearchIndex:
    """Makes tokens with the keyring and finds golden records by them."""

    def __init__(self, keyring: Keyring) -> None:
        self._blind = {kind: keyring.blinder(f"merge search {kind}") for kind in ("name", *_EXACT.values())}

    def tokens_of(self, standard: Standardised) -> set[int]:
        """All tokens of a record."""
        return {token for value in standard.values for token in self._tokens(value)}

    def tokens_of_value(self, name: str, text: str) -> set[int]:
        """All tokens of one value of an attribute."""
        return self._tokens(standardise_value(name, text))

    def _tokens(self, value: StandardValue) -> set[int]:
        if not value.normal:
            return set()
        kind = attribute(value.attribute).kind
        if kind in _EXACT:
            forms = as_dialled_at_home(value.normal) if kind is ValueKind.PHONE else frozenset()
            return {self._token(_EXACT[kind], form) for form in {value.normal, *forms}}
        if kind in _NAMES:
            blind, from_bytes = self._blind["name"], int.from_bytes
            return {from_bytes(blind(gram.encode())[:8], "big", signed=True) for gram in self._grams(value)}
        return set()

    def find(self, connection: Connection, text: str, limit: int = 100, holders: Holders = EVERYBODY) -> list[str]:
        """Golden ids that may be meant, by id: an exact hit on a number or address, else all pieces of a name.

        Candidates only: two names can share all their pieces. The caller checks the opened values.
        """
        alternatives = [[token] for token in self._exact(text)]
        grams = sorted({self._token("name", gram) for gram in name_grams(text, single=False)})
        if grams:
            alternatives.append(grams)
        found: set[str] = set()
        for wanted in alternatives:
            found.update(_holding(connection, wanted, limit, holders))
            found.update(_pinned(connection, wanted, limit, holders))
        return sorted(found)[:limit]

    def _exact(self, text: str) -> list[int]:
        asked = [("phone", "phone"), ("email", "email"), ("id.any", "id"), ("id.cn.ric", "id"), ("id.cn.uscc", "id")]
        asked.append(("handle.any", "handle"))
        values = [(kind, standardise_value(name, text)) for name, kind in asked]
        sound = [(kind, value.normal) for kind, value in values if value.normal and value.validity != Validity.INVALID]
        if figures := figures_of(clean(text)):
            sound.append(("phone", figures))
        return [self._token(kind, normal) for kind, normal in dict.fromkeys(sound)]

    def _grams(self, value: StandardValue) -> set[str]:
        # What was written and its normal form are mostly one text when they are folded.
        texts = {fold(value.raw), fold(value.normal)}
        pinyin = value.part("family_pinyin") + value.part("given_pinyin")
        if pinyin:
            texts.add(fold(pinyin))
        return set().union(*[_grams_of(text, single=True) for text in texts])

    def _token(self, kind: str, text: str) -> int:
        """64 bits of a keyed hash, as both databases keep them."""
        return int.from_bytes(self._blind[kind](text.encode())[:8], "big", signed=True)


def _holding(connection: Connection, wanted: Sequence[int], limit: int, holders: Holders) -> list[str]:
    """Golden ids of records that hold all the tokens, out of those of the holders."""
    table, record = merge_index.c, merge_record.c
    bearers = (
        select(table.record).where(table.token.in_(wanted)).group_by(table.record).having(func.count() == len(wanted))
    )
    query = (
        select(record.golden_id)
        .where(record.first_seen.in_(bearers), record.golden_id.is_not(None), *held_by(record.golden_id, holders))
        .distinct()
        .order_by(record.golden_id)
        .limit(limit)
    )
    return [golden_id for golden_id in connection.execute(query).scalars() if golden_id is not None]


def _pinned(connection: Connection, wanted: Sequence[int], limit: int, holders: Holders) -> list[str]:
    """Golden ids on which a person set a value that holds all the tokens."""
    table, pin, record = merge_pin_token.c, merge_pin.c, merge_record.c
    bearers = (
        select(table.pin_id).where(table.token.in_(wanted)).group_by(table.pin_id).having(func.count() == len(wanted))
    )
    query = (
        select(record.golden_id)
        .join(merge_pin, pin.anchor_id == record.record_id)
        .where(pin.pin_id.in_(bearers), record.golden_id.is_not(None), *held_by(record.golden_id, holders))
        .distinct()
        .order_by(record.golden_id)
        .limit(limit)
    )
    return [golden_id for golden_id in connection.execute(query).scalars() if golden_id is not None]
