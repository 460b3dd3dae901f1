"""Web forms: what ``ingot.yaml`` says of each, which posts are fit to be taken, and the mapping they are read by.

A form's records land as those of the connection ``form:NAME``. Their key is the delivery id, so that a delivery that
is sent again is answered as the first time and stored once.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from audit.actions import Action
from audit.events import Event
from core.database import reading, unit_of_work
from core.errors import IngotError, Invalid, NotFound
from sync.entry import Entries, Entry, Receipt, once_more_on_conflict
from sync.flows import Flows
from sync.foundation import Foundation
from sync.mapping import StreamMapping, mapping_from_json
from sync.mapping_store import MappingStore
from sync.record_keys import canonical_json

MAX_FIELDS = 100
MAX_VALUE = 20_000
MAX_PARTS = 2_000
DELIVERY_FIELD = "_delivery"
_SETTINGS = {"secret", "mapping", "origins", "honeypot"}
_MAPPING_PARTS = {"fields", "subject", "asserted_at", "constants"}
# Standard Webhooks, "Symmetric": between 24 and 64 random bytes.
_SECRET_BYTES = range(24, 65)
_FORM_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
# Names of fields stand in the audit log; five digits in a row are a number of somebody's, not a name.
_FIELD_NAME = re.compile(r"\w[\w .\-\[\]]{0,63}")
_NUMBER = re.compile(r"\d{5}")
_DELIVERY = re.compile(r"[!-~]{1,200}")
_SYSTEM = "system:settings"


@dataclass(frozen=True, slots=True)
class Form:
    """One form.

    Attributes:
        name: its place in the path.
        secret: the shared secret of signed webhooks, or None where browsers post it.
        mapping: how its fields are read, or None where that is suggested from the first post.
        origins: the sites whose pages may post it; empty for any.
        honeypot: a field that people do not see; whoever fills it is a program.
    """

    name: str
    secret: bytes | None = None
    mapping: StreamMapping | None = None
    origins: tuple[str, ...] = ()
    honeypot: str | None = None

    @property
    def connection(self) -> str:
        """The connection that its records belong to."""
        return f"form:{self.name}"

    @property
    def actor(self) -> str:
        """How the audit log names what came through it."""
        return self.connection


class Forms:
    """Takes posts of the forms there are."""

    def __init__(
        self,
        foundation: Foundation,
        entries: Entries,
        mappings: MappingStore,
        flows: Flows,
        forms: Mapping[str, Form],
    ) -> None:
        self._foundation = foundation
        self._entries = entries
        self._mappings = mappings
        self._flows = flows
        self._forms = forms
        self._mapped: set[str] = set()

    def form(self, name: str) -> Form:
        """The form of that name. Raises NotFound ``form.unknown``."""
        found = self._forms.get(name)
        if found is None:
            raise NotFound("form.unknown", "There is no such form; the forms stand under 'forms' in ingot.yaml.")
        return found

    def ensure_mappings(self) -> None:
        """Bring the configured mappings into force; what stands already is left alone."""
        changed = False
        with unit_of_work(self._foundation.engine) as connection:
            for form in self._forms.values():
                if form.mapping is not None and self._standing(connection, form) != form.mapping:
                    self._mappings.set(connection, form.connection, form.name, form.mapping, actor=_SYSTEM)
                    changed = True
        if changed:
            self._flows.queue_resolve()

    def take(self, form: Form, content: Mapping[str, Any], delivery: str | None, *, request_id: str = "") -> Receipt:
        """Land one post. Without a delivery id, one is made of the content and the day (see ``content_delivery``).

        Raises Invalid ``form.*``, Conflict ``delivery.reused``.
        """
        check_content(content)
        if form.honeypot is not None and content.get(form.honeypot):
            raise Invalid("form.honeypot", "A field that people do not see was filled; leave it empty.")
        if delivery is not None and not _DELIVERY.fullmatch(delivery):
            raise Invalid("form.delivery", "A delivery id has 1 to 200 visible ASCII characters; send such a one.")
        key = delivery if delivery is not None else self.content_delivery(form, content)
        entry = Entry(form.connection, form.name, key, content)
        receipt = once_more_on_conflict(lambda: self._take(form, entry, request_id))
        self._suggest_once(form)
        return receipt

    def content_delivery(self, form: Form, content: Mapping[str, Any]) -> str:
        """The delivery id of a post without one: a keyed hash of form, day (UTC) and content.

        A double click or a page sent again is one delivery; the same words on another day are another.
        """
        day = self._foundation.clock.now().date().isoformat()
        plain = f"{form.name}\0{day}\0".encode() + canonical_json(content)
        return "content-" + self._foundation.keyring.blind("form delivery", plain).hex()

    def refused(self, name: str, error: IngotError, request_id: str) -> None:
        """Write down that a post was refused, and why; ``name`` is empty where there is no such form."""
        event = Event(
            Action.FORM_REFUSED,
            actor=f"form:{name}" if name else "anonymous",
            object_type="connection",
            object_id=f"form:{name}" if name else "",
            decision="deny",
            details={"code": error.code},
            request_id=request_id,
        )
        with unit_of_work(self._foundation.engine) as connection:
            self._foundation.audit.append(connection, event)

    def _take(self, form: Form, entry: Entry, request_id: str) -> Receipt:
        return self._entries.take(
            entry, actor=form.actor, action=Action.FORM_RECEIVED, delivery=True, request_id=request_id
        )

    def _standing(self, connection: Connection, form: Form) -> StreamMapping | None:
        return self._mappings.all(connection, form.connection).get(form.name)

    def _suggest_once(self, form: Form) -> None:
        """Without a mapping a record waits unread; a suggested one puts it back into the queue."""
        if form.name in self._mapped:
            return
        with reading(self._foundation.engine) as connection:
            missing = self._standing(connection, form) is None
        if missing:
            self._flows.suggest_missing(form.connection)
            self._flows.queue_resolve()
        self._mapped.add(form.name)


def forms_from_settings(settings: Mapping[str, Mapping[str, Any]]) -> dict[str, Form]:
    """The forms of ``ingot.yaml``. Raises Invalid with the form's name for what cannot be used."""
    return {str(name): _form(str(name), given) for name, given in sorted(settings.items())}


def check_content(content: Mapping[str, Any]) -> None:
    """Refuse what is too much or has no proper names; fields are named, values are not.

    Raises Invalid ``form.empty``, ``form.fields``, ``form.field_name``, ``form.field_value``.
    """
    if not content:
        raise Invalid("form.empty", "The post has no fields; send at least one.")
    if len(content) > MAX_FIELDS:
        raise Invalid("form.fields", f"The post has more than {MAX_FIELDS} fields; send fewer.")
    for number, (name, value) in enumerate(content.items(), 1):
        if not proper_name(name):
            raise Invalid(
                "form.field_name",
                f"The name of field number {number} cannot be used: up to 64 letters, digits, spaces and . _ - [ ], "
                "and no number of five digits.",
                field=number,
            )
        texts = list(_texts(value))
        if len(texts) > MAX_PARTS or any(len(text) > MAX_VALUE for text in texts):
            raise Invalid(
                "form.field_value",
                f"The field '{name}' is too large: at most {MAX_VALUE} characters a text and {MAX_PARTS} texts.",
                field=name,
            )


def proper_name(name: str) -> bool:
    """Whether a field's name may be repeated, in an answer and in the log."""
    return _FIELD_NAME.fullmatch(name) is not None and not _NUMBER.search(name)


def _texts(value: Any) -> list[str]:
    """Every text in a value, names of inner fields among them."""
    if isinstance(value, Mapping):
        return [text for key, inner in value.items() for text in (str(key), *_texts(inner))]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [str(value)]


def _form(name: str, given: Any) -> Form:
    where = f"The form '{name}' in ingot.yaml"
    settings = {} if given is None else given
    if not _FORM_NAME.fullmatch(name) or not isinstance(settings, Mapping):
        raise Invalid("form.settings", f"{where} needs a name of a-z, 0-9, '_' and '-' and settings with names.")
    unknown = sorted(str(one) for one in settings if one not in _SETTINGS)
    if unknown:
        known = ", ".join(sorted(_SETTINGS))
        raise Invalid("form.settings", f"{where} has a setting '{unknown[0]}' that does not exist. Known: {known}.")
    origins = settings.get("origins") or []
    if not isinstance(origins, list) or not all(isinstance(one, str) for one in origins):
        raise Invalid("form.settings", f"{where}: 'origins' is a list such as ['https://www.example.com'].")
    return Form(
        name=name,
        secret=_secret(where, settings.get("secret")),
        mapping=_mapping(where, settings.get("mapping")),
        origins=tuple(one.rstrip("/") for one in origins),
        honeypot=str(settings["honeypot"]) if settings.get("honeypot") else None,
    )


def _secret(where: str, given: Any) -> bytes | None:
    if given is None:
        return None
    text = str(given).removeprefix("whsec_")
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) not in _SECRET_BYTES:
        raise Invalid(
            "form.secret", f"{where} needs a secret of 24 to 64 bytes in base64, with or without 'whsec_' before it."
        )
    return found


def _mapping(where: str, given: Any) -> StreamMapping | None:
    """The whole form of a mapping, or only ``field: attribute``."""
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise Invalid("mapping.form", f"{where}: 'mapping' maps fields to attributes.")
    whole = isinstance(given.get("fields"), Mapping) and set(given) <= _MAPPING_PARTS
    try:
        return mapping_from_json(given if whole else {"fields": given})
    except Invalid as error:
        raise Invalid(error.code, f"{where}: {error.message}") from None
