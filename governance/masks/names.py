"""Names: the surname of a Han name (compound ones whole), the initial of each word of any other.

Of a name at least one character stays hidden, whatever it is.
"""

import re

from governance.masks.common import STAR, ends_of, width

# Compound surnames in use today, simplified and traditional; a surname outside the list shows its first character.
# fmt: off
COMPOUND_SURNAMES = frozenset({
    "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "司徒", "司空", "夏侯", "皇甫", "尉迟", "尉遲", "公孙",
    "公孫", "公羊", "公冶", "公西", "公良", "长孙", "長孫", "慕容", "宇文", "令狐", "东方", "東方", "东郭", "東郭",
    "南宫", "南宮", "南门", "南門", "西门", "西門", "申屠", "轩辕", "軒轅", "端木", "独孤", "獨孤", "呼延", "赫连",
    "赫連", "澹台", "澹臺", "濮阳", "濮陽", "淳于", "单于", "單于", "太叔", "仲孙", "仲孫", "钟离", "鍾離", "鲜于",
    "鮮于", "闻人", "聞人", "闾丘", "閭丘", "亓官", "司寇", "巫马", "巫馬", "颛孙", "顓孫", "壤驷", "壤駟", "乐正",
    "樂正", "宰父", "谷梁", "穀梁", "拓跋", "夹谷", "夾谷", "百里", "东野", "東野", "梁丘", "左丘", "微生", "羊舌",
    "第五", "子车", "子車", "漆雕", "宗政", "万俟", "萬俟", "欧陽", "纳兰", "納蘭", "完颜", "完顏", "爱新觉罗",
    "愛新覺羅", "叶赫那拉", "葉赫那拉",
})
# fmt: on
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_SPACE_OR_DOT = re.compile("([\\s\u00b7\u2022\u2027\u30fb]+)")


def mask_person_name(value: str, attribute: str = "") -> str:
    """``欧阳修`` -> ``欧阳*``; ``Zhang San`` -> ``Z**** S**``; same width as the value.

    Of a Han given name alone nothing is shown: beside the masked full name it would complete it.
    """
    if not _HAN.match(value.lstrip()):
        return _each_part(value)
    if attribute in {"person.given_name", "person.middle_name"}:
        return _keep(value, 0)
    letters = "".join(value.split())
    if any(_SPACE_OR_DOT.fullmatch(letter) for letter in letters):
        return _each_part(value)
    return _keep(value, _surname_length(letters))


def _surname_length(letters: str) -> int:
    """How many characters of a Han name are its surname; never all of them."""
    for length in (4, 2):
        if len(letters) > length and letters[:length] in COMPOUND_SURNAMES:
            return length
    return 1 if len(letters) > 1 else 0


def _keep(value: str, shown: int) -> str:
    """The first ``shown`` characters that are no space; stars for the other ones."""
    out: list[str] = []
    for character in value:
        if character.isspace():
            out.append(character)
        else:
            out.append(character if shown > 0 else STAR)
            shown -= 1
    return "".join(out)


def _each_part(value: str) -> str:
    """The initial of each word of two characters or more; spaces and middle dots stay."""
    parts = _SPACE_OR_DOT.split(value)
    return "".join(part if index % 2 else _initial(part) for index, part in enumerate(parts))


def _initial(word: str) -> str:
    return word[:1] + STAR * (len(word) - 1) if len(word) > 1 else STAR * len(word)


def mask_organization_name(value: str) -> str:
    """The first characters, at most four and at most half; same width as the value."""
    shown = min(4, width(value) // 2)
    return value[:shown] + STAR * (len(value) - shown)


def mask_handle(value: str) -> str:
    """The first one or two characters of a name in a network, a quarter at most; same width as the value."""
    shown = ends_of(width(value), 2)
    return value[:shown] + STAR * (len(value) - shown)
