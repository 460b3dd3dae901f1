"""How channels bend what customers say: pure functions of a value and a stream of chance."""

import random

from api.demo.names_latin import plain
from api.demo.names_zh import HOMOPHONES, TRADITIONAL, PersonName
from api.demo.seeds import chance
from api.demo.words import LEGAL_FORM_SPELLINGS

_FULL_WIDTH = {ord("0") + n: chr(0xFF10 + n) for n in range(10)} | {ord("+"): "\uff0b", ord("-"): "\uff0d"}
_NUMERALS = "零一二三四五六七八九"
_FULL_WIDTH_SPACE = "\u3000"
_HONORIFICS = ("先生", "女士")
_TRUNK_PREFIXES = {"GB", "DE", "FR", "IT"}
_CALLING_CODES = ("86", "44", "49", "33", "34", "39", "48", "91", "1")


def full_width(text: str) -> str:
    """Digits, plus and minus as a Chinese input method types them."""
    return text.translate(_FULL_WIDTH)


def traditional(text: str) -> str:
    """The characters of our word lists in their Traditional form."""
    return text.translate(TRADITIONAL)


def swap_letters(draw: random.Random, text: str) -> str:
    """Two different neighbours swapped; the text itself where there are none."""
    places = [n for n in range(len(text) - 1) if text[n] != text[n + 1] and text[n : n + 2].isalnum()]
    if not places:
        return text
    place = draw.choice(places)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def wrong_email(draw: random.Random, address: str) -> str:
    """An address with the slip people make: two letters of the local part swapped or one lost."""
    local, _, domain = address.partition("@")
    swapped = swap_letters(draw, local)
    return f"{swapped if swapped != local else local[:-1]}@{domain}"


def wrong_phone(draw: random.Random, number: str) -> str:
    """An E.164 number with one of its last six digits replaced by another."""
    place = draw.randrange(len(number) - 6, len(number))
    other = draw.choice([digit for digit in "0123456789" if digit != number[place]])
    return number[:place] + other + number[place + 1 :]


def split_phone(number: str) -> tuple[str, str]:
    """The calling code and the rest of an E.164 number of one of the countries of the world."""
    bare = number.removeprefix("+")
    code = next(code for code in _CALLING_CODES if bare.startswith(code))
    return code, bare.removeprefix(code)


def written_phone(draw: random.Random, number: str) -> str:
    """One of the ways people write that number; never a shorter one than can be read back."""
    code, rest = split_phone(number)
    if code == "86":
        return _chinese_phone(draw, rest)
    groups = f"{rest[:3]} {rest[3:6]} {rest[6:]}".strip()
    styles = (number, f"+{code} {groups}", f"00{code} {groups}", f"+{code}-{groups.replace(' ', '-')}")
    return draw.choice(styles)


def _chinese_phone(draw: random.Random, rest: str) -> str:
    if rest.startswith("1") and len(rest) == 11:
        spaced = f"{rest[:3]} {rest[3:7]} {rest[7:]}"
        styles: tuple[str, ...] = (
            rest, rest, rest, spaced, f"+86{rest}", f"+86-{spaced.replace(' ', '-')}", f"0086 {rest}", f"86 {rest}",
            full_width(rest), spaced.replace(" ", "-"),
        )  # fmt: skip
        return draw.choice(styles)
    length = 2 if rest[:2] in {"10", "20", "21", "22", "23", "24", "25", "27", "28", "29"} else 3
    area, local = f"0{rest[:length]}", rest[length:]
    styles = (f"{area}-{local}", f"{area}{local}", f"({area}){local}", f"+86 {area[1:]} {local[:4]} {local[4:]}")
    text = draw.choice(styles)
    return f"{text} 转 {draw.randint(101, 899)}" if text.startswith("0") and chance(draw, 0.15) else text


def typed_name(draw: random.Random, name: PersonName, *, chinese: bool, title: str = "") -> str:
    """The name as its bearer types it into a form: marked up, but the same name."""
    if not chinese:
        accents = (name.full, name.full, name.full, plain(name.full), name.full.lower())
        return draw.choice((*accents, f"{name.family}, {name.given}"))
    spaced = f"{_FULL_WIDTH_SPACE}{name.family} {name.given}{_FULL_WIDTH_SPACE}"
    ways = {
        name.full: 62,
        f"{name.full} {draw.choice(_HONORIFICS)}": 10,
        f"{name.full}\uff08{title}\uff09" if title else name.full + _FULL_WIDTH_SPACE: 6,
        spaced if name.family and "·" not in name.full else f" {name.full} ": 8,
        traditional(name.full) + "\u200b": 7,
        name.latin_family_first: 4,
        name.latin: 3,
    }
    return draw.choices(tuple(ways), tuple(ways.values()))[0]


def misheard_name(draw: random.Random, name: PersonName) -> str:
    """The name with one character that is read alike, or with two letters swapped."""
    places = [n for n, character in enumerate(name.full) if n and character in HOMOPHONES]
    if places:
        place = draw.choice(places)
        return name.full[:place] + HOMOPHONES[name.full[place]] + name.full[place + 1 :]
    return name.full if "·" in name.full or not name.full.isascii() else swap_letters(draw, name.full)


def legacy_name(draw: random.Random, name: PersonName, *, chinese: bool) -> str:
    """The name in the capitals of an old ERP: Latin letters only, family name first for most."""
    text = plain(name.latin_family_first if chinese or chance(draw, 0.7) else name.latin)
    return text.upper()


def middle_dot(draw: random.Random, text: str) -> str:
    """A minority name with one of the dots in use, or a space, between its parts."""
    return text.replace("·", draw.choice(("·", "\u2022", " ", "\u30fb")))


def legal_form(draw: random.Random, text: str) -> str:
    """A company name with its legal form spelt another way; unchanged where none of the known forms ends it."""
    for form, spellings in LEGAL_FORM_SPELLINGS.items():
        if text.endswith(form) and not text.endswith("股份" + form):
            return text.removesuffix(form) + draw.choice(spellings)
    return text


def place_in_brackets(place: str, full: str) -> str:
    """``上海示例科技有限公司`` as ``示例科技(上海)有限公司``, with full-width brackets; branches stay as they are."""
    for form in ("股份有限公司", "有限责任公司", "有限公司"):
        if place and full.startswith(place) and full.endswith(form):
            return f"{full.removeprefix(place).removesuffix(form)}\uff08{place}\uff09{form}"
    return full


def numerals(number: int) -> str:
    """A number below 10,000 in Chinese numerals, as house numbers are written out."""
    if number == 0:
        return _NUMERALS[0]
    text, gap = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            text += (_NUMERALS[0] if gap and text else "") + _NUMERALS[digit] + unit
        gap = digit == 0
    return text.removeprefix("一") if text.startswith("一十") else text


def typed_street(draw: random.Random, text: str) -> str:
    """A Chinese street line as typed: house number in numerals, full-width digits, or as it is."""
    form = draw.random()
    if form < 0.12:
        return full_width(text)
    if form < 0.24:
        head, mark, tail = text.partition("号")
        number = head[len(head.rstrip("0123456789")) :]
        return head.removesuffix(number) + numerals(int(number)) + mark + tail if number else text
    return text
