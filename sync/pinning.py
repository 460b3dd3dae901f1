"""A person sets a value over what the sources say, or says that one may not win: decided, done, audited in one step."""

from typing import Any

from sqlalchemy import Connection

from audit.actions import Action
from core.attributes import attribute
from governance.masking import Level
from governance.policy.actions import PolicyAction
from merge.pin_store import PinKind, PinRow
from merge.resolve.identifiers import golden_of
from merge.resolve.pinning import Pinning, Wish
from sync.presentation import isoformat
from sync.rights import Rights
from sync.wish import Asked


class PinDesk:
    """Pins of golden records. Values are seen in the golden record alone, at the level that the reader has."""

    def __init__(self, rights: Rights, pinning: Pinning) -> None:
        self._rights = rights
        self._pinning = pinning

    def held(self, asked: Asked, any_id: str) -> list[dict[str, Any]]:
        """What holds for a golden record: attribute, by whom, why, until when; without values.

        Raises NotFound ``golden.*``, Denied ``policy.*``.
        """

        def do(connection: Connection) -> list[dict[str, Any]]:
            golden_id = golden_of(connection, any_id).golden_id
            self._rights.need(connection, asked, PolicyAction.READ, golden_id)
            view = self._rights.views(connection, asked, [golden_id])[golden_id]
            rows = self._pinning.held(connection, golden_id)
            shown = [one for one in rows if view.level(attribute(one.attribute).data_class) is not Level.NONE]
            self._rights.audit_part(connection, asked, golden_id, "pins")
            return [pin_told(one) for one in shown]

        return self._rights.in_one(asked, Action.GOLDEN_DISCLOSED, do)

    def put(self, asked: Asked, any_id: str, wish: Wish) -> dict[str, Any]:
        """Make it hold. Raises NotFound ``golden.*``, Denied ``policy.*``, Invalid ``pin.*`` and ``merge.*``."""
        data_class = attribute(wish.attribute).data_class

        def do(connection: Connection) -> dict[str, Any]:
            golden_id = golden_of(connection, any_id).golden_id
            self._rights.need(connection, asked, PolicyAction.EDIT, golden_id, data_class)
            return pin_told(self._pinning.put(connection, golden_id, wish, actor=asked.principal.actor))

        return self._rights.in_one(asked, Action.PIN_SET, do)

    def remove(self, asked: Asked, any_id: str, name: str, *, kind: PinKind = PinKind.PIN) -> None:
        """End what holds for an attribute. Raises NotFound ``golden.*`` and ``pin.unknown``, Denied ``policy.*``."""
        data_class = attribute(name).data_class

        def do(connection: Connection) -> None:
            golden_id = golden_of(connection, any_id).golden_id
            self._rights.need(connection, asked, PolicyAction.EDIT, golden_id, data_class)
            self._pinning.remove(connection, golden_id, name, actor=asked.principal.actor, kind=kind)

        self._rights.in_one(asked, Action.PIN_LIFTED, do)


def pin_told(one: PinRow) -> dict[str, Any]:
    """A pin for people: everything but its value and its note."""
    return {
        "pin_id": one.pin_id,
        "set_on": one.anchor_id,
        "attribute": one.attribute,
        "kind": one.kind.value,
        "actor": one.actor,
        "reason_code": one.reason_code,
        "on_source_change": one.on_source_change.value,
        "at": isoformat(one.at),
        "expires_at": None if one.expires_at is None else isoformat(one.expires_at),
    }
