"""What is missing in a mapping, said before it is kept. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from api.console.words import marked as _
from core.attributes import attribute
from sync.looking import StreamLook
from sync.mapping import IGNORE, PARTY_NAME, StreamMapping

# What two records of one customer can be recognised by.
_TELLING = ("phone", "email", "id.", "handle.")


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to know. ``kind`` as of ``ui.state``; ``text`` is an English key with ``names``."""

    kind: str
    text: str
    names: Mapping[str, object] = field(default_factory=dict)


def advice_on(mapping: StreamMapping, look: StreamLook) -> list[Advice]:
    """The gravest first; nothing where all is well."""
    named = [name for name in mapping.fields.values() if name not in {IGNORE, ""}]
    found: list[Advice] = []
    person = [name for name in named if name == PARTY_NAME or not attribute(name).item]
    if not person and mapping.subject is None:
        found.append(
            Advice("bad", _("Nothing here says who a record is about: map a name, a telephone, an e-mail or a number."))
        )
    elif not any(name.startswith(_TELLING) for name in person) and mapping.subject is None:
        found.append(
            Advice("warn", _("No telephone, e-mail or number is mapped: duplicates can hardly be told by names alone."))
        )
    found += [
        Advice("warn", _("More than one field becomes %(name)s: which one counts is decided by rank."), {"name": name})
        for name, count in sorted(Counter(named).items())
        if count > 1 and name != PARTY_NAME and not attribute(name).multiple
    ]
    if mapping.asserted_at is None:
        found.append(
            Advice("idle", _("No field says when a record was changed: the time when it first came here counts."))
        )
    open_ = [one.name for one in look.fields if one.name not in mapping.fields and one.name != mapping.asserted_at]
    if open_:
        found.append(
            Advice("idle", _("Fields that are not mapped, and stay with the record: %(count)s."), {"count": len(open_)})
        )
    return found
