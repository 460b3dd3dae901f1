"""Names of people: Chinese, pinyin, Latin and other scripts, to one form; titles kept apart."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from merge.standardise.birth_surnames import BORN
from merge.standardise.familiar_chinese import KIN, part_of_name, without_addition
from merge.standardise.nobody import names_nobody, names_nobody_chinese
from merge.standardise.regions import divisions
from merge.standardise.surnames import COMMON, COMPOUND, PINYIN, READINGS, is_pinyin, split_surname
from merge.standardise.text import clean, fold, has_han, is_chinese, is_missing, simplify, vocabulary, words
from merge.standardise.values import StandardValue, Validity, sorted_parts

_DOTS = re.compile(r"[·•・\u30fb‧∙⋅.]")
# The dot between Japanese words, where it stands in a name of a minority.
_DOT_OF_KANA = re.compile("(?<=[\u3400-\u9fff])\u30fb(?=[\u3400-\u9fff])")
_STROKES = re.compile(r"[_|#@~]")
# Pictures and modifiers; letters, marks and punctuation stay.
_DECORATION = frozenset({"So", "Sk", "Cs", "Co", "Cn"})
_MASKED = re.compile(r"(?:[*\u00d7\u25cb\u67d0]|[xX]{2,})+")
_BESIDE_HAN = re.compile(r"[A-Za-z][A-Za-z'.\- ]*[A-Za-z]|\+?\d[\d\- ]{4,}")
# 张三 收: behind the name on a parcel; 丰收 is a name.
_TO_RECEIVE = re.compile("(?<=[\u4e00-\u9fff]{2})(?<!丰)收$")
# 唐长林0188: what a network puts behind a name that is taken.
_FIGURES_BEHIND = re.compile("(?<=[\u4e00-\u9fff]{2})[0-9]{1,6}$")
_BRACKETS = re.compile(r"[(\[【]([^)\]】]*)[)\]】]?")
_TITLES_ZH = (
    "先生", "女士", "小姐", "太太", "夫人", "同志", "阁下", "老师", "师傅", "教授", "博士", "医生", "大夫",
    "律师",
    "工程师", "会计师", "总经理", "副总经理", "董事长", "副董事长", "总监", "副总监", "总裁", "副总裁", "经理",
    "副经理",
    "主任", "副主任", "主管", "主席", "部长", "处长", "科长", "局长", "院长", "校长", "所长", "厂长", "店长", "组长",
    "老板", "老板娘", "助理", "秘书", "顾问", "书记", "警官", "副总", "采购", "销售", "财务", "总工",
    "阿姨", "大姐", "大哥", "大爷", "大妈", "大叔", "同学", "总", "姐", "哥", "叔", "嫂", "婶", "伯", "工", "董", "生",
)  # fmt: skip
_LONGEST_ZH = 5
_LONGEST_FIRST = sorted((*_TITLES_ZH, *KIN), key=len, reverse=True)
TITLES_LATIN = vocabulary(
    "mr mrs ms miss mx dr prof professor sir dame lord lady rev reverend fr hon honourable honorable capt captain col "
    "colonel maj major gen general lt lieutenant sgt herr frau fraulein dipl ing mag mme mlle monsieur madame sr sra "
    "srta don dona sig signor signora dott baronet bt bart baron baroness viscount viscountess earl countess marquess "
    "duke duchess esq esquire phd md msc mba ceo cfo cto"
)
GENERATIONS = {
    **dict.fromkeys(("sr", "snr", "senior", "1st"), "1"),
    **dict.fromkeys(("jr", "junior", "ii", "2nd"), "2"),
    **dict.fromkeys(("iii", "3rd"), "3"),
    **dict.fromkeys(("iv", "4th"), "4"),
    "5th": "5",
}
"""Which of the bearers of one name in a family somebody is, by what stands behind the name."""
SUFFIXES = frozenset(GENERATIONS) - {"sr"}
# They belong to the family name that follows ("Ludwig van Beethoven").
PARTICLES = vocabulary(
    "van von der den de del della di da dos das du la le los las st mac mc bin ibn al el ten ter zu zum zur"
)

LEFT_OUT = vocabulary("da das do dos")
"""Particles of Portuguese names: the same people write them and leave them out, and none tells a family."""

_SHORT_MAC = re.compile(r"\bM['\u2018\u2019](?=[A-Za-z]{2})")
GAELIC = re.compile("(?:^| )(?:ma?c|o(?= ))")
"""Lower-case words of names that may be Mac, Mc or O before a name: written apart or together, short or in full."""
_LEAST_AFTER_MAC = 3
_HANGUL_OR_KANA = re.compile("[\u3040-\u30ff\uac00-\ud7af]")
_HANGUL = re.compile(r"([\uac00-\ud7af]{2,5}|[\uac00-\ud7af]\*[\uac00-\ud7af]?)")
_COMPOUND_HANGUL = ("남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방")
# What Japanese and Koreans put behind a name: Mr, Mrs, Dear.
_EAST_ASIAN = "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_POLITE = re.compile(rf"(?:(?<={_EAST_ASIAN}{{2}})|(?<={_EAST_ASIAN} {_EAST_ASIAN}))\s*(?:様|さま|さん|님|씨)$")
# Beek, Pieter van: in lower case they go with the family name that stands before the comma.
_BEHIND = re.compile(rf"(.*?),\s*(\S.*?)((?:\s+(?:{'|'.join(sorted(PARTICLES))}|'t|v\.|v\.\s?d\.))+)\s*")


def without_left_out(words_of_name: list[str]) -> list[str]:
    """The words of a name without Portuguese particles between others; in pinyin they are syllables."""
    if LEFT_OUT.isdisjoint(words_of_name[1:-1]):
        return words_of_name
    if all(map(is_pinyin, words_of_name)) and not PINYIN.isdisjoint((words_of_name[0], words_of_name[-1])):
        return words_of_name
    inside = [word for word in words_of_name[1:-1] if word not in LEFT_OUT]
    return [words_of_name[0], *inside, words_of_name[-1]]


def one_gaelic_form(words_of_family: list[str]) -> list[str]:
    """MacLeod, Mac Leod and McLeod in one form, and O Brien in that of O'Brien."""
    if not GAELIC.search(" ".join(words_of_family)):
        return words_of_family
    found: list[str] = []
    for word in words_of_family:
        if found and found[-1] in {"mc", "mac", "o"} and len(word) > 1:
            word = found.pop() + word  # noqa: PLW2901  (goes on with the prefix before it)
        is_mac = word.startswith("mac") and len(word) >= len("mac") + _LEAST_AFTER_MAC
        found.append("mc" + word.removeprefix("mac") if is_mac else word)
    return found


@lru_cache(maxsize=65536)
def plain_pinyin(text: str) -> str:
    """The syllables of Chinese characters without tones, run together."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415  (its dictionary loads only where Chinese names are met)

    return latin_pinyin("".join(lazy_pinyin(text)))


def latin_pinyin(text: str) -> str:
    """Pinyin in one spelling: ü is written u, v, yu and uu by different systems."""
    return text.lower().replace("ü", "u").replace("lv", "lu").replace("nv", "nu").replace("lyu", "lu")


def pinyin_of(family: str, given: str) -> tuple[str, str]:
    """Pinyin without tones of a family name (read as a surname) and of a given name."""
    reading = READINGS.get(family) if family else ""
    return (plain_pinyin(family) if reading is None else reading), (plain_pinyin(given) if given else "")


def _is_surname(text: str) -> bool:
    return text in COMMON or text in COMPOUND


def _strip_titles_zh(name: str) -> tuple[str, list[str]]:
    titles: list[str] = []
    stripped = True
    while stripped and name.endswith((*_TITLES_ZH, *KIN)):
        stripped = False
        for title in _LONGEST_FIRST:
            rest = name.removesuffix(title)
            # Of one character it is a title only right after a surname (王总); elsewhere it may belong to the name.
            if rest == name or not rest or (len(title) == 1 and not _is_surname(rest)):
                continue
            name, stripped = rest, True
            titles.append(title)
            break
    return name, titles


def _chinese(attribute: str, raw: str, text: str, titles: list[str]) -> StandardValue:
    dotted = bool(_DOTS.search(text))
    spaced = len(text.split()) > 1 and len(text.replace(" ", "")) > 4
    role = attribute.rpartition(".")[2]
    bare = _DOTS.sub("", simplify(text)).replace(" ", "")
    masked = _MASKED.search(bare)
    if masked:  # 王** and 王*明 tell the surname, *小明 the given name
        bare = bare[: masked.start()] or bare[masked.end() :]
        role = role if role != "full_name" else "family_name" if masked.start() else "given_name"
    if role == "full_name" and names_nobody_chinese(bare):
        return StandardValue(attribute, raw, "")
    bare = _FIGURES_BEHIND.sub("", bare)
    if _TO_RECEIVE.search(bare):
        bare = bare[:-1]
    bare, more = _strip_titles_zh(bare)
    # A dot marks a name of a minority or a foreigner: it has no Chinese surname to split off.
    if role == "full_name" and not dotted and (told := part_of_name(bare)):
        family, given = told
    elif role == "full_name" and len(bare) == 1 and not more and bare not in COMMON:
        family, given = "", bare  # 茜, as somebody signs; 戴 is a surname
    elif role == "full_name" and not dotted and not spaced and len(bare) <= _LONGEST_ZH:
        family, given = split_surname(bare)
    else:
        family, given = (bare, "") if role == "family_name" else ("", bare)
    family_pinyin, given_pinyin = pinyin_of(family, given)
    pieces = {
        "family": family,
        "given": given,
        "family_pinyin": family_pinyin,
        "given_pinyin": given_pinyin,
        "pinyin": f"{family_pinyin} {given_pinyin}".strip(),
        "script": "han",
        "title": " ".join(titles + more),
    }
    return StandardValue(attribute, raw, bare, Validity.UNKNOWN, None, sorted_parts(pieces))


def family_and_given(tokens: list[str]) -> tuple[list[str], list[str]]:
    """The words of a family name and those of the given names, of a name in Latin letters."""
    if len(tokens) < 2:
        return [], tokens
    if all(map(is_pinyin, tokens)):
        return _pinyin_family_and_given(tokens)
    if _chosen_beside_pinyin(tokens):
        return [tokens[1]], [tokens[2], tokens[0]]
    start = len(tokens) - 1
    while start > 1 and tokens[start - 1] in PARTICLES:
        start -= 1
    return tokens[start:], tokens[:start]


def _chosen_beside_pinyin(tokens: Sequence[str]) -> bool:
    """Whether a name that its bearer chose stands before a Chinese one in full: Alex Guo Shaofeng."""
    return (
        len(tokens) == len(("Alex", "Guo", "Shaofeng"))
        and tokens[1] in PINYIN
        and is_pinyin(tokens[2])
        and not is_pinyin(tokens[0])
    )


def _pinyin_family_and_given(tokens: list[str]) -> tuple[list[str], list[str]]:
    """Chinese put the surname first, in Latin letters often last: the end that can be a surname is one."""
    first = tokens[0] in PINYIN and (tokens[-1] not in PINYIN or len(tokens) > 2)
    family, given = (tokens[0], tokens[1:]) if first else (tokens[-1], tokens[:-1])
    return [family], ["".join(given)] if family in PINYIN else given


def _in_capitals(text: str, tokens: list[str]) -> int:
    """How many words at the head are a family name written in capitals before other words (DUPONT Jean)."""
    written = text.replace("'", "").replace("\u2019", "").split()
    if len(written) != len(tokens) or not all(map(str.isalpha, written)):
        return 0
    loud = [len(word) > 2 and word.isupper() for word in written]
    count = loud.index(False) if False in loud else 0
    return 0 if any(loud[count:]) or any(len(word) == 1 for word in written[count:]) else count


def _east_asian_letters(role: str, text: str) -> tuple[list[str], list[str]]:
    """Family and given name in hangul, the first syllable the family's; in kana nobody writes where it ends."""
    bare = text.replace(" ", "")
    if role != "full_name" or not _HANGUL.fullmatch(bare):
        return ([bare], []) if role == "family_name" else ([], [bare])
    size = 2 if bare.startswith(_COMPOUND_HANGUL) and len(bare) > len("남궁") else 1
    given = bare[size:]
    return [bare[:size]], [given] if "*" not in given else []


def _particles_in_front(attribute: str, text: str) -> str:
    behind = _BEHIND.fullmatch(text) if attribute == "person.full_name" else None
    return f"{behind[3].strip()} {behind[1]}, {behind[2]}" if behind else text


def _two_halves(
    role: str, text: str, head: list[str], tail: list[str], *, reversed_name: bool
) -> tuple[list[str], list[str]]:
    """Words of the family name and of the given names, of the words before and behind a comma."""
    if _HANGUL_OR_KANA.search(text):
        family, given = _east_asian_letters(role, text)
    elif role == "family_name":
        family, given = head + tail, []
    elif role != "full_name":
        family, given = [], head + tail
    elif reversed_name and head and tail:
        family, given = head, tail
    elif shouted := _in_capitals(text, head + tail):
        family, given = (head + tail)[:shouted], (head + tail)[shouted:]
    else:
        family, given = family_and_given(head + tail)
    return one_gaelic_form(family), given


def _latin(attribute: str, raw: str, text: str, titles: list[str]) -> StandardValue:
    text = _particles_in_front(attribute, _SHORT_MAC.sub("Mc", text))
    before, comma, after = text.partition(",")
    kept: list[list[str]] = []
    suffix = ""
    for piece in (before, after):
        tokens = []
        said = words(piece)
        for place, token in enumerate(said, 1):
            # Before a name it is a Spanish gentleman, behind one the elder of two.
            if token == "sr" and place == len(said) and (place > 1 or kept):  # noqa: S105  (a word, no secret)
                suffix = token
            elif token in TITLES_LATIN:
                titles.append(token)
            elif token in SUFFIXES:
                suffix = token
            else:
                tokens.append(token)
        kept.append(tokens)
    kept = [without_left_out(half) for half in kept]
    if names_nobody([word for half in kept for word in half], part=not attribute.endswith("full_name")):
        return StandardValue(attribute, raw, "")
    family, given = _two_halves(attribute.rpartition(".")[2], text, *kept, reversed_name=bool(comma))
    if len(family) > 1 and family[0] in LEFT_OUT:
        family = family[1:]
    pieces = {
        "family": " ".join(family),
        "given": " ".join(given),
        "script": "latin" if fold(text).isascii() else "other",
        "suffix": suffix,
        "generation": GENERATIONS.get(suffix, ""),
        "title": " ".join(titles),
    }
    return StandardValue(attribute, raw, " ".join(given + family), Validity.UNKNOWN, None, sorted_parts(pieces))


def undecorated(text: str) -> str:
    """A name without what people hang on it in social networks: emoji, and a city or motto behind a stroke."""
    plain = "".join(" " if unicodedata.category(character) in _DECORATION else character for character in text)
    first = next((part for part in _STROKES.split(plain) if part.strip()), plain)
    return " ".join(first.replace("\ufe0f", "").split())


def _beside_chinese(text: str) -> str:
    """A Chinese name without the Latin one or the telephone that stands beside it: 刘德华 Andy Lau."""
    han = " ".join(_BESIDE_HAN.sub(" ", text).split())
    return without_addition(_before_town(han if sum(map(has_han, han)) > 1 else text))


def _before_town(text: str) -> str:
    """A Chinese name without the province or the town behind a blank that tells namesakes apart: 胡涛 深圳."""
    name, blank, town = text.rpartition(" ")
    if not blank or len(name.replace(" ", "")) < 2 or simplify(name) in COMPOUND:
        return text
    known = divisions()
    return name if simplify(town) in known.provinces or simplify(town) in known.cities else text


def standardise_person_name(attribute: str, raw: str) -> StandardValue:
    """A full, given, middle or family name.

    ``normal`` is the match key: Simplified, folded, without honorifics and titles; given name first in Latin
    script, no separators in Chinese. Parts: family, given, script, title, suffix, and pinyin for Chinese names.
    """
    text = _POLITE.sub("", undecorated(_DOT_OF_KANA.sub("·", clean(raw))))
    if is_missing(text):
        return StandardValue(attribute, raw, "")
    text = BORN.sub("", text)
    titles = [clean(inside) for inside in _BRACKETS.findall(text) if clean(inside)]
    bare = _BRACKETS.sub(" ", text).strip() or text
    if is_chinese(bare):
        bare = _beside_chinese(bare) if attribute == "person.full_name" else bare
        return _chinese(attribute, raw, bare, titles)
    return _latin(attribute, raw, bare, titles)
