"""Addresses: Chinese ones to division code, street and numbers; others to folded words with usual abbreviations."""

import re

from merge.standardise.countries import country_code
from merge.standardise.regions import divisions, short_name, strange_to
from merge.standardise.text import clean, fold, has_han, is_missing, words
from merge.standardise.values import StandardValue, Validity, sorted_parts

_NUMERALS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"\u3007": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_ZH_NUMBER = re.compile(r"[零\u3007一二两三四五六七八九十百千]+(?=号|栋|幢|座|楼|层|室|单元|弄|院|巷|$|-|\d)")
_NUMBERED = re.compile(r"([0-9a-z]+)(?:号院|号楼|号|#楼|#|栋|幢|座|楼|层|单元|梯|门|弄|院|室|房|户|-|$)")
_BESIDE_NUMBERS = "-#~·,.'\" "
# 广东省/深圳市/南山区: what lies between two names is no part of either.
_BETWEEN_LEVELS = re.compile("(?<=[\u3400-\u9fff])[/|>·\\-]+(?=[\u3400-\u9fff])")
# Streets, towns and zones below a district, which most leave away (粤海街道科技路); people live in a 小区.
_BELOW_DISTRICT = re.compile(
    r"^(?:[\u4e00-\u9fff]{1,10}?(?:街道办事处|街道办|街道|镇|乡|(?<![小社校])区|县))+"
    r"(?=[\u4e00-\u9fff]{2,8}?(?:路|街|道|巷|弄|胡同))"
)
# What follows a short name where it is no division: 四平路, 南京西路, 宝安大道, 广安门外大街, 海棠雅苑.
_NAMED_SO = re.compile(
    r"门|[东南西北中]?[一二三四五六七八九十]?(?:路|街|大街|大道|巷|弄|胡同|里|坊|桥)|"
    r"(?:新村|新苑|花园|花苑|家园|雅苑|雅园|嘉苑|嘉园|名苑|名园|豪苑|豪园|华苑|小区|公寓|大厦|豪庭|华庭|雅居|公馆|山庄|别墅)"
)
# 中山大道西140号 is another place than 中山大道140号.
_STREET = re.compile(r"^(.*?(?:大街|大道|路|街(?!道)|道|巷|胡同|里|村|镇|乡|公路)(?:[东南西北中](?=[0-9]))?)")
_WORDS = {
    "st": "street", "str": "street", "rd": "road", "ave": "avenue", "av": "avenue", "blvd": "boulevard", "dr": "drive",
    "ln": "lane", "ct": "court", "crt": "court", "pl": "place", "sq": "square", "hwy": "highway", "pkwy": "parkway",
    "cres": "crescent", "cct": "circuit", "tce": "terrace", "ter": "terrace", "pde": "parade", "cl": "close",
    "gr": "grove", "apt": "apartment", "ste": "suite", "fl": "floor", "bldg": "building", "rm": "room", "no": "",
    "nr": "", "n": "north", "s": "south", "e": "east", "w": "west", "mt": "mount", "ft": "fort", "strasse": "street",
    "platz": "place", "vlge": "village", "flt": "flat",
}  # fmt: skip
_LENGTH_OF_LONG_ZIP = 9
LONG_ZIP = r"^([0-9]{5})[0-9]{4}$"
"""A postcode of the United States with the four figures that tell the side of a street: many leave them away."""
_GLUED_STREET = re.compile(r"^(.{3,}?)(strasse|str)$")


def chinese_number(text: str) -> int:
    """The value of a Chinese numeral below 10,000; digit by digit (一二〇一) where it has no units."""
    if not any(character in _UNITS for character in text):
        return int("".join(str(_NUMERALS[character]) for character in text))
    total = digit = 0
    for character in text:
        if character in _UNITS:
            total += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = _NUMERALS[character]
    return total + digit


def _division(text: str) -> tuple[str, str]:
    """The deepest division code that the text begins with, and what follows it."""
    table = divisions()
    province, rest = _taken(text, table.province_of(text))
    city, rest = _taken(rest, table.city_of(rest, province))
    district, behind = _taken(rest, table.district_of(rest, city or province))
    # Municipalities have no city between them and their districts; counties under one may lie outside its 01.
    if not district and city and province:
        district, behind = _taken(rest, table.district_of(rest, province))
    if city and city.endswith("01") and not district and not province:
        district, behind = _taken(rest, table.district_of(rest, city[:2]))
    return district or city or province, behind


def _taken(text: str, found: tuple[str, str]) -> tuple[str, str]:
    """The code of a name that the text begins with, and what follows; none where a road or an estate is named so."""
    code, name = found
    rest = text[len(name) :]
    return ("", text) if name == short_name(name) and _NAMED_SO.match(rest) else (code, rest)


# What a mask hides with the figures beside it, that are some of a number, and what was counted: 65***, *栋*单元***室.
_MASKED = re.compile(r"[0-9a-z\-(]*[*\u00d7]+[0-9a-z*\u00d7\-)]*(?:号楼|[号栋幢座楼层单元室弄期户]+)?")


def _chinese(attribute: str, raw: str) -> StandardValue:
    text = _BETWEEN_LEVELS.sub("", _MASKED.sub("", fold(raw)).replace(" ", ""))
    code, rest = _division(text)
    valid = Validity.VALID if code else Validity.UNKNOWN
    rule = "address.adcode" if strange_to(code, rest) else None
    rest = _ZH_NUMBER.sub(lambda found: str(chinese_number(found.group(0))), rest)
    rest = _BELOW_DISTRICT.sub("", re.sub("[\uff0c,\u3002;\uff1b\u3001()]+", "", rest))
    street = _STREET.match(rest)
    road = street.group(1) if street else re.sub(r"[0-9].*$", "", rest)
    tail = rest[len(road) :]
    numbers = "-".join(_NUMBERED.findall(tail))
    name = _NUMBERED.sub("", tail)
    inside = "-".join(_NUMBERED.findall(tail.partition(name)[2])) if street and len(name) > 1 else ""
    road, name = road.strip(_BESIDE_NUMBERS), name.strip(_BESIDE_NUMBERS)
    pieces = {"adcode": code, "city_code": code[:4], "street": road, "numbers": numbers, "place": name,
              "place_numbers": inside, "script": "han"}  # fmt: skip
    key = "|".join((code, road, numbers or name))
    return StandardValue(attribute, raw, key, Validity.INVALID if rule else valid, rule, sorted_parts(pieces))


def word_of(word: str) -> tuple[str, ...]:
    """A folded word of an address with the usual abbreviations written out; German ``Hauptstr.`` is taken apart."""
    glued = _GLUED_STREET.match(word) if word.endswith(("strasse", "str")) else None
    return (glued.group(1), "street") if glued else (_WORDS.get(word, word),)


def address_words(text: str) -> list[str]:
    """Folded words of an address with the usual abbreviations written out."""
    return [part for word in words(text) for part in word_of(word) if part]


def standardise_address(attribute: str, raw: str) -> StandardValue:
    """An address or a line of one.

    Chinese: ``normal`` is ``<division code>|<street>|<numbers>``; one whose division lies in another province or city
    than the one it is written under is invalid (``address.adcode``). Others: the words in their order; parts
    ``numbers`` (words with a digit) and ``street`` (the rest).
    """
    if is_missing(raw):
        return StandardValue(attribute, raw, "")
    if has_han(raw):
        # A country alone, as networks fill it in by themselves, is no street.
        return StandardValue(attribute, raw, "") if country_code(raw) else _chinese(attribute, raw)
    tokens = address_words(raw)
    numbers = [token for token in tokens if any(character.isdigit() for character in token)]
    street = [token for token in tokens if token not in numbers]
    pieces = sorted_parts({"numbers": " ".join(numbers), "street": " ".join(street), "script": "latin"})
    return StandardValue(attribute, raw, " ".join(tokens), Validity.UNKNOWN, None, pieces)


def standardise_region(attribute: str, raw: str) -> StandardValue:
    """A country, province, city or district.

    A country is the two letters of ISO 3166-1 where it is known; what is written in Chinese its short name, with its
    code if it is known; all else its folded words.
    """
    if is_missing(raw):
        return StandardValue(attribute, raw, "")
    level = attribute.rpartition(".")[2]
    if level == "country" and (country := country_code(raw)):
        return StandardValue(attribute, raw, country, Validity.VALID)
    if not has_han(raw):
        return StandardValue(attribute, raw, " ".join(words(raw)))
    text = fold(raw).replace(" ", "")
    table = divisions()
    if level == "country":
        code = ""
    elif level == "province":
        code, _ = table.province_of(text)
    else:
        code, _ = table.city_of(text, "") if level == "city" else table.district_of(text, "")
    validity = Validity.VALID if code else Validity.UNKNOWN
    return StandardValue(attribute, raw, short_name(text), validity, None, sorted_parts({"adcode": code}))


def standardise_postcode(attribute: str, raw: str) -> StandardValue:
    """A postcode: upper case, without separators."""
    normal = "" if is_missing(raw) else re.sub(r"[\s\-]+", "", clean(raw)).upper()
    if normal.endswith(".0") and normal[:-2].isdigit():  # a column of numbers that went through a spreadsheet
        normal = normal[:-2]
    return StandardValue(attribute, raw, short_zip(normal))


def short_zip(postcode: str) -> str:
    """A postcode without separators, of a long one of the United States the first five figures."""
    return re.sub(LONG_ZIP, r"\1", postcode) if len(postcode) == _LENGTH_OF_LONG_ZIP else postcode
