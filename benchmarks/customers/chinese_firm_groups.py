"""Companies in China, who there is: firms, their branches, shops and sisters, and those of one agent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from benchmarks.customers import names_chinese
from benchmarks.customers.chinese_firm_words import GOODS, HOUSES, KINDS, MALLS, RETAIL, ROADS, SYLLABLES, TOWNS
from benchmarks.customers.draw import lists
from benchmarks.customers.phones import chinese_mobile

_FORMS = lists("有限公司 有限公司 有限公司 有限公司 有限公司 有限责任公司 有限责任公司 股份有限公司 集团有限公司")
_SMALL_FORMS = lists("厂 商行 经营部 工作室 合伙企业(有限合伙)")
_TITLES = lists("总经理 经理 采购经理 销售经理 财务 会计 业务员 主管 法人 采购 董事长 外贸经理 工程师")
_HOSTS = lists("qq.com 163.com 126.com sina.com foxmail.com 139.com")
CODE_FIGURES = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Habits:
    """What one set of sources does: chances by what they are of, what each source fills, the syllables of brands."""

    chance: Mapping[str, float]
    filled: Mapping[tuple[str, str], float]
    sources: Sequence[str]
    syllables: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Place:
    """A room in a house on a road; ``town`` as in ``TOWNS``."""

    town: tuple[str, ...]
    district: str
    road: str
    number: int
    house: str
    floor: int
    room: int


@dataclass(frozen=True, slots=True)
class Contact:
    """Who speaks for a firm; names in characters and in pinyin."""

    family: tuple[str, str]
    given: tuple[str, str]
    woman: bool
    title: str
    mobile: str
    mail: str


@dataclass(frozen=True, slots=True)
class Firm:
    """A legal entity, or a branch or shop of one; the last of its places and lines are those of today."""

    brand: tuple[tuple[str, str], ...]
    trade: tuple[tuple[str, str], ...]
    town: tuple[str, ...]
    form: str
    order: int
    former: str
    code: str
    host: str
    places: tuple[Place, ...]
    lines: tuple[str, ...]
    contacts: tuple[Contact, ...]
    mailbox: str
    hotline: str = ""
    branch: str = ""
    """How it is told from its head: 沈阳分公司, 中山路店."""
    head_code: str = ""

    @property
    def called(self) -> str:
        """The brand in characters."""
        return "".join(han for han, _ in self.brand)

    @property
    def key(self) -> tuple[str, str, str]:
        """What no two firms have in common, so that a short name with a town, or a chain's name, is one firm's."""
        return self.called, self.trade[0][0], "" if self.trade[0] in RETAIL else self.town[0]


def happens(random: Random, habits: Habits, what: str) -> bool:
    """Whether what is done now and then is done now."""
    return random.random() < habits.chance[what]


def group_of(random: Random, habits: Habits, recent: Sequence[Firm]) -> list[Firm]:
    """One firm alone, or with its branches, shops or sisters, or those of one agent."""
    firm = _firm(random, habits, recent)
    if happens(random, habits, "chain"):
        firm = replace(firm, trade=(random.choice(RETAIL),), form="有限公司", order=0, former="")
        return [firm, *_shops(random, habits, firm)]
    if happens(random, habits, "branches") and firm.form not in _SMALL_FORMS:
        return [firm, *_branches(random, habits, firm)]
    if happens(random, habits, "sisters"):
        return [firm, *_sisters(random, habits, firm)]
    if happens(random, habits, "agent"):
        others = [_firm(random, habits, ()) for _ in range(random.randint(1, 6))]
        return [firm, *(_registered_with(random, firm, other) for other in others if other.called != firm.called)]
    return [firm]


def _firm(random: Random, habits: Habits, recent: Sequence[Firm]) -> Firm:
    """A firm by itself; now and then of the brand, and of the building, of one that was drawn before."""
    syllables = random.choices((2, 3, 4), (7, 2, 1))[0]
    brand = tuple(random.sample(habits.syllables, syllables))
    place = _place(random, random.choice(TOWNS))
    trade = random.choice((GOODS, KINDS, GOODS))
    if recent and happens(random, habits, "again") and (other := random.choice(recent)).trade[0] not in KINDS:
        # 铭森贸易 may be short for 铭森建材贸易: of one brand, no firm is known by a kind of trade alone.
        brand, trade = other.brand, GOODS
        place = _place(random, other.town) if random.random() < 0.4 else place
    neighbours = [one for one in recent[-60:] if one.places[-1].house]
    if neighbours and happens(random, habits, "building"):
        house = random.choice(neighbours).places[-1]
        place = replace(house, floor=random.randint(1, 28), room=random.randint(1, 12))
    words = (random.choice(trade), random.choice(KINDS)) if trade is GOODS else (random.choice(trade),)
    words = words[:1] if random.random() < 0.2 else words
    form = random.choice(_SMALL_FORMS) if random.random() < 0.15 else random.choice(_FORMS)
    order = 0 if form in _SMALL_FORMS else random.choices(range(6), (8, 3, 2, 2, 1, 1))[0]
    firm = Firm(
        brand, words, place.town, form, order, "", credit_code(random),
        _host(random, brand, words, place.town), (place,), (_line(random, place.town),), (), "",
    )  # fmt: skip
    if happens(random, habits, "moved"):
        lines = (*firm.lines, _line(random, place.town)) if random.random() < 0.4 else firm.lines
        firm = replace(firm, places=(_place(random, place.town), place), lines=lines)
    if happens(random, habits, "renamed"):
        # Either the brand or the trade was another.
        old = replace(firm, brand=tuple(random.sample(habits.syllables, 2)))
        firm = replace(firm, former=registered(old, random.choice(((random.choice(GOODS),), words)), firm.order))
    return _staffed(random, habits, firm)


def _staffed(random: Random, habits: Habits, firm: Firm) -> Firm:
    """With contacts and a mailbox of its own."""
    contacts = tuple(_contact(random, habits, firm.host) for _ in range(random.choices((1, 2, 3), (5, 3, 2))[0]))
    mailbox = f"{random.choice(('info', 'sales', 'office', 'admin', 'service', 'hr'))}@{firm.host}"
    if happens(random, habits, "free.mail"):
        short = "".join(latin for _, latin in firm.brand)
        mailbox = f"{random.choice((short, str(random.randint(10**7, 3 * 10**9))))}@{random.choice(_HOSTS)}"
        mailbox = mailbox.replace(f"{short}@", f"{short}{random.randint(1, 9999)}@")
    return replace(firm, contacts=contacts, mailbox=mailbox)


def _contact(random: Random, habits: Habits, host: str) -> Contact:
    woman = random.random() < 0.45
    family, given = names_chinese.SURNAMES(random), names_chinese.given_name(random, woman=woman)
    mobile = chinese_mobile(random)
    last, first = family[1].replace("ü", "v"), given[1]
    mail = random.choice((f"{first}.{last}@{host}", f"{last}{first}@{host}", f"{first}@{host}"))
    if happens(random, habits, "free.mail"):
        local = random.choice((mobile, f"{last}{first}{random.randint(1, 999)}", str(random.randint(10**7, 3 * 10**9))))
        mail = f"{local}@{random.choice(_HOSTS)}"
    return Contact(family, given, woman, random.choice(_TITLES), mobile, mail)


def _branches(random: Random, habits: Habits, head: Firm) -> list[Firm]:
    found = []
    for town in random.sample([one for one in TOWNS if one != head.town], random.randint(1, 4)):
        kind = random.choice(("分公司", "分公司", "办事处"))
        found.append(_unit(random, habits, head, _place(random, town), town[0] + kind))
    return found


def _shops(random: Random, habits: Habits, head: Firm) -> list[Firm]:
    """Shops are known by a road or a house; no two of one chain by the same."""
    found = []
    for name in random.sample((*ROADS, *MALLS), random.choice((2, 3, 6, 14))):
        place = _place(random, head.town if random.random() < 0.7 else random.choice(TOWNS))
        place = replace(place, road=name) if name in ROADS else replace(place, house=name)
        found.append(_unit(random, habits, head, place, name + random.choice(("店", "店", "店", "分店"))))
    return found


def _unit(random: Random, habits: Habits, head: Firm, place: Place, branch: str) -> Firm:
    """A branch or a shop: the name, the site and often the hotline of its head, the rest its own."""
    hotline = head.hotline or f"400{sum(map(ord, head.called)) % 900 + 100}{int(head.lines[0][-4:]):04}"
    unit = replace(
        head, branch=branch, places=(place,), lines=(_line(random, place.town),), code=credit_code(random), former="",
        hotline=hotline if happens(random, habits, "hotline") else "", head_code=head.code,
    )  # fmt: skip
    own = _staffed(random, habits, unit)
    return replace(own, mailbox=head.mailbox if random.random() < 0.4 else own.mailbox)


def _sisters(random: Random, habits: Habits, firm: Firm) -> list[Firm]:
    """Other firms of the same owners: another trade, or another town, and some of what reaches them in common."""
    found: list[Firm] = []
    for _ in range(random.choice((1, 1, 2, 3))):
        other = _firm(random, habits, ())
        apart = firm.trade[0] not in KINDS and other.trade[0] not in KINDS
        brand = firm.brand if apart and random.random() < 0.8 else other.brand
        other = replace(other, brand=brand, former="", host=_host(random, brand, other.trade, other.town))
        if random.random() < 0.6:  # in one house
            other = replace(other, town=firm.town, places=firm.places[-1:], lines=(_line(random, firm.town),))
            other = replace(other, lines=firm.lines) if random.random() < 0.6 else other
        if random.random() < 0.4:
            other = replace(other, host=firm.host, mailbox=firm.mailbox)
        if random.random() < 0.5:
            other = replace(other, contacts=(firm.contacts[0], *other.contacts[1:]))
        if other.key not in {one.key for one in (firm, *found)}:
            found.append(other)
    return found


def _registered_with(random: Random, agents: Firm, firm: Firm) -> Firm:
    """Registered by the agent who registered another: address and telephone are the agent's."""
    kept = replace(firm, town=agents.town, places=agents.places[-1:], lines=agents.lines[-1:])
    return replace(kept, contacts=agents.contacts[:1]) if random.random() < 0.4 else kept


def _place(random: Random, town: tuple[str, ...]) -> Place:
    house = "".join(han for han, _ in random.sample(SYLLABLES, 2)) + random.choice(HOUSES)
    return Place(
        town, random.choice(town[4].split(",")), random.choice(ROADS), random.randint(1, 900),
        house if random.random() < 0.6 else "", random.randint(1, 28), random.randint(1, 12),
    )  # fmt: skip


def _line(random: Random, town: tuple[str, ...]) -> str:
    """Area and number with a dash between."""
    figures = 8 if len(town[3]) == 3 or random.random() < 0.7 else 7
    return f"{town[3]}-{random.randint(2, 8)}{random.randrange(10 ** (figures - 1)):0{figures - 1}}"


def _host(
    random: Random, brand: Sequence[tuple[str, str]], trade: Sequence[tuple[str, str]], town: tuple[str, ...]
) -> str:
    spoken, letters = "".join(latin for _, latin in brand), "".join(latin[0] for _, latin in brand)
    word = trade[0][1].split(" ")[0].lower()
    near = town[2].lower().replace("'", "")
    label = random.choice((f"{spoken}{word[:4]}", f"{near[:2]}{spoken}", f"{letters}-{word}", f"{near}{letters}"))
    return f"{label}{random.choice(('', '', random.randint(1, 99)))}.{random.choice(('com', 'cn', 'com.cn', 'net'))}"


def credit_code(random: Random) -> str:
    """A unified social credit code whose two check digits (GB 11714, GB 32100) are right."""
    body = [random.randrange(10) for _ in range(8)]
    check = 11 - sum(one * weight for one, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    own = "".join(map(str, body)) + ("0" if check == 11 else "X" if check == 10 else str(check))
    code = f"91{random.randint(11, 65)}0{random.randint(1, 9)}{random.randint(0, 29):02}{own}"
    total = sum(CODE_FIGURES.index(one) * int(pow(3, position, 31)) for position, one in enumerate(code))
    return code + CODE_FIGURES[-total % 31]


def registered(firm: Firm, trade: Sequence[tuple[str, str]], order: int) -> str:
    """A registered name without its branch; the orders are those of the registers."""
    town, province = firm.town[0], firm.town[1]
    work = "".join(han for han, _ in trade)
    return (
        f"{town}{firm.called}{work}{firm.form}", f"{town}市{firm.called}{work}{firm.form}",
        f"{firm.called}{work}({town}){firm.form}", f"{firm.called}({town}){work}{firm.form}",
        f"{province.rstrip('省市')}{firm.called}{work}{firm.form}", f"{firm.called}{work}{firm.form}",
    )[order]  # fmt: skip
