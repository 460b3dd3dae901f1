"""E-mail addresses: one form for the same mailbox, without guessing at providers' own rules."""

import re

from merge.standardise.text import clean
from merge.standardise.values import StandardValue, Validity, sorted_parts

_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>()\[\],;|]+")
# RFC 5322 allows the star; mailboxes do not have it, and what hides most of one is many people's.
_MASKED = re.compile(r"[*\u00d7\u25cf\u2022]")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[\w-]{2,}")


_NOBODY = (
    "no-?(?:e-?)?mail|noreply|none|nomail|notprovided|unknown|test(?:er|ing)?|x{2,}|asdf|aaa?|abc|123(?:4|45|456)?"
)
PLACEHOLDER = rf"(?:{_NOBODY}|[a-z0-9])@(?:{_NOBODY}|[a-z0-9]|e?mail|domain)\.[a-z.]{{2,6}}"
"""Addresses (RE2, lower case) that forms are tried or passed with: test@test.com, a@a.com, noemail@noemail.com."""
_PLACEHOLDER = re.compile(PLACEHOLDER)


def is_placeholder(address: str) -> bool:
    """Whether an address in lower case stands for none."""
    return _PLACEHOLDER.fullmatch(address) is not None


def standardise_email(attribute: str, raw: str) -> StandardValue:
    """An e-mail address in lower case with parts ``local`` and ``domain``.

    The local part is compared without regard to case: RFC 5321 lets a host tell them apart, none in use does.
    Without ``@`` or with an impossible domain it is invalid (``email.form``), and still compared as written; a masked
    one is invalid (``email.masked``) and says nothing, nor does one that stands for none (``email.placeholder``).
    """
    text = clean(raw).lower().removeprefix("mailto:").strip(" <>;,")
    if _MASKED.search(text):
        return StandardValue(attribute, raw, "", Validity.INVALID, "email.masked")
    found = _ADDRESS.search(text)
    if found is None:
        return StandardValue(attribute, raw, text.replace(" ", ""), Validity.INVALID, "email.form")
    if is_placeholder(found.group(0)):
        return StandardValue(attribute, raw, "", Validity.INVALID, "email.placeholder")
    local, _, domain = found.group(0).partition("@")
    pieces = sorted_parts({"local": local, "domain": domain})
    if not _DOMAIN.fullmatch(domain):
        return StandardValue(attribute, raw, f"{local}@{domain}", Validity.INVALID, "email.form", pieces)
    return StandardValue(attribute, raw, f"{local}@{domain}", Validity.VALID, None, pieces)
