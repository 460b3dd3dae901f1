"""How Chinese are called where no full name stands: 敏姐, 小俞, 娟娟, Leo张, 夏女士-中海翡翠城.

A name that is told in part says so: the family name or the given name that is known, and nothing of the other.
"""

import re

from merge.standardise.surnames import COMMON, COMPOUND
from merge.standardise.text import vocabulary

KIN = tuple(
    sorted(vocabulary("叔叔 伯伯 爷爷 奶奶 哥哥 姐姐 妹妹 弟弟 嫂子 婶婶 大嫂 大伯 伯母 婆婆 阿婆 阿公 师父 小哥 妹子"))
)
"""Forms of address among relatives and acquaintances, behind a surname as titles are."""
_CALLED = re.compile("([老小阿])(.)")
_AGAIN = re.compile(r"(.)\1")
_CLOSE = re.compile("(.)[姐哥妹弟姨叔婶嫂儿总]")
_CHOSEN = re.compile(r"[A-Za-z]{2,}[ .]?(.)|(.)[ .]?[A-Za-z]{2,}")
_ADDED = re.compile(r"[-\u2010-\u2015\uff0d/,\uff0c;\uff1b:\uff1a]")
_ADDRESSED = re.compile("先生|女士|小姐|太太|老师|师傅|经理|总|姐|哥|阿姨|叔叔|老板|医生|主任|工")
_LONGEST = 4


def begins_with_surname(name: str) -> bool:
    """Whether a name begins with a surname that more than a few bear."""
    return name[:1] in COMMON or name[:2] in COMPOUND


def without_addition(text: str) -> str:
    """A name without where its bearer lives, which some write behind it: 夏女士-中海翡翠城, 王先生 香榭雅苑."""
    first, *rest = _ADDED.split(text, maxsplit=1)
    if not rest:
        first, _, behind = text.partition(" ")
        if not behind or not _ADDRESSED.fullmatch(first[1:] if first[:2] not in COMPOUND else first[2:]):
            return text
    first = first.strip()
    return first if 1 < len(first) <= _LONGEST and begins_with_surname(first) else text


def part_of_name(name: str) -> tuple[str, str] | None:
    """Family name and given name of somebody who is called by one of them alone; None for other names.

    老王 and 小李 tell the surname, 阿雯 and 小雪 a character of the given name, as 娟娟, 燕儿 and 敏姐 do.
    """
    if found := _CALLED.fullmatch(name):
        if found[1] != "阿" and found[2] in COMMON:
            return found[2], ""
        return None if found[1] == "老" else ("", found[2])
    if found := _AGAIN.fullmatch(name):
        return "", found[1]
    if (found := _CLOSE.fullmatch(name)) and found[1] not in COMMON:
        return "", found[1]
    if (found := _CHOSEN.fullmatch(name)) and (found[1] or found[2]) in COMMON:
        return found[1] or found[2], ""
    return None
