"""Countries by their names in the languages of our headers and by their codes (ISO 3166-1, Unicode CLDR)."""

from functools import lru_cache

from merge.standardise.text import fold, words

_LANGUAGES = ("en", "zh", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "nb", "tr", "ru", "ja", "ko")
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
# What CLDR has under a shorter name, or not at all.
_OTHERS = {
    "cn": "prc,p r china,p r c,pr china,people s republic of china,peoples republic of china,mainland china,"
    "中华人民共和国,中国大陆,大陆,内地,中国内地",
    "hk": "hong kong,hongkong,香港,中国香港,香港特别行政区,中国香港特别行政区",
    "mo": "macau,macao,澳门,中国澳门,澳门特别行政区,中国澳门特别行政区",
    "tw": "taiwan,taiwan china,台湾,台湾省,中国台湾",
    "us": "usa,u s a,u s,united states of america,america,美利坚合众国,estados unidos de america",
    "gb": "uk,u k,great britain,britain,england,scotland,wales,northern ireland,grossbritannien,"
    "united kingdom of great britain and northern ireland,英格兰,大不列颠",
    "nl": "holland,the netherlands,netherlands the",
    "de": "federal republic of germany,bundesrepublik deutschland,brd",
    "kr": "korea,south korea,republic of korea,大韩民国",
    "ru": "russian federation",
    "cz": "czech republic",
    "ae": "uae,u a e",
    "tr": "turkey",
    "vn": "viet nam",
    "ie": "republic of ireland",
}


def _written(text: str) -> str:
    return " ".join(words(text))


def _is_country(territory: str) -> bool:
    return len(territory) == len("CN") and territory.isalpha() and territory not in _NO_COUNTRIES


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    """Names and codes, folded, to the two letters of the country; what means two of them is left out."""
    from babel import Locale  # noqa: PLC0415  (names load only where a column holds countries)
    from babel.core import get_global  # noqa: PLC0415

    found: dict[str, set[str]] = {}
    for language in _LANGUAGES:
        for territory, name in Locale(language).territories.items():
            if _is_country(code := str(territory)):
                found.setdefault(_written(str(name)), set()).add(code.lower())
    known = {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}
    countries = {code.upper() for code in known.values()}
    for alias, held in get_global("territory_aliases").items():
        if len(held) == 1 and held[0] in countries:
            known[str(alias).lower()] = str(held[0]).lower()
    known |= {code.lower(): code.lower() for code in countries}
    return known | {name: code for code, names in _OTHERS.items() for name in names.split(",")}


def country_code(raw: str) -> str:
    """The two letters of ISO 3166-1, small, of a country by name or code in a usual language; "" where it is none."""
    codes = _codes()
    return codes.get(_written(raw)) or codes.get(fold(raw).replace(" ", "").replace(".", ""), "")
