"""Made-up identifiers with right check characters, and made-up numbers and addresses of every channel."""

import random
from datetime import date

from api.demo.names_zh import PersonName
from api.demo.places import Address
from api.demo.seeds import chance, digits

_RIC_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_MOBILE_STARTS = (
    "135",
    "136",
    "137",
    "138",
    "139",
    "150",
    "151",
    "152",
    "158",
    "159",
    "177",
    "180",
    "186",
    "188",
    "189",
)
_SEVEN_DIGITS = {"0991", "0891", "0471", "0771", "0592"}
_UK_OFFICE = {"161": "161496", "117": "117496", "141": "141496"}


def resident_id(draw: random.Random, district_code: str, born: date, *, female: bool) -> str:
    """An 18-digit resident identity number (GB 11643): district, birth date, sequence with the sex, check."""
    sequence = draw.randint(10, 499) * 2 + (0 if female else 1)
    body = f"{district_code}{born:%Y%m%d}{sequence:03d}"
    return body + resident_check(body)


def resident_check(body: str) -> str:
    """The check character of the first 17 digits (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(body, _RIC_WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def fifteen_digits(number: str) -> str:
    """The number as issued before 1999: no century, no check. Only for births before 2000."""
    return number[:6] + number[8:17]


def credit_code(draw: random.Random, district_code: str) -> str:
    """An 18-character unified social credit code (GB 32100) around an organisation code (GB 11714) with its check."""
    body = "".join(draw.choice(_USCC_ALPHABET) for _ in range(8))
    total = sum(_base36(character) * weight for character, weight in zip(body, _ORG_WEIGHTS, strict=True))
    organisation = body + "0123456789X0"[(11 - total % 11) % 11]
    first = f"91{district_code}{organisation}"
    return first + credit_check(first)


def credit_check(first: str) -> str:
    """The check character of the first 17 characters (GB 32100)."""
    total = sum(_USCC_ALPHABET.find(c) * weight for c, weight in zip(first, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def _base36(character: str) -> int:
    return int(character, 36)


def mobile(draw: random.Random, country: str, dialling: str) -> str:
    """A mobile number in E.164 of that country; in the United States one of the numbers kept for fiction (555-01xx)."""
    if country == "US":
        return f"+1{dialling}55501{digits(draw, 2)}"
    starts = {
        "CN": ("86" + draw.choice(_MOBILE_STARTS), 8),
        "GB": ("4474" + draw.choice("012345"), 7),
        "DE": ("49151" + draw.choice("1247"), 7),
        "FR": ("336" + draw.choice("126"), 7),
        "ES": ("346" + draw.choice("0123456"), 7),
        "IT": ("39347", 7),
        "PL": ("48" + draw.choice(("501", "601", "692")), 6),
        "IN": ("9198" + draw.choice("0126"), 7),
    }
    start, count = starts[country]
    return f"+{start}{digits(draw, count)}"


def landline(draw: random.Random, country: str, dialling: str) -> str:
    """A fixed line in E.164 of that city."""
    if country == "CN":
        rest = 5 if dialling in _SEVEN_DIGITS else 6
        return f"+86{dialling.removeprefix('0')}{draw.choice('68')}{draw.choice('123456789')}{digits(draw, rest)}"
    if country == "GB":
        return f"+44{_UK_OFFICE[dialling]}0{digits(draw, 3)}"
    if country == "US":
        return f"+1{dialling}55501{digits(draw, 2)}"
    starts = {
        "DE": (f"49{dialling}{draw.choice('2345')}", 6),
        "FR": (f"33{dialling}", 8),
        "ES": (f"34{dialling}", 6),
        "IT": (f"39{dialling}", 7),
        "PL": (f"48{dialling}{draw.choice('23')}", 6),
        "IN": (f"91{dialling}2", 7),
    }
    start, count = starts[country]
    if country == "FR":
        return f"+{start}{draw.choice(('72', '99'))}{digits(draw, count - 2)}"
    return f"+{start}{digits(draw, count)}"


def private_email(draw: random.Random, name: PersonName, born: date, *, chinese: bool) -> str:
    """A private address of a shape that its provider cannot have given out.

    QQ numbers have no leading zero, and 163 allows no dot before the @, so no living person is written to; the other
    domains are kept for examples (RFC 2606).
    """
    given, family = (part.replace(" ", "").replace("'", "").lower() for part in (name.latin_given, name.latin_family))
    parts = [part for part in (given, family) if part]
    style = draw.random()
    if chinese and style < 0.3:
        return f"0{digits(draw, draw.randint(8, 9))}@qq.com"
    local = ".".join(parts if chance(draw, 0.6) else parts[::-1]) + f"{draw.choice((born.year % 100, born.year)):02d}"
    if chinese and style < 0.75:
        return f"{local if '.' in local else 'mail.' + local}{draw.choice('abcdefgh')}@163.com"
    if chance(draw, 0.5):
        local += digits(draw, 2)
    return f"{local}@{draw.choice(('mail.example', 'post.example', 'example.com', 'example.net', 'example.org'))}"


def office_phone(draw: random.Random, address: Address) -> str:
    """The switchboard of an office at that address."""
    return landline(draw, address.country, address.dialling)
