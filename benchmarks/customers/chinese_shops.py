"""Chinese customers by another hand: each draw is a firm whose channels write with habits of their own.

Orders, a mini programme, a call centre, mail and the books hold the same people: with the middle of the telephone
hidden, under a nickname or a form of address, in pinyin, at an estate that one channel writes with its road and
another without. Couples share a telephone and a home, colleagues a switchboard and a mailbox, as far as this firm's do.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.customers import names_chinese
from benchmarks.customers.draw import Row, lists
from benchmarks.customers.names_chinese import TRADITIONAL, misheard
from benchmarks.customers.noise import digit_slip
from benchmarks.customers.phones import chinese_mobile
from benchmarks.customers.places import CHINESE_CITIES, CHINESE_STREETS, PROVINCES

COLUMNS = ("客户姓名", "昵称", "手机号", "座机", "邮箱", "单位", "省份", "城市", "区县", "收货地址", "出生日期")
_CHANNELS = ("orders", "programme", "calls", "mail", "books")
_ESTATES = lists(
    "阳光 锦绣 金桂 翠竹 滨河 望江 紫薇 春天 丽景 景泰 东湖 凤凰 富丽 天鹅 银杏 百合 江南 书香 御景 龙泉 云山 枫林"
)
_ENDS = lists("花园 家园 新村 小区 公寓 嘉苑 名苑 华庭 豪庭 雅居 广场 大厦")
_CALLED = {True: lists("女士 小姐 阿姨 姐 老师 经理"), False: lists("先生 师傅 总 哥 老师 经理")}
_ENGLISH = lists("Amy Jack Lucy Kevin Tony Linda Jason Grace Eric Coco Vivian Leo Sunny Frank")
_MOODS = lists("追风 安静 快乐 向阳 随风 半夏 青柠 云朵 小鱼 橙子 星河 晚风 海盐 木棉 初见 南巷 北岛 花开")
_BEINGS = lists("少年 的猫 小熊 天空 女孩 先森 咖啡 旅人 时光 奶茶 月亮 骑士 兔子 妈妈")
_SIGNS = ("🌸", "☀️", "🐱", "💪", "")
_FIRMS = lists("信达 宏远 佳美 泰和 瑞祥 通利 明德 恒润 众诚 科源 鼎盛 安康 华北 正大 广益 永丰")
_TRADES = lists("贸易 科技 物流 食品 建材 医疗器械 电子 咨询 广告 机械 化工 服饰")
_HOSTS = lists("163.com qq.com 126.com sina.com outlook.com 139.com")
_FIGURES = str.maketrans("0123456789", "〇一二三四五六七八九")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_CHANCES = {
    "partner": (0.1, 0.7), "child": (0.0, 0.4), "shared.mobile": (0.0, 0.35), "shared.mail": (0.0, 0.15),
    "namesake": (0.0, 0.05), "copies": (0.35, 0.75), "moved": (0.0, 0.3), "number": (0.0, 0.45), "firm": (0.1, 0.6),
    "switchboard": (0.1, 0.9), "firm.mail": (0.0, 0.4), "masked": (0.0, 0.6), "called": (0.0, 0.35),
    "nickname": (0.05, 0.5), "nameless": (0.0, 0.6), "pinyin": (0.0, 0.4), "english": (0.0, 0.15),
    "traditional": (0.0, 0.12), "heard": (0.0, 0.1), "figure": (0.0, 0.05), "road": (0.2, 0.9), "unit": (0.3, 1.0),
    "above": (0.1, 0.9), "numerals": (0.0, 0.15), "blank": (0.0, 0.1), "at.work": (0.0, 0.4), "vague": (0.0, 0.4),
}  # fmt: skip
"""The least and the most of each chance."""


@dataclass(frozen=True, slots=True)
class _Habits:
    """What one firm's channels do: chances by what they are of, and what each channel fills."""

    chance: Mapping[str, float]
    filled: Mapping[tuple[str, str], float]
    channels: Sequence[str]
    firms: int


@dataclass(frozen=True, slots=True)
class _Home:
    """A flat: estate with building, entrance and room, on a road."""

    city: str
    district: str
    road: str
    estate: str
    parts: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Firm:
    name: str
    switchboard: str
    mailbox: str
    host: str
    place: _Home


@dataclass(slots=True)
class _Person:
    family: tuple[str, str]
    given: tuple[str, str]
    woman: bool
    born: tuple[int, int, int]
    homes: list[_Home]
    mobiles: list[str]
    mail: str
    nickname: str
    english: str
    firm: _Firm | None = None


def _habits(random: Random) -> _Habits:
    chance = {name: random.uniform(*ends) for name, ends in _CHANCES.items()}
    channels = random.sample(_CHANNELS, random.choice((2, 3, 5)))
    filled = {(channel, column): random.choice((0.0, 0.2, 0.6, 0.95)) for channel in channels for column in COLUMNS}
    for channel in channels:  # everybody can be reached
        filled[channel, random.choice(("手机号", "手机号", "邮箱", "收货地址"))] = 0.95
    return _Habits(chance, filled, channels, random.choice((20, 60, 200)))


def clusters(random: Random) -> Iterator[list[Row]]:
    """The rows of one person after the other, household by household; without end."""
    habits = _habits(random)
    firms = [_firm(random) for _ in range(habits.firms)]
    recent: list[_Person] = []
    while True:
        for person in _household(random, habits, firms):
            if recent and _happens(random, habits, "namesake"):
                other = random.choice(recent)
                person.family, person.given = other.family, other.given
            recent = [*recent[-200:], person]
            count = 1
            while count < 9 and _happens(random, habits, "copies"):
                count += 1
            yield [_row(random, habits, person, random.choice(habits.channels)) for _ in range(count)]


def _happens(random: Random, habits: _Habits, what: str) -> bool:
    return random.random() < habits.chance[what]


def _home(random: Random) -> _Home:
    city, _, _, districts = CHINESE_CITIES(random)
    road = f"{CHINESE_STREETS(random)[0]}{random.randint(1, 400)}号"
    parts = random.randint(1, 30), random.randint(1, 4), random.randint(1, 24) * 100 + random.randint(1, 6)
    return _Home(city, random.choice(districts.split()), road, random.choice(_ESTATES) + random.choice(_ENDS), parts)


def _firm(random: Random) -> _Firm:
    place, name = _home(random), random.choice(_FIRMS) + random.choice(_FIRMS)[:1] + random.choice(_TRADES)
    town = place.city.removesuffix("市") if random.random() < 0.6 else ""
    host = f"firm{random.randrange(10**5)}.cn"
    switchboard = f"0{random.choice((10, 20, 21, 755, 571, 28))}-{random.randint(20000000, 89999999)}"
    return _Firm(
        f"{town}{name}有限公司", switchboard, f"{random.choice(('info', 'sales', 'office'))}@{host}", host, place
    )


def _household(random: Random, habits: _Habits, firms: Sequence[_Firm]) -> list[_Person]:
    home, mobile, surname = _home(random), chinese_mobile(random), names_chinese.SURNAMES(random)
    mail = f"home{random.randrange(10**5)}@{random.choice(_HOSTS)}"
    families = [surname]
    if _happens(random, habits, "partner"):
        families.append(names_chinese.SURNAMES(random))
    if _happens(random, habits, "child"):
        families.append(surname)
    found = []
    for family in families:
        person = _person(random, habits, family, home, firms)
        if _happens(random, habits, "shared.mobile"):
            person.mobiles = [mobile, *person.mobiles[1:]]
        if _happens(random, habits, "shared.mail"):
            person.mail = mail
        found.append(person)
    return found


def _person(random: Random, habits: _Habits, family: tuple[str, str], home: _Home, firms: Sequence[_Firm]) -> _Person:
    woman = random.random() < 0.5
    given = names_chinese.given_name(random, woman=woman)
    mobiles, homes = [chinese_mobile(random)], [home]
    if _happens(random, habits, "number"):
        mobiles.append(chinese_mobile(random))
    if _happens(random, habits, "moved"):
        homes.append(_home(random))
    letters, year = f"{given[1]}{family[1]}".replace("ü", "v"), random.randint(1950, 2005)
    local = random.choice((letters, f"{letters}{year % 100}", str(random.randint(10**7, 3 * 10**9)), mobiles[0]))
    nickname = random.choice(
        (
            f"{random.choice('小阿老大')}{given[0][-1]}",
            given[0][-1] * 2,
            f"{random.choice(_MOODS)}{random.choice(_BEINGS)}{random.choice(_SIGNS)}",
            f"{random.choice(_MOODS)}{random.choice(_BEINGS)}{random.randint(1, 99)}",
            f"{given[1]}{random.randint(1, 999)}",
        )
    )
    return _Person(
        family, given, woman, (year, random.randint(1, 12), random.randint(1, 28)), homes, mobiles,
        f"{local}@{random.choice(_HOSTS)}", nickname, random.choice(_ENGLISH),
        random.choice(firms) if _happens(random, habits, "firm") else None,
    )  # fmt: skip


def _row(random: Random, habits: _Habits, person: _Person, channel: str) -> Row:
    has = {column: random.random() < habits.filled[channel, column] for column in COLUMNS}
    firm = person.firm if channel in {"books", "mail"} or random.random() < 0.1 else None
    number = person.mobiles[0] if random.random() < 0.7 else person.mobiles[-1]
    number = digit_slip(random, number) if _happens(random, habits, "figure") else number
    home = random.choice(person.homes)
    if firm and _happens(random, habits, "at.work"):
        home = firm.place
    mail = person.mail
    if firm and _happens(random, habits, "firm.mail"):
        mail = firm.mailbox if random.random() < 0.5 else f"{person.given[1]}.{person.family[1]}@{firm.host}"
    values = {
        "昵称": person.nickname,
        "手机号": _number(random, habits, number),
        "座机": _line(random, firm) if firm and _happens(random, habits, "switchboard") else "",
        "邮箱": mail,
        "单位": _named(random, firm) if firm else "",
        **_place(random, habits, home),
        "出生日期": "{}-{:02}-{:02}".format(*person.born),
    }
    found = {column: value if has[column] else "" for column, value in values.items()}
    nameless = channel == "programme" and _happens(random, habits, "nameless") and any(found.values())
    found["客户姓名"] = "" if nameless else _name(random, habits, person)
    return (channel, *(found[column] for column in COLUMNS))


def _name(random: Random, habits: _Habits, person: _Person) -> str:
    family, given = person.family[0], person.given[0]
    if _happens(random, habits, "called"):
        return family + random.choice(_CALLED[person.woman])
    if _happens(random, habits, "nickname") and random.random() < 0.4:
        return person.nickname
    if _happens(random, habits, "pinyin"):
        one, other = person.family[1].title(), person.given[1].title()
        return random.choice((f"{one} {other}", f"{other} {one}", f"{one}{other}", f"{other.upper()} {one.upper()}"))
    if _happens(random, habits, "english"):
        return f"{person.english} {person.family[1].title()}"
    if _happens(random, habits, "heard"):
        given = misheard(random, given)
    if _happens(random, habits, "traditional"):
        family, given = family.translate(TRADITIONAL), given.translate(TRADITIONAL)
    return f"{family} {given}" if _happens(random, habits, "blank") else family + given


def _number(random: Random, habits: _Habits, number: str) -> str:
    if _happens(random, habits, "masked"):
        return f"{number[:3]}****{number[7:]}"
    return random.choice((number, number, f"+86{number}", f"86-{number}", f"{number[:3]} {number[3:7]} {number[7:]}"))


def _line(random: Random, firm: _Firm) -> str:
    extension = f"转{random.randint(100, 899)}" if random.random() < 0.3 else ""
    return firm.switchboard + extension


def _named(random: Random, firm: _Firm) -> str:
    return firm.name.removesuffix("有限公司") if random.random() < 0.3 else firm.name


def _place(random: Random, habits: _Habits, home: _Home) -> dict[str, str]:
    """Province, city and district, and an address that repeats them or leaves them, its road or its estate away."""
    block, entrance, room = home.parts
    ways = (
        f"{block}栋{entrance}单元{room}室", f"{block}-{entrance}-{room}", f"{block}号楼{entrance}单元{room}",
        f"{block}幢{entrance}单元{room}号", f"-{block}-{entrance}-{room}", f"{block}#{entrance}单元{room}",
    )  # fmt: skip
    inside = random.choice(ways) if _happens(random, habits, "unit") else f"{block}号楼"
    road, estate = home.road, home.estate
    if not _happens(random, habits, "road"):
        road = ""
    elif random.random() < 0.25:
        estate = ""
    if _happens(random, habits, "vague"):
        inside = ""
    text = road + estate + inside
    if _happens(random, habits, "numerals"):
        text = text.translate(random.choice((_FIGURES, _WIDE)))
    province, city = PROVINCES.get(home.city, home.city), home.city
    above = ""
    if _happens(random, habits, "above"):
        above = random.choice((province + city, city, city.removesuffix("市"), "")) + home.district
        above = above.replace(city + city, city)
    if _happens(random, habits, "traditional"):
        text = text.translate(TRADITIONAL)
    short = random.random() < 0.3
    return {
        "省份": province.removesuffix("省") if short else province,
        "城市": city.removesuffix("市") if short else city,
        "区县": home.district,
        "收货地址": above + text,
    }
