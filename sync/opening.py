"""Opens golden records for disclosure, and remembers what it opened for as long as it stands.

What is remembered is found again by what the database and the key store say *in the transaction of the answer*: the
key that a golden record's cache is sealed under, the digests of its events, whether those keys still exist. So a merge,
an unmerge, another owner or a destroyed key, in whatever process, leaves nothing that would be found. Where neither of
the two has changed since the last answer, they say what they said then (``sync.standing_memory``).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from core.bounded import Bounded
from core.errors import NotFound
from core.records import SourceRecord
from governance.people import People
from merge.golden_store import goldens
from merge.resolve.loader import Loader
from merge.resolve.surviving import Surviving
from merge.standing import Head, changed_at, heads, item_heads, led_to
from merge.survivorship.values import GoldenValues
from sync.foundation import Foundation
from sync.holders import Directory, consented
from sync.rendering import Form, Rendered, render
from sync.standing_memory import Standing, StandingMemory

OwnersOf = Callable[[Connection, Sequence[str]], Mapping[str, str]]
REMEMBERED_MB = 64
# Opened values are large in memory and needed again only for another view of the same golden record.
_VALUES = 1_000
_CONSENTS = 100_000
# What an entry weighs besides its bytes, roughly.
_OVERHEAD = 2_000


class Opener:
    """Golden records by id, as they stand; their values; answers made from them.

    ``megabytes`` bounds the answers that are remembered; 0 remembers none.
    """

    def __init__(
        self,
        foundation: Foundation,
        people: People,
        owners_of: OwnersOf,
        surviving: Surviving,
        megabytes: int = REMEMBERED_MB,
    ) -> None:
        self._keyring = foundation.keyring
        self._people = people
        self._owners_of = owners_of
        self._surviving = surviving
        self._loader = Loader(foundation.keyring)
        # By cache key and policy: a cache that an older policy made is made anew, and remembered.
        self._values: Bounded[tuple[str, str], GoldenValues] = Bounded(_VALUES)
        # The one value that decisions hang on.
        self._consents: Bounded[tuple[str, str], bool] = Bounded(_CONSENTS)
        self._rendered: Bounded[object, Rendered] = Bounded(megabytes * 1_000_000)
        self.memory = StandingMemory(foundation.keyring.look_at_keys)

    def led_to(self, connection: Connection, ids: Iterable[str]) -> dict[str, str | NotFound]:
        """The golden record that each id leads to, or NotFound ``golden.unknown`` or ``golden.gone`` in its place."""
        found: dict[str, str | NotFound] = {}
        missing = set()
        for any_id in ids:
            known = self.memory.leads_to(connection, any_id)
            if known is None:
                missing.add(any_id)
            else:
                found[any_id] = known
        if missing:
            led = led_to(connection, missing)
            found.update(led)
            for any_id, golden_id in led.items():
                if isinstance(golden_id, str):
                    self.memory.leads(connection, any_id, golden_id)
        return found

    def stand(
        self, connection: Connection, golden_ids: Iterable[str], sections: Sequence[str] = ()
    ) -> dict[str, Standing]:
        """Those of the golden records that are active and whose key exists, with their events in those sections."""
        standing: dict[str, Standing] = {}
        missing = set()
        for golden_id in golden_ids:
            known = self.memory.standing(connection, golden_id, sections)
            if known is None:
                missing.add(golden_id)
            else:
                standing[golden_id] = known
        if missing:
            stood = self._stand(connection, missing, sections)
            standing.update(stood)
            for one in stood.values():
                self.memory.stands(connection, one, sections)
        return standing

    def _stand(
        self, connection: Connection, golden_ids: Collection[str], sections: Sequence[str]
    ) -> dict[str, Standing]:
        found = heads(connection, golden_ids)
        items = item_heads(connection, list(found), sections)
        keys = [head.cache_key_id for head in found.values()]
        alive = self._keyring.alive([*keys, *{one.record_id for those in items.values() for one in those}])
        policy = self._surviving.policy(connection).reference
        living = {one: replace(head, policy=policy) for one, head in found.items() if head.cache_key_id in alive}
        holders = self._owners_of(connection, list(living))
        directory = Directory(self._people, connection, holders.values())
        consents = self._consents_of(connection, living)
        return {
            golden_id: Standing(
                head,
                holders.get(golden_id),
                directory.resource(golden_id, holders.get(golden_id), consent=consents[golden_id]),
                tuple(one for one in items.get(golden_id, ()) if one.record_id in alive),
            )
            for golden_id, head in living.items()
            if golden_id in consents
        }

    def values(self, connection: Connection, those: Iterable[Head]) -> dict[str, GoldenValues]:
        """The values in clear of golden records that stand; one whose key went meanwhile is absent."""
        wanted = {head.golden_id: (head.cache_key_id, head.policy) for head in those}
        found: dict[str, GoldenValues] = {}
        for golden_id, key in wanted.items():
            held = self._values.get(key)
            if held is not None:
                found[golden_id] = held
        rows = goldens(connection, [one for one in wanted if one not in found])
        standing = [row for row in rows.values() if row.cache_key_id == wanted[row.golden_id][0]]
        opened = self._loader.open_goldens(standing)
        older = [golden_id for golden_id, values in opened.items() if values.policy != wanted[golden_id][1]]
        if older:
            opened |= self._surviving.now(connection, older)
        for golden_id, values in opened.items():
            self._values.put(wanted[golden_id], values)
        return found | opened

    def answers(self, connection: Connection, forms: Sequence[Form]) -> list[Rendered | None]:
        """The answers of forms, in order; None where a key went meanwhile."""
        keys = [form.key for form in forms]
        found = [self._rendered.get(key) for key in keys]
        missing = [number for number, one in enumerate(found) if one is None]
        if missing:
            values = self.values(connection, [forms[number].head for number in missing])
            changed = changed_at(connection, [forms[number].head.golden_id for number in missing])
            wanted = {one.record_id for number in missing for one in forms[number].items}
            records = self._loader.records(connection, wanted) if wanted else {}
            for number in missing:
                found[number] = self._render(keys[number], forms[number], values, changed, records)
        return found

    def _render(
        self,
        key: object,
        form: Form,
        values: Mapping[str, GoldenValues],
        changed: Mapping[str, datetime],
        records: Mapping[str, SourceRecord],
    ) -> Rendered | None:
        golden_id = form.head.golden_id
        if golden_id not in values:
            return None
        items = [records[one.record_id] for one in form.items if one.record_id in records]
        made = render(form, values[golden_id], changed[golden_id], items, self.pseudonym)
        if len(items) == len(form.items):
            self._rendered.put(key, made, len(made.content) + _OVERHEAD)
        return made

    def _consents_of(self, connection: Connection, living: Mapping[str, Head]) -> dict[str, bool]:
        known = {golden_id: self._consents.get((head.cache_key_id, head.policy)) for golden_id, head in living.items()}
        found = {golden_id: held for golden_id, held in known.items() if held is not None}
        missing = [living[golden_id] for golden_id in living if golden_id not in found]
        if missing:
            for golden_id, values in self.values(connection, missing).items():
                found[golden_id] = consented(values)
                self._consents.put((living[golden_id].cache_key_id, living[golden_id].policy), found[golden_id])
        return found

    def pseudonym(self, text: str) -> str:
        """A token that stands for a text and joins."""
        return self._keyring.blind("pseudonym", text.encode()).hex()
