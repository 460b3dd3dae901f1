"""Chinese customers over five channels: web form, e-mail, ERP, WeChat, call centre.

What is typed by ear has other characters of the same sound; forms come in pinyin or traditional characters now and
then; numbers with +86, blanks or full-width digits; addresses in full, without the province or only the town;
WeChat knows nicknames and a handle; families share a telephone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from benchmarks.customers import names_chinese
from benchmarks.customers.draw import Row, Weighted, count_of, lists
from benchmarks.customers.names_chinese import TRADITIONAL, given_name, misheard
from benchmarks.customers.noise import digit_slip, typo
from benchmarks.customers.phones import chinese_mobile
from benchmarks.customers.places import PROVINCES, Address, chinese_address

COLUMNS = ("姓名", "联系电话", "电子邮箱", "微信号", "城市", "详细地址", "公司名称")
_CHANNELS = Weighted(("web_form", "email", "erp", "wechat", "call_centre"), (26, 16, 22, 20, 16))
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
_NICK = lists("小 阿 老 大")
_MOODS = lists("🌸 ☀️ 快乐的 追风的 爱笑的 平凡的 一米阳光 云淡风轻 静水流深 海阔天空 A-建材 岁月静好")
_FIRMS = lists("华信 恒达 鑫源 天成 博远 中瑞 宏图 金鼎 汇通 东方 新时代 万和 佳禾 瑞丰 启明 安泰 立信 远景 盛世 众合")
_TRADES = lists("贸易 科技 信息技术 建材 医药 食品 电子 物流 咨询 服装 机械 化工 餐饮管理 文化传媒")
_LEGAL = ("有限公司", "有限公司", "有限责任公司", "股份有限公司", "")


@dataclass(slots=True)
class _Customer:
    """One customer."""

    surname: tuple[str, str]
    given: tuple[str, str]
    woman: bool
    born: int
    phones: list[str]
    home: Address
    mails: list[str] = field(default_factory=list)
    handle: str = ""
    nickname: str = ""
    company: str = ""


def clusters(random: Random) -> Iterator[list[Row]]:
    """The rows of one customer after the other; without end."""
    recent: list[tuple[tuple[str, str], tuple[str, str]]] = [(("王", "wang"), ("伟", "wei"))]
    while True:
        home = chinese_address(random)
        shared = chinese_mobile(random) if random.random() < 0.25 else ""
        surname = names_chinese.SURNAMES(random)
        for number in range(count_of(random, (0.7, 0.2), 0.4, 4)):
            woman = random.random() < 0.5
            family = names_chinese.SURNAMES(random) if number == 1 else surname
            customer = _Customer(
                family,
                given_name(random, woman=woman),
                woman,
                random.randint(1950, 2004),
                [chinese_mobile(random)],
                home,
            )
            if random.random() < 0.03:
                customer.surname, customer.given = random.choice(recent)
            recent = [*recent[-300:], (customer.surname, customer.given)]
            _furnish(random, customer, shared)
            yield [_row(random, customer) for _ in range(count_of(random, (0.3, 0.24, 0.18, 0.12), 0.6, 9))]


def _furnish(random: Random, one: _Customer, shared: str) -> None:
    """What reaches a customer beside the first number."""
    if random.random() < 0.22:
        one.phones.append(chinese_mobile(random))
    if shared and random.random() < 0.6:
        one.phones.append(shared)
    letters = one.given[1] + one.surname[1].replace("ü", "v")
    one.mails.append(
        random.choice(
            (
                f"{random.randint(10**7, 3 * 10**9)}@qq.com",
                f"{letters}{random.randint(1, 999)}@163.com",
                f"{one.surname[1].replace('ü', 'v')}{one.given[1]}{one.born}@126.com",
                f"{one.phones[0]}@139.com",
            )
        )
    )
    one.handle = random.choice((f"wxid_{random.randrange(36**8):x}", f"{letters}{one.born % 100}", one.phones[0]))
    mood = random.choice(_MOODS)
    one.nickname = random.choice(
        (
            random.choice(_NICK) + one.given[0][-1],
            mood,
            f"{mood}{one.given[0]}",
            f"{one.surname[0]}小姐" if one.woman else f"{one.surname[0]}先生",
        )
    )
    if random.random() < 0.3:
        city = one.home.han_city.removesuffix("市")
        one.company = (
            f"{city}{random.choice(_FIRMS)}{random.choice(_FIRMS)}{random.choice(_TRADES)}{random.choice(_LEGAL)}"
        )


# Shares of a channel's rows that hold a value: telephone, e-mail, WeChat, city, address, company.
_HOLDS = {
    "web_form": (0.95, 0.6, 0.12, 0.6, 0.7, 0.2),
    "email": (0.5, 0.98, 0.05, 0.15, 0.2, 0.35),
    "erp": (0.85, 0.3, 0.0, 0.85, 0.85, 0.7),
    "wechat": (0.5, 0.02, 0.96, 0.3, 0.05, 0.0),
    "call_centre": (0.97, 0.03, 0.05, 0.4, 0.35, 0.1),
}


def _row(random: Random, one: _Customer) -> Row:
    channel = _CHANNELS(random)
    phone, mail, handle, city, address, company = (random.random() < share for share in _HOLDS[channel])
    number = random.choice(one.phones) if random.random() < 0.35 else one.phones[0]
    firm = one.company if company else ""
    if firm and random.random() < 0.3:
        firm = firm.removesuffix("有限公司").removesuffix("有限责任").removesuffix("股份")
    town = one.home.han_city if random.random() < 0.6 else one.home.han_city.removesuffix("市")
    # Who gives nothing to be reached by gives a name.
    name = _name(random, one, channel) or ("" if phone or mail else one.surname[0] + one.given[0])
    return (
        channel,
        name,
        _number(random, digit_slip(random, number) if random.random() < 0.03 else number) if phone else "",
        (typo(random, one.mails[0]) if random.random() < 0.03 else one.mails[0]) if mail else "",
        one.handle if handle else "",
        town if city else "",
        _address(random, one.home) if address else "",
        firm,
    )


def _name(random: Random, one: _Customer, channel: str) -> str:
    """The name as the channel has it: draws of falling share, the last is the plain name."""
    plain = one.surname[0] + one.given[0]
    pinyin = [one.surname[1].title(), one.given[1].title()]
    slip = one.surname[0] + misheard(random, one.given[0])
    ways: dict[str, tuple[tuple[float, str], ...]] = {
        "wechat": ((0.5, one.nickname), (0.12, one.given[0])),
        "call_centre": ((0.22, slip), (0.08, one.surname[0] + ("女士" if one.woman else "先生"))),
        "email": ((0.13, " ".join(pinyin)), (0.12, " ".join(reversed(pinyin))), (0.15, "")),
        "web_form": ((0.08, " ".join(pinyin)), (0.06, plain.translate(TRADITIONAL)), (0.06, slip)),
        "erp": ((0.04, plain.translate(TRADITIONAL)),),
    }
    drawn = random.random()
    for share, way in ways[channel]:
        drawn -= share
        if drawn < 0:
            return way
    return plain


def _number(random: Random, number: str) -> str:
    drawn = random.random()
    if drawn < 0.12:
        return f"+86{number}"
    if drawn < 0.2:
        return f"+86 {number[:3]} {number[3:7]} {number[7:]}"
    if drawn < 0.27:
        return f"86-{number}"
    if drawn < 0.32:
        return number.translate(_WIDE)
    return f"{number[:3]}-{number[3:7]}-{number[7:]}" if drawn < 0.42 else number


def _address(random: Random, home: Address) -> str:
    """From the whole address with its province to the road alone."""
    street = home.han_street
    if random.random() < 0.15:
        street = street.replace("栋", random.choice(("号楼", "幢", "座")))
    if random.random() < 0.25:
        street = street.split("号")[0] + "号"
    if random.random() < 0.05:
        street = street.translate(_DIGITS) if random.random() < 0.5 else street.translate(_WIDE)
    if random.random() < 0.05:
        street = street.translate(TRADITIONAL)
    drawn = random.random()
    if drawn < 0.35:
        return PROVINCES.get(home.han_city, "") + home.han_city + street
    return home.han_city + street if drawn < 0.7 else street
