"""Companies in China as CRM, ERP, invoices, tenders, cards of fairs and inquiries know them.

The truth is the legal entity; a branch and a shop of a chain are entities of their own, and so are sister firms with
one telephone, firms of one brand in other trades or towns, and those that an agent registers at one address. Each draw
is a set of sources with habits of its own.
"""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from benchmarks.customers.chinese_firm_groups import (
    CODE_FIGURES,
    Contact,
    Firm,
    Habits,
    Place,
    group_of,
    happens,
    registered,
)
from benchmarks.customers.chinese_firm_words import ALIKE, HEADINGS, SYLLABLES
from benchmarks.customers.draw import Row, lists
from benchmarks.customers.names_chinese import misheard
from benchmarks.customers.noise import digit_slip, typo

COLUMNS = tuple(names[0] for names in HEADINGS)
_NAME, _SHORT, _ENGLISH, _FORMER, _CODE, _PERSON, _TITLE, _LINE, _MOBILE, _MAIL, _SITE, _PROVINCE, _TOWN, _ADDRESS = (
    COLUMNS
)
_SOURCES = ("crm", "erp", "invoices", "tenders", "cards", "inquiries")
_CHANCES = {
    "copies": (0.3, 0.75), "again": (0.0, 0.35), "sisters": (0.0, 0.2), "branches": (0.0, 0.3), "chain": (0.0, 0.25),
    "agent": (0.0, 0.1), "building": (0.0, 0.4), "moved": (0.0, 0.25), "renamed": (0.0, 0.15), "as.before": (0.1, 0.6),
    "reordered": (0.0, 0.25), "townless": (0.0, 0.5), "formless": (0.0, 0.4), "other.form": (0.0, 0.25),
    "short": (0.0, 0.35), "brand": (0.0, 0.08), "english": (0.0, 0.3), "initials": (0.0, 0.15), "slip": (0.0, 0.15),
    "blank": (0.0, 0.08), "wide": (0.0, 0.1), "note": (0.0, 0.12), "code.slip": (0.0, 0.08), "code.blank": (0.0, 0.2),
    "head.code": (0.0, 0.15), "areacode": (0.6, 1.0), "extension": (0.0, 0.3), "figure": (0.0, 0.05),
    "mobile.as.line": (0.0, 0.2), "free.mail": (0.0, 0.7), "own.mail": (0.1, 0.9), "titled": (0.0, 0.4),
    "hotline": (0.0, 0.8), "above": (0.2, 1.0), "district": (0.3, 1.0), "house": (0.4, 1.0), "room": (0.3, 1.0),
    "number": (0.7, 1.0), "placeless": (0.0, 0.15), "pooled": (0.0, 0.9),
}  # fmt: skip
"""The least and the most of each chance."""
_LATIN_FORMS = {
    "有限公司": ("Co., Ltd.", "Co., Ltd", "Co.,Ltd.", "CO.,LTD", "Co. Ltd", "Company Limited", "Ltd.", "Limited", ""),
    "股份有限公司": ("Co., Ltd.", "Corp.", "Inc.", "Corporation"), "厂": ("Factory", "Works", "Factory Co., Ltd"),
    "集团有限公司": ("Group Co., Ltd.", "Group", "Holding Group"), "商行": ("Trading Firm", "Store", ""),
    "经营部": ("Sales Department", "Store", ""), "工作室": ("Studio",), "合伙企业(有限合伙)": ("LP", "Partnership"),
}  # fmt: skip
_NOTES = lists("(停用) VIP (含税) * (新) 【重点客户】 (老客户) -已合作 (现金) 2023 （勿用） (月结30天) ★")
_FIGURES = str.maketrans("0123456789", "〇一二三四五六七八九")
_WIDE = str.maketrans({chr(one): chr(one + 0xFEE0) for one in range(ord("!"), ord("~"))})
_SOUNDS = {han: [other for other, said in SYLLABLES if said == latin and other != han] for han, latin in SYLLABLES}
_LOOKS = {pair[side]: pair[1 - side] for pair in ALIKE for side in (0, 1)}


def headings(random: Random) -> list[str]:
    """The names of the columns in one file."""
    return [random.choice(names) for names in HEADINGS]


def clusters(random: Random) -> Iterator[list[Row]]:
    """The rows of one firm after the other, group by group; without end."""
    habits = _habits(random)
    recent: list[Firm] = []
    taken: set[tuple[str, str, str]] = set()
    while True:
        group = group_of(random, habits, recent)
        if any(firm.key in taken for firm in group):
            continue
        taken.update(firm.key for firm in group)
        recent = [*recent[-300:], *group]
        for firm in group:
            count = 1
            while count < 7 and happens(random, habits, "copies"):
                count += 1
            yield [_row(random, habits, firm, random.choice(habits.sources)) for _ in range(count)]


def _habits(random: Random) -> Habits:
    chance = {name: random.uniform(*ends) for name, ends in _CHANCES.items()}
    sources = random.sample(_SOURCES, random.choice((2, 3, 4, 6)))
    shares = (0.0, 0.2, 0.5, 0.8, 0.97)
    filled = {(source, column): random.choice(shares) for source in sources for column in COLUMNS}
    for column in (_SHORT, _ENGLISH, _FORMER):  # most files have none of these
        there = random.random() < 0.4
        filled |= {(source, column): random.choice((0.1, 0.3, 0.7)) if there else 0.0 for source in sources}
    for source in sources:
        filled[source, _CODE] = random.uniform(0.2, 0.6)
        filled[source, random.choice((_LINE, _MOBILE, _ADDRESS, _MAIL))] = 0.95
    most = random.choice((30, 70, len(SYLLABLES)))
    return Habits(chance, filled, sources, random.sample(SYLLABLES, most))


def _row(random: Random, habits: Habits, firm: Firm, source: str) -> Row:
    has = {column: random.random() < habits.filled[source, column] for column in COLUMNS}
    contact, place = random.choice(firm.contacts), random.choice(firm.places[-1:] * 2 + firm.places)
    name, told = _name(random, habits, firm)
    mail = contact.mail if happens(random, habits, "own.mail") else firm.mailbox
    values = {
        _NAME: name,
        _SHORT: _brief(random, firm, brand=True),
        _ENGLISH: "" if name.isascii() else _english(random, habits, firm),
        _FORMER: firm.former,
        _CODE: _written_code(random, habits, firm),
        _PERSON: _person(random, habits, contact, latin=name.isascii()),
        _TITLE: contact.title,
        _LINE: _written_line(random, habits, firm, contact),
        _MOBILE: _written_mobile(random, habits, contact.mobile),
        _MAIL: typo(random, mail) if happens(random, habits, "figure") else mail,
        _SITE: random.choice(("", "www.", "http://www.", "https://", "www.")) + firm.host,
        _PROVINCE: place.town[1] if random.random() < 0.7 else place.town[1].rstrip("省市"),
        _TOWN: place.town[0] + random.choice(("", "市", "市")),
        _ADDRESS: _written_place(random, habits, place),
    }
    needed = (_ADDRESS,) if told == "placeless" else (_CODE, _LINE, _MOBILE, _MAIL, _ADDRESS)
    if told != "told" and not any(has[column] for column in needed):
        # A name that many could have comes with something by which a clerk knows whose it is.
        has[random.choice(needed)] = True
    has |= {_NAME: True, _TITLE: has[_TITLE] and has[_PERSON]}
    return (source, *(values[column] if has[column] else "" for column in COLUMNS))


def _name(random: Random, habits: Habits, firm: Firm) -> tuple[str, str]:
    """The name, and whether it tells the firm from others ("told", "short", or "placeless": a branch by its head's)."""
    shown = firm
    if firm.branch and happens(random, habits, "placeless"):
        shown = replace(firm, branch="")
    told = "told" if shown is firm else "placeless"
    if firm.former and happens(random, habits, "as.before"):
        name, told = firm.former, "short"
        if random.random() < 0.2:
            name, told = f"{registered(firm, firm.trade, firm.order)}(原{firm.former})", "told"
    elif happens(random, habits, "english") and (not firm.branch or random.random() < 0.3):
        name, told = _english(random, habits, shown), "placeless" if told == "placeless" else "short"
    elif happens(random, habits, "short"):
        name = _brief(random, shown, brand=happens(random, habits, "brand"))
        told = "placeless" if told == "placeless" else "short"
    else:
        name = _full(random, habits, shown)
        told = "short" if told == "told" and not (firm.branch or firm.town[0] in name) else told
    if name.isascii():
        return typo(random, name) if happens(random, habits, "slip") else name, told
    return _spoilt(random, habits, name), told


def _full(random: Random, habits: Habits, firm: Firm) -> str:
    order = random.choice((0, 1, firm.order)) if happens(random, habits, "reordered") else firm.order
    if order not in {2, 3} and happens(random, habits, "townless"):
        order = 5
    if happens(random, habits, "formless") and len(firm.trade) > 1:
        firm = replace(firm, form=random.choice(("", "", "公司")))
    elif happens(random, habits, "other.form") and firm.form.endswith("有限公司"):
        firm = replace(firm, form=random.choice(("有限公司", "有限责任公司", "公司")))
    name = registered(firm, firm.trade, order)
    if order == 0 and random.random() < habits.chance["reordered"] / 2:
        name = (firm.town[1] if firm.town[0] not in firm.town[1] else "") + name
    return _with_branch(random, firm, name) if firm.branch else name


def _with_branch(random: Random, firm: Firm, name: str) -> str:
    """Behind the name in one of the ways in which branches of firms and shops of chains are written."""
    branch = firm.branch
    if branch.endswith("店"):
        chain = f"{random.choice(('', firm.places[0].town[0]))}{firm.called}{firm.trade[0][0]}"
        return random.choice((f"{chain}({branch})", f"{chain}-{branch}", f"{chain}{branch}", name + branch))
    town = firm.places[0].town[0]
    return random.choice((name + branch, name + branch, f"{name}({town})", f"{name}({branch})", f"{name}-{branch}"))


def _brief(random: Random, firm: Firm, *, brand: bool) -> str:
    """Brand and trade, or the brand alone, without town and form."""
    work = "" if brand and random.random() < 0.6 else "".join(han for han, _ in firm.trade)
    if len(firm.trade) > 1 and random.random() < 0.3:
        work = firm.trade[0][0] if work else ""
    town = firm.town[0] if random.random() < 0.2 else ""
    return f"{town}{firm.called}{work}{firm.branch}"


def _english(random: Random, habits: Habits, firm: Firm) -> str:
    """Brand in pinyin, or its initials, trade in English and a legal form, with the town before it or in brackets."""
    spoken = "".join(latin for _, latin in firm.brand).title()
    if random.random() < 0.15:
        spoken = " ".join(latin.title() for _, latin in firm.brand)
    if happens(random, habits, "initials"):
        spoken = "".join(latin[0] for _, latin in firm.brand).upper()
    work = " ".join(latin for _, latin in firm.trade)
    form = random.choice(_LATIN_FORMS.get(firm.form, _LATIN_FORMS["有限公司"]))
    town = firm.town[2]
    name = random.choice((f"{town} {spoken} {work}", f"{spoken} {work}", f"{spoken} ({town}) {work}")) + f" {form}"
    if firm.branch:
        here = firm.places[0].town[2]
        name = f"{name.strip()} {f'{here} Branch' if not firm.branch.endswith('店') else f'({_store(firm)}, {here})'}"
    return (name.upper() if random.random() < 0.15 else name).strip()


def _store(firm: Firm) -> str:
    """A shop abroad has a number: one by its telephone, so that it stays the same."""
    return f"Store No. {int(firm.lines[0][-3:]) + 1}"


def _spoilt(random: Random, habits: Habits, name: str) -> str:
    """A name in characters with slips of typing, blanks, wide letters and notes behind it."""
    if happens(random, habits, "slip"):
        name = _slip(random, name)
    if happens(random, habits, "blank"):
        at = random.randrange(1, len(name))
        name = f"{name[:at]} {name[at:]}"
    if happens(random, habits, "wide"):
        name = name.translate(_WIDE)
    return name + random.choice(_NOTES) if happens(random, habits, "note") else name


def _slip(random: Random, name: str) -> str:
    at = random.randrange(len(name))
    places = [position for position, one in enumerate(name) if _SOUNDS.get(one) or one in _LOOKS]
    if places and random.random() < 0.65:
        at = random.choice(places)
        others: list[str] = [*_SOUNDS.get(name[at], ()), *_LOOKS.get(name[at], "")]
        return name[:at] + random.choice(others) + name[at + 1 :]
    return name[:at] + (name[at] * 2 if random.random() < 0.25 else "") + name[at + 1 :]


def _written_code(random: Random, habits: Habits, firm: Firm) -> str:
    code = firm.head_code if firm.head_code and happens(random, habits, "head.code") else firm.code
    if happens(random, habits, "code.slip"):
        at = random.randrange(2, len(code))
        code = code[:at] + random.choice(CODE_FIGURES.replace(code[at], "")) + code[at + 1 :]
    if happens(random, habits, "code.blank"):
        return random.choice((f"{code[:8]} {code[8:]}", f"{code[:6]} {code[6:12]} {code[12:]}", code.lower()))
    return code


def _person(random: Random, habits: Habits, one: Contact, *, latin: bool) -> str:
    family, given = one.family[0], one.given[0]
    if latin:
        return f"{one.given[1].title()} {one.family[1].title()}"
    if happens(random, habits, "titled"):
        called = "女士" if one.woman else "先生"
        return family + random.choice((called, "经理", "总", f"{given}{called}", f"{given}({one.title})"))
    return family + (misheard(random, given) if happens(random, habits, "slip") else given)


def _written_line(random: Random, habits: Habits, firm: Firm, contact: Contact) -> str:
    if firm.hotline and random.random() < 0.4:
        hotline = firm.hotline
        return random.choice((hotline, f"{hotline[:3]}-{hotline[3:6]}-{hotline[6:]}", f"{hotline[:6]}-{hotline[6:]}"))
    if happens(random, habits, "mobile.as.line"):
        return _written_mobile(random, habits, contact.mobile)
    line = random.choice((firm.lines[-1], random.choice(firm.lines)))
    area, number = (digit_slip(random, line) if happens(random, habits, "figure") else line).split("-")
    if not happens(random, habits, "areacode"):
        return number
    ways = (
        f"{area}-{number}", f"{area}-{number}", f"{area}{number}", f"({area}){number}", f"{area} {number}",
        f"+86-{area[1:]}-{number}", f"86 {area[1:]} {number}", f"+86 ({area[1:]}) {number[:4]} {number[4:]}",
        f"{area}－{number}", f"({area}) {number[:4]}-{number[4:]}", f"0086-{area[1:]}-{number}",
    )  # fmt: skip
    extension = f"{random.choice(('转', '-', ' 转 ', 'ext.'))}{random.randint(100, 8999)}"
    return random.choice(ways) + (extension if happens(random, habits, "extension") else "")


def _written_mobile(random: Random, habits: Habits, number: str) -> str:
    number = digit_slip(random, number) if happens(random, habits, "figure") else number
    apart = f"{number[:3]} {number[3:7]} {number[7:]}"
    return random.choice((number, number, number, f"+86{number}", f"86-{number}", apart, apart.replace(" ", "-")))


def _written_place(random: Random, habits: Habits, place: Place) -> str:
    """From the province to the room; any of it may be left away."""
    town, province = place.town[0], place.town[1]
    whole = f"{province}{town}市" if town not in province else province
    above = random.choice((whole, f"{town}市", town, f"{whole[:2]}{town}")) if happens(random, habits, "above") else ""
    above = f"{town}市" if above == town * 2 else above
    road = place.road + (f"{place.number}号" if happens(random, habits, "number") else "")
    inside = place.house if happens(random, habits, "house") else ""
    if happens(random, habits, "room") and (place.house or place.number % 2):
        room = f"{place.floor}{place.room:02}"
        inside += random.choice((f"{place.floor}层{room}室", f"{place.floor}楼{room}", f"{room}室", room, f"-{room}"))
    text = road + inside
    if random.random() < habits.chance["wide"]:
        text = text.translate(random.choice((_FIGURES, _WIDE)))
    return above + (place.district if happens(random, habits, "district") else "") + text
