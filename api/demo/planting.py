"""Puts canaries into what the channels hold: each made-up person comes through all four."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from api.demo.canaries import Canary, CanaryKind
from api.demo.erp import ErpData, Row
from api.demo.forms import FormSubmission, delivery_id
from api.demo.mail import MAILBOXES, MailMessage
from api.demo.social import SocialProfile
from api.demo.world import AS_OF, Channels, World

Values = Mapping[CanaryKind, str]


def with_canaries(world: World, canaries: Iterable[Canary], as_of: datetime = AS_OF) -> World:
    """The world with a form submission, a message, an ERP customer and a profile for each canary person.

    Values are planted as they are, undistorted, also in free text. The entities of the truth are ``canary-<number>``.
    """
    people: defaultdict[int, dict[CanaryKind, str]] = defaultdict(dict)
    for canary in canaries:
        people[canary.number][canary.kind] = canary.value
    now = world.now
    erp = ErpData(
        list(now.erp.customers), now.erp.orders, now.erp.calls, list(now.erp.complaints), dict(now.erp.entities)
    )
    forms, mail, social = list(now.forms), list(now.mail), list(now.social)
    for number, values in people.items():
        at = as_of - timedelta(days=1, minutes=number)
        entity = f"canary-{number:05d}"
        forms.append(_form(world.seed, entity, values, at))
        mail.append(_message(number, entity, values, at))
        social.append(_profile(number, entity, values, at))
        _add_customer(erp, entity, values, at)
    return replace(world, now=Channels(forms, mail, erp, social))


def _get(values: Values, kind: CanaryKind) -> str:
    return values.get(kind, "")


def _sentence(values: Values) -> str:
    shown = [values[kind] for kind in CanaryKind if kind in values]
    return "请回电: " + ", ".join(shown)


def _form(seed: int, entity: str, values: Values, at: datetime) -> FormSubmission:
    payload = {
        "name": _get(values, CanaryKind.NAME),
        "phone": _get(values, CanaryKind.PHONE),
        "email": _get(values, CanaryKind.EMAIL),
        "address": _get(values, CanaryKind.ADDRESS),
        "message": _sentence(values),
        "submitted_at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
    }
    return FormSubmission("contact", delivery_id(seed, entity), payload, at, entity, late=False)


def _message(number: int, entity: str, values: Values, at: datetime) -> MailMessage:
    name, address = _get(values, CanaryKind.NAME), _get(values, CanaryKind.EMAIL) or f"canary{number}@mail.example"
    signature = [name, f"手机: {_get(values, CanaryKind.PHONE)}", f"地址: {_get(values, CanaryKind.ADDRESS)}"]
    return MailMessage(
        unique_name=f"{int(at.timestamp())}.M{number}P1.canary",
        message_id=f"<canary-{number}@mail.example>",
        in_reply_to="",
        from_name=name,
        from_email=address,
        to=MAILBOXES[0],
        subject="金丝雀",
        text="\n".join([_sentence(values), "", "-- ", *signature]) + "\n",
        html=False,
        vcard="",
        charset="utf-8",
        seen=False,
        sent_at=at,
        entity=entity,
        late=False,
    )


def _profile(number: int, entity: str, values: Values, at: datetime) -> SocialProfile:
    return SocialProfile(
        handle=f"canary_{number:05d}",
        display_name=_get(values, CanaryKind.NAME),
        bio=_sentence(values),
        city="北京",
        email=_get(values, CanaryKind.EMAIL),
        phone=_get(values, CanaryKind.PHONE),
        url=f"https://social.example/@canary_{number:05d}",
        followers=1,
        updated_at=at,
        entity=entity,
    )


def _add_customer(erp: ErpData, entity: str, values: Values, at: datetime) -> None:
    number = max(erp.entities, default=0) + 1
    naive = at.replace(tzinfo=None)
    row: Row = {
        "id": number, "customer_no": f"C{100_000 + number}", "name": _get(values, CanaryKind.NAME),
        "contact_name": None, "id_number": _get(values, CanaryKind.ID_NUMBER) or None, "credit_code": None,
        "phone": _get(values, CanaryKind.PHONE) or None, "email": _get(values, CanaryKind.EMAIL) or None,
        "province": "北京市", "city": "北京市", "district": "朝阳区",
        "address": _get(values, CanaryKind.ADDRESS) or None, "industry": None, "customer_level": "potential",
        "updated_at": naive,
    }  # fmt: skip
    erp.customers.append(row)
    erp.entities[number] = entity
    erp.complaints.append({
        "id": len(erp.complaints) + 1, "customer_id": number, "kind": "question", "content": _sentence(values),
        "status": "open", "created_at": naive, "updated_at": naive,
    })  # fmt: skip
