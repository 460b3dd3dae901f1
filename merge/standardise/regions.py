"""Administrative divisions of China: names to codes (GB/T 2260), from the table in python-stdnum."""

import re
from dataclasses import dataclass
from functools import lru_cache

_PERIOD = re.compile(r"^\[[^\]]*\]")
_ENDED = re.compile(r"^\[[^\]]*-\d+\]")
_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
_NO_NAMES = frozenset({"市辖区", "县", "省直辖县级行政单位"})
_SUFFIX = re.compile(
    r"(?:壮族|回族|维吾尔|维吾尔族)?自治区$|特别行政区$|(?:[\u4e00-\u9fff]{1,3}族)*自治[州县旗]$|省$|市$|地区$|盟$|新区$|区$|县$|旗$"
)
# The last character of a name in full, and what may not follow it: 海门市场路 is no 海门市.
_LEVELS = {"区": ("域", "间", "政"), "县": ("城", "前", "政"), "市": ("场", "民", "政"), "旗": ("杆", "下")}


def short_name(name: str) -> str:
    """A division's name as people shorten it: 北京市 to 北京, 内蒙古自治区 to 内蒙古."""
    bare = _SUFFIX.sub("", name)
    return bare if len(bare) >= 2 else name


@dataclass(frozen=True, slots=True)
class Divisions:
    """Codes by name: provinces (2 digits), cities (4) by province, districts (6) by the code of what holds them."""

    provinces: dict[str, str]
    cities: dict[str, tuple[str, ...]]
    districts: dict[str, tuple[str, ...]]

    def province_of(self, text: str) -> tuple[str, str]:
        """Code and matched prefix of the province that the text begins with, else two empty strings."""
        return _longest_prefix(text, self.provinces)

    def city_of(self, text: str, province: str) -> tuple[str, str]:
        """Code and prefix of the city that the text begins with, inside the province if one is known."""
        return _inside(text, self.cities, province)

    def district_of(self, text: str, holder: str) -> tuple[str, str]:
        """Code and prefix of the district that the text begins with, inside its city or province if known."""
        return _inside(text, self.districts, holder)


def _longest_prefix(text: str, names: dict[str, str]) -> tuple[str, str]:
    for length in range(min(len(text), 11), 1, -1):
        code = names.get(text[:length])
        if code:
            return code, text[:length]
    return "", ""


def _inside(text: str, names: dict[str, tuple[str, ...]], holder: str) -> tuple[str, str]:
    for length in range(min(len(text), 11), 1, -1):
        places = names.get(text[:length])
        codes = [code for code in places if code.startswith(holder)] if places else ()
        if len(codes) == 1:  # a name that several places share says nothing without its holder
            return codes[0], text[:length]
    return "", ""


def strange_to(code: str, rest: str) -> bool:
    """Whether what follows a division is one that lies somewhere else alone: 上海市, then 朝阳区.

    Only names written out in full count, as short ones are names of streets too; a name that the table does not know
    says nothing, as new divisions come every year.
    """
    if not code or len(code) > 4:
        return False
    table = divisions()
    for length in range(min(len(rest), 11), 2, -1):
        name = rest[:length]
        elsewhere = (*table.districts.get(name, ()), *table.cities.get(name, ()))
        if elsewhere and name[-1] in _LEVELS and rest[length : length + 1] not in _LEVELS[name[-1]]:
            return not any(one.startswith(code[:2]) for one in elsewhere)
    return False


@lru_cache(maxsize=1)
def divisions() -> Divisions:
    """The table, read once; where a code had several names in the course of time all of them lead to it."""
    from stdnum import numdb  # noqa: PLC0415  (read only where Chinese addresses are met)

    provinces: dict[str, str] = {}
    cities: dict[str, set[str]] = {}
    districts: dict[str, set[str]] = {}
    ended: set[tuple[str, str]] = set()
    for _, province, _, properties, children in numdb.get("cn/loc").prefixes:
        for name in {properties["province"], short_name(properties["province"])}:
            provinces[name] = province
            if province in _MUNICIPALITIES:
                cities.setdefault(name, set()).add(province + "01")
        for _, low, _, inner, _ in children:
            table, code = (cities, province + low[:2]) if low.endswith("00") else (districts, province + low)
            # One code had 上埗区办事处 to 1989 and 福田区 since, with a comma between.
            for written in inner.get("county", "").split(","):
                name = _PERIOD.sub("", written)
                if not name or low == "0000" or name in _NO_NAMES:
                    continue
                for variant in {name, short_name(name)}:
                    table.setdefault(variant, set()).add(code)
                    if _ENDED.match(written):
                        ended.add((variant, code))
    return Divisions(
        provinces,
        {name: _in_force(name, codes, ended) for name, codes in cities.items()},
        {name: _in_force(name, codes, ended) for name, codes in districts.items()},
    )


def _in_force(name: str, codes: set[str], ended: set[tuple[str, str]]) -> tuple[str, ...]:
    """The codes that bear the name today; where none does, all that ever did (苏州 is 苏州市, no more 苏州地区)."""
    return tuple(sorted({code for code in codes if (name, code) not in ended} or codes))
