"""Telephone numbers, e-mail addresses, web addresses."""

import re
import unicodedata
from urllib.parse import urlsplit

from governance.masks.common import HIDDEN, STAR, ends_of, narrow, window

_MOBILE_DIGITS = 11
_LOCAL_PART = re.compile(r"[^\s<>(),:;@\"\[\]\\]+")
# Host names in letters, digits and hyphens (RFC 1123) or in other scripts; a long run of digits may be a person's.
_DOMAIN = re.compile(r"(?!.*\d{6})(?:[\w-]{1,63}\.)+[^\W\d_]{1,24}")
_TOP_LEVEL = re.compile(r"[a-z]{2,12}")


def mask_phone(value: str) -> str:
    """``13800138000``, with or without ``+86``: ``138****8000``; other numbers show a quarter at each end.

    The country code of a mainland mobile is left out, so that each way of writing one number masks to one text.
    """
    plus = "+" if narrow(value).lstrip().startswith("+") else ""
    digits = "".join(_digit(character) for character in narrow(value))
    if not digits:
        return HIDDEN
    mobile = _mainland_mobile(digits, ("86",) if plus else ("", "86", "0086"))
    if mobile:
        return window(mobile, 3, 4)
    return plus + window(digits, ends_of(len(digits), 3), ends_of(len(digits), 4))


def _digit(character: str) -> str:
    """The digit in ASCII, the star as it stands, nothing for what separates."""
    if character == STAR:
        return STAR
    return str(unicodedata.decimal(character)) if character.isdecimal() else ""


def _mainland_mobile(digits: str, prefixes: tuple[str, ...]) -> str | None:
    """The eleven digits of a mobile number of mainland China behind one of the prefixes, or None."""
    for prefix in prefixes:
        rest = digits.removeprefix(prefix)
        if digits.startswith(prefix) and len(rest) == _MOBILE_DIGITS and rest.startswith("1"):
            return rest
    return None


def mask_email(value: str) -> str:
    """``zhangsan@example.com`` -> ``z***@example.com``; of a local part of one character nothing is shown."""
    local, _, domain = narrow(value).strip().rpartition("@")
    if not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        return HIDDEN
    first = "" if len(local) == 1 or local.startswith(STAR) else local[0]
    return f"{first}***@{domain}"


def mask_url(value: str) -> str:
    """``https://www.example.com/zhangsan`` -> ``https://w***.com/****``: neither host nor path is whole."""
    text = narrow(value).strip()
    scheme = next((start for start in ("https://", "http://") if text.lower().startswith(start)), "")
    try:
        parts = urlsplit(f"//{text[len(scheme) :]}")
        host = (parts.hostname or "").lower()
    except ValueError:
        return HIDDEN
    name, _, top = host.rpartition(".")
    if not name or not _TOP_LEVEL.fullmatch(top):
        return HIDDEN
    first = "" if len(name) == 1 or name.startswith(STAR) else name[0]
    rest = f"/{HIDDEN}" if parts.path.strip("/") or parts.query or parts.fragment else ""
    return f"{scheme}{first}***.{top}{rest}"
