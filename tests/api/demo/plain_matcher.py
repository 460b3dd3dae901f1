"""A matcher of the plainest sane kind: it shows that the made-up world can be solved, and by what it cannot.

It reads what the channels show, never the truth: normalised phones, e-mails, identifiers and names.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import phonenumbers
from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

from api.demo.names_latin import plain
from api.demo.sightings import Channel
from api.demo.truth import Key
from api.demo.world import Channels, mail_key
from sync.record_keys import primary_key

_SIGNED_PHONE = re.compile(r"^(?:手机|电话|Tel\.?|M|Phone|Mobile): ([^\n>]+)$", re.MULTILINE)
_SIGNED_COMPANY = re.compile(r"^[^\n>]*(?:公司|Ltd\.?|Inc\.?|GmbH|SARL|S\.L\.|S\.r\.l\.|o\.o\.)$", re.MULTILINE)
_MARKS = re.compile(r"先生|女士|\(.*?\)|_.*$|[^\w]")


@dataclass(frozen=True)
class Shown:
    """What one record shows, normalised; empty where it shows nothing."""

    key: Key
    name: str
    company: str
    phone: str
    email: str
    identifier: str


@cache
def to_simplified() -> Callable[[str], str]:
    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


def name_key(text: str) -> str:
    """The letters of the name in order of the alphabet: blind to the order of its parts, to case and to accents."""
    folded = unicodedata.normalize("NFKC", to_simplified()(unicodedata.normalize("NFKC", text)))
    bare = _MARKS.sub("", folded.replace(", ", " "))
    spelt = plain("".join(lazy_pinyin(bare, style=Style.NORMAL))).lower()
    return "".join(sorted(character for character in spelt if character.isalpha()))


def company_key(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = re.sub(r"(股份有限公司|有限责任公司|有限公司|官方|[().\s])", "", folded)
    return "".join(sorted(plain_or_same(folded)))


def plain_or_same(text: str) -> str:
    return (
        text
        if not text.isascii()
        else re.sub(r"(limited|ltd|incorporated|inc|gmbh|sarl|srl|sl|spzoo|pvt|private)$", "", text)
    )


def phone_key(text: str) -> str:
    if not text:
        return ""
    number = phonenumbers.parse(unicodedata.normalize("NFKC", re.sub(r"转.*", "", text)), "CN")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def identifier_key(text: str) -> str:
    upper = text.upper()
    return upper[:6] + upper[8:17] if len(upper) == 18 and not upper.startswith("9") else upper


def shown(channels: Channels) -> list[Shown]:
    found: list[Shown] = []
    for form in channels.forms:
        get = form.payload.get
        found.append(_shown((Channel.FORMS, form.delivery_id), get("name"), get("company"), get("phone"), get("email")))
    for mail in channels.mail:
        own = mail.text.split("\nOn ")[0].split("\n在 ")[0]
        signed = [_SIGNED_COMPANY.search(own), _SIGNED_PHONE.search(own)]
        company, phone = (hit[hit.re.groups] if hit else "" for hit in signed)
        found.append(_shown((Channel.EMAIL, mail_key(mail)), mail.from_name, company, phone, mail.from_email))
    for row in channels.erp.customers:
        text = {name: str(value) for name, value in row.items() if value is not None}
        company = text["name"] if "contact_name" in text else ""
        found.append(
            _shown(
                (Channel.ERP, primary_key(row, [["id"]])), text.get("contact_name", text["name"]), company,
                text.get("phone"), text.get("email"), text.get("id_number") or text.get("credit_code"),
            )
        )  # fmt: skip
    for profile in channels.social:
        company_like = bool(re.search(r"公司|Ltd|Inc|GmbH|SARL|S\.L|S\.r\.l|o\.o\.", profile.display_name))
        name, company = ("", profile.display_name) if company_like else (profile.display_name, "")
        found.append(_shown((Channel.SOCIAL, profile.handle), name, company, profile.phone, profile.email))
    return found


def _shown(
    key: Key, name: str | None, company: str | None, phone: str | None, email: str | None, identifier: str | None = None
) -> Shown:
    return Shown(
        key, name_key(name or ""), company_key(company or ""), phone_key(phone or ""), (email or "").strip().lower(),
        identifier_key(identifier or ""),
    )  # fmt: skip


def match(records: Iterable[Shown], agree: Callable[[Shown], Iterable[tuple[str, ...]]]) -> dict[Key, str]:
    """Golden ids: records that have one of the keys of ``agree`` in common are one customer."""
    parent: dict[Key, Key] = {}

    def root(key: Key) -> Key:
        while parent[key] != key:
            key = parent[key]
        return key

    groups: defaultdict[tuple[str, ...], list[Key]] = defaultdict(list)
    for record in records:
        parent[record.key] = record.key
        for shared in agree(record):
            groups[shared].append(record.key)
    for members in groups.values():
        for left, right in pairwise(members):
            parent[root(left)] = root(right)
    return {key: str(root(key)) for key in parent}


def sane(record: Shown) -> Iterable[tuple[str, ...]]:
    """Identifier, or e-mail, or phone together with the name or the company."""
    if record.identifier:
        yield "identifier", record.identifier
    if record.email:
        yield "email", record.email
    if record.phone and record.name:
        yield "phone and name", record.phone, record.name
    if record.phone and record.company:
        yield "phone and company", record.phone, record.company


def by(*fields: str) -> Callable[[Shown], Iterable[tuple[str, ...]]]:
    """Keys of one rule only: all those fields, where all are shown."""

    def keys(record: Shown) -> Iterable[tuple[str, ...]]:
        values = tuple(str(getattr(record, field)) for field in fields)
        return [values] if all(values) else []

    return keys
