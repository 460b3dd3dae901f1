"""Consent after an unmerge: all parts refuse what the whole refused, until somebody confirms it anew.

Which of the parts the refusing person is was unclear enough to be merged once; nobody may be written to for that.
"""

from collections.abc import Collection

from sqlalchemy import Connection

from core.attributes import Section, attribute
from core.errors import Conflict
from merge.golden_store import goldens
from merge.record_store import rows_of
from merge.resolve.incremental import Resolver
from merge.resolve.pinning import Pinning, Wish
from merge.survivorship.survive import grants
from merge.survivorship.values import GoldenValues

REASON = "unmerge"


def refusals(connection: Connection, resolver: Resolver, golden_id: str) -> dict[str, str]:
    """What a golden record refuses: consent attributes whose value does not grant."""
    values = _values(connection, resolver, {golden_id}).get(golden_id)
    return {} if values is None else {one.attribute: one.value for one in values if _refuses(one.attribute, one.value)}


def keep_refusals(
    connection: Connection, resolver: Resolver, refused: dict[str, str], records: Collection[str], actor: str
) -> None:
    """Pin those refusals on every part that would grant; a source that says something new then asks a steward."""
    homes = {row.golden_id for row in rows_of(connection, records).values() if row.golden_id is not None and refused}
    pinning = Pinning(resolver)
    for golden_id, values in sorted(_values(connection, resolver, homes).items()):
        for name, value in sorted(refused.items()):
            said = values.first(name)
            if said is not None and grants(said):
                try:
                    pinning.put(connection, golden_id, Wish(name, value, REASON), actor=actor)
                except Conflict:
                    continue  # the record that names it was erased: nothing of it can be used


def _values(connection: Connection, resolver: Resolver, golden_ids: Collection[str]) -> dict[str, GoldenValues]:
    return resolver.loader.open_goldens(list(goldens(connection, golden_ids).values()))


def _refuses(name: str, value: str) -> bool:
    return attribute(name).section is Section.CONSENTS and not grants(value)
