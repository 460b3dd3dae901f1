"""Telephone numbers by country, and the ways they are written. Numbers are drawn, nobody's on purpose."""

from random import Random

from benchmarks.customers.draw import lists

_MOBILE = {"44": "7", "49": "1", "34": "6", "33": "6"}
_REST = {"44": 9, "49": 9, "34": 8, "33": 8}
_AREAS = {
    "44": lists("20 121 161 113 141 151 117 114 131 116 1274 29"),
    "49": lists("30 40 89 221 69 711 211 341 231 201 421 351"),
    "34": lists("91 93 96 95 976 952 968 971 94"),
    "33": lists("1 4 4 5 5 2 2 3 3"),
}
_CHINESE = lists("134 135 136 137 138 139 150 151 152 158 159 182 187 188 130 131 132 155 156 186 133 153 180 189 199")


def mobile(random: Random, people: str) -> str:
    """A mobile number of a country, without the zero in front."""
    second = random.choice("567") if people == "49" else ""
    rest = _REST[people] - len(second) + (1 if people == "49" else 0)
    return _MOBILE[people] + second + f"{random.randrange(10**rest):0{rest}}"


def landline(random: Random, people: str) -> str:
    """A number of a household or an office, without the zero in front."""
    area = random.choice(_AREAS[people])
    rest = max(6, (10 if people in {"44", "49"} else 9) - len(area))
    return area + f"{random.randrange(10**rest):0{rest}}"


def chinese_mobile(random: Random) -> str:
    """Eleven digits."""
    return random.choice(_CHINESE) + f"{random.randrange(10**8):08}"


def written(random: Random, number: str, people: str) -> str:
    """One of the ways in which people and systems write the number."""
    drawn = random.random()
    trunk = "" if people in {"34", "86"} else "0"
    if drawn < 0.3:
        return f"+{people}{number}"
    if drawn < 0.4:
        return f"00{people} {number}"
    if drawn < 0.5:
        return f"+{people} {number[:3]} {number[3:6]} {number[6:]}"
    if drawn < 0.75:
        return trunk + number
    if drawn < 0.88:
        return f"{trunk}{number[:3]} {number[3:]}"
    return f"{trunk}{number[:3]}-{number[3:6]}-{number[6:]}"
