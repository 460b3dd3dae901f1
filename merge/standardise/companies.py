"""Names of organisations: the core name that makes one known, apart from legal form, city and branch."""

import re
from functools import lru_cache

from merge.standardise.branches import branch_apart
from merge.standardise.branches_chinese import SHOP_TRADES, shop_apart, without_notes
from merge.standardise.company_latin import branch_in_latin, latin_of
from merge.standardise.regions import divisions, short_name
from merge.standardise.text import clean, fold, has_han, is_missing, vocabulary, words
from merge.standardise.values import StandardValue, Validity, sorted_parts

_FORMS_ZH = re.compile(
    r"(?:股份有限责任公司|有限责任公司|股份有限公司|集团有限公司|有限公司|股份公司|集团公司|总公司|公司|集团|"
    r"合伙企业|有限合伙|有限责任|有限|个体工商户|工作室|商行|经营部|连锁)$"
)
# Japanese forms stand before or behind; fold has made (株) of their one-character signs, and Simplified of Traditional.
_FORMS_JA = re.compile(
    r"^(?:株式会社|有限会社|合同会社|合资会社|合名会社)|(?:株式会社|有限会社|合同会社|合资会社|合名会社)$"
)
_TRADES_ZH = sorted(
    vocabulary(
        "科技 技术 信息 信息技术 网络 网络科技 软件 电子 电子商务 电子科技 智能 智能科技 数码 通信 通讯 光电 半导体 "
        "集成电路 自动化 贸易 商贸 国际贸易 进出口 实业 工业 产业 控股 投资 发展 开发 国际 管理 咨询 服务 供应链 "
        "物流 货运 运输 快递 仓储 机械 机电 设备 仪器 仪表 电器 电气 五金 模具 制造 汽车 汽车配件 钢铁 金属 材料 "
        "新材料 建材 建筑 建设 工程 装饰 装修 家具 家居 化工 化学 塑料 橡胶 包装 印刷 纸业 玻璃 陶瓷 纺织 服装 服饰 "
        "鞋业 皮具 珠宝 日用品 化妆品 玩具 生物 生物科技 医药 制药 药业 医疗 医疗器械 医疗科技 健康 食品 饮料 酒业 "
        "茶业 农业 农业科技 餐饮 餐饮管理 酒店 酒店管理 旅游 房地产 置业 物业 物业管理 园林 环保 环境 能源 新能源 "
        "电力 石油 金融 保险 证券 资产管理 担保 租赁 教育 教育科技 培训 文化 文化传媒 传媒 传播 广告 影视 设计 体育 "
        "检测 超市 百货 连锁 零售 人力资源 企业 塑胶 制品 工艺品 印务 照明 灯具 会展 展览 代理 经纪 劳务 财务 税务 "
        "厨具 卫浴 "
        "门窗 涂料 化纤 皮革 箱包 文具 办公 办公用品 用品 电缆 电线 轴承 阀门 水泵 泵业 水务 给排水 消防 安防 暖通 "
        "空调 净化 "
        "生态 畜牧 种业 水产 粮油 调味品 乳业 保健品 美妆 美容 养老 家政 保洁 婚庆 摄影 票务 会务 速递 网吧 游戏 动漫"
    )
    | SHOP_TRADES,
    key=lambda trade: (-len(trade), trade),
)
# After the name of a place they name nobody alone: 北京大学, 上海银行.
_INSTITUTIONS_ZH = vocabulary("大学 学院 医院 中学 小学 银行 图书馆 博物馆 机场 地铁 公交 电视台 日报")
_BRANCH = re.compile(r"([\u4e00-\u9fff]{0,12}?(?:分公司|分店|分行|支行|办事处|代表处|联络处|分部|营业部))$")
# Offices of a firm in a town under several names: they are known by the town.
_OFFICE = re.compile(r"(?<=[\u4e00-\u9fff])(?:分公司|办事处|代表处|联络处|分部|分)$")
# Fields that are too short cut 分公司 off.
_BRANCH_KIND = re.compile(r"(?:分公司|分店|店|分行|支行|办事处|代表处|联络处|分部|营业部|分公|分)$")
_LEAST_CORE, _LONGEST_CITY = 2, 6
_COMPANY_END = re.compile(r"公司(?=[\u4e00-\u9fff])")
_BRACKET = re.compile(r"[(\[【]([^)\]】]*)[)\]】]")
_LONE_BRACKET = re.compile(r"[()\[\]【】]")
# 示例有限公司(成都)分公司
_BRANCH_IN_BRACKETS = re.compile(r"[(\[【]([\u4e00-\u9fff]{2,6})[)\]】](?=(?:分公司|分店|办事处|代表处|分部|营业部)$)")
_FORMS_LATIN = vocabulary(
    "ltd limited llc inc incorporated corp corporation co company plc llp lp gmbh ag kg kgaa ohg ug ev eg mbh sa "
    "sarl "
    "sas srl spa sl bv nv oy oyj ab as asa aps sp zoo pty pvt private pte bhd sdn kk the and holding holdings group "
    "ooo oao zao pao firma"
)
_LONG_FORMS = sorted(
    (
        tuple(form.split())
        for form in [
            "gesellschaft mit beschrankter haftung",
            "mit beschrankter haftung",
            "aktiengesellschaft",
            "kommanditgesellschaft",
            "offene handelsgesellschaft",
            "eingetragener verein",
            "eingetragene genossenschaft",
            "societe anonyme",
            "societe par actions simplifiee",
            "societe a responsabilite limitee",
            "limited liability company",
            "limited liability partnership",
            "public limited company",
            "private limited company",
            "proprietary limited",
            "sociedad anonima",
            "sociedad limitada",
            "sociedad de responsabilidad limitada",
            "sociedade anonima",
            "societa per azioni",
            "societa a responsabilita limitata",
            "besloten vennootschap",
            "naamloze vennootschap",
            "spolka z ograniczona odpowiedzialnoscia",
            "spolka akcyjna",
            "sp z oo",
            "aktiebolag",
            "osakeyhtio",
            "aktieselskab",
            "anonim sirketi",
            "limited sirketi",
            "s p a",
            "s r l",
            "g m b h",
            "l l c",
            "p l c",
        ]
    ),
    key=len,
    reverse=True,
)
"""Legal forms of several words, or written out, longest first."""
_CONNECTORS = vocabulary("und et y og och")
SMALL_WORDS = vocabulary(
    "of for in at on by to fur der die das des dem den von vom zu zur zum de du la le les d l sur pour en el los las "
    "del para por di della dello degli delle per do da dos das van voor het i na w"
)
"""Words that acronyms mostly leave out, folded."""
_SHORT_WORDS = {
    short: word
    for word, shorts in (
        ("international", "intl int'l internat"), ("manufacturing", "mfg manuf manufg"), ("engineering", "engg engrg"),
        ("services", "svcs svc srvcs srv service"), ("technology", "tech technologies"), ("systems", "sys syst system"),
        ("associates", "assoc assocs"), ("association", "assn assoc'n"), ("national", "natl nat'l"),
        ("university", "univ"), ("hospital", "hosp"), ("center", "ctr cntr centre"), ("brothers", "bros"),
        ("industries", "inds industry"), ("management", "mgmt mgt"), ("laboratories", "labs lab laboratory"),
        ("department", "dept"), ("government", "govt"), ("institute", "inst"), ("products", "prods product"),
        ("solutions", "soln solns solution"), ("american", "amer"), ("construction", "constr"),
    )
    for short in shorts.replace("'", "").split()
}  # fmt: skip
_SHORT_WORDS |= {
    other: word
    for word, others in (
        ("university", "universite universitat universidad universidade universita universiteit uniwersytet"),
        ("institute", "institut instituto istituto instytut"), ("bank", "banque banco banca"),
        ("hospital", "hopital krankenhaus ospedale ziekenhuis"),
        ("school", "schule ecole escuela escola scuola szkola"),
        ("foundation", "fondation fundacion fundacao fondazione stiftung stichting fundacja"),
        ("association", "asociacion associacao associazione vereinigung"), ("council", "conseil consejo conselho"),
        ("federation", "federacion federacao federazione foderation"), ("committee", "comite comitato komitee"),
        ("network", "reseau netzwerk"), ("international", "internationale internacional internazionale"),
        ("national", "nationale nacional nazionale"), ("regional", "regionale"), ("museum", "musee museo museu"),
        ("european", "europeen europeenne europea europeo"), ("ministry", "ministere ministerio ministerium"),
        ("research", "recherche forschung investigacion"),
        ("african", "africaine africain africana"), ("world", "mondial mondiale mundial"),
    )
    for other in others.split()
}  # fmt: skip
"""Words of institutions in other languages, as the English ones: registers write a name in any of them."""
_DOTTED = re.compile(r"\b(\w)\.(?=\w\b|\s|$)")


def _region_prefix(text: str) -> tuple[str, str]:
    table = divisions()
    for finder in (table.city_of, lambda rest, _: table.province_of(rest)):
        code, prefix = finder(text, "")
        # 上海 alone would leave nothing that names the company.
        if code and len(text) - len(prefix) >= 2:
            return prefix, text[len(prefix) :]
    return "", text


def _branch_apart(text: str) -> tuple[str, str]:
    """A name without its branch, and the branch: behind 公司, or a city before 分公司 where the form is left away."""
    found = _COMPANY_END.search(text)
    if found and _BRANCH.search(text[found.end() :]):
        return text[: found.end()], _office(text[found.end() :])
    kind = _BRANCH_KIND.search(text)
    if kind is not None:
        for start in range(max(_LEAST_CORE, kind.start() - _LONGEST_CITY), kind.start() - 1):
            code, prefix = divisions().city_of(text[start : kind.start()], "")
            if code and prefix == text[start : kind.start()]:
                return text[:start], _office(text[start:])
    return text, ""


def _office(branch: str) -> str:
    """宁波市分公司 and 宁波办事处 as 宁波分公司; 深圳分行 and 深圳支行 are two."""
    place = _OFFICE.sub("", branch)
    return f"{short_name(place)}分公司" if place != branch else branch


def _city_in_brackets(text: str) -> str:
    """The short name of a city that stands in brackets of its own; "" for none."""
    city = ""
    for inside in _BRACKET.findall(text):
        code, prefix = divisions().city_of(inside, "")
        if code and prefix == inside:
            city = short_name(inside)
    return city


def _is_province(prefix: str) -> bool:
    return not divisions().city_of(prefix, "")[0]


def _chinese(attribute: str, raw: str) -> StandardValue:
    name, shop = shop_apart(without_notes(fold(raw)))
    text = _BRANCH_IN_BRACKETS.sub(r"\1", name.replace(" ", ""))
    beside = _city_in_brackets(text)
    text, branch = _branch_apart(_LONE_BRACKET.sub("", _BRACKET.sub("", text)))
    prefix, rest = _region_prefix(text)
    city = short_name(prefix) if prefix and not (beside and _is_province(prefix)) else beside
    if beside and city != beside and not branch:  # 广州市某某有限公司(沈阳)
        branch = f"{beside}分公司"
    branch = shop or branch
    forms = [form.group(0) for form in _FORMS_JA.finditer(rest)]
    rest = _FORMS_JA.sub("", rest) or rest
    while form := _FORMS_ZH.search(rest):
        if form.start() == 0:
            break
        forms.append(form.group(0))
        rest = rest[: form.start()]
    if rest in _INSTITUTIONS_ZH or (prefix and set(organization_words(rest)) <= set(_TRADES_ZH)):
        rest = short_name(prefix) + rest
    latin = latin_of(rest, "" if rest.startswith(city) else city)
    pieces = {
        "core": rest, "city": city, "legal_form": "".join(forms), "branch": branch, "script": "han", "latin": latin,
        "latin_branch": branch_in_latin(_BRANCH_KIND.sub("", branch)) if latin else "",
    }  # fmt: skip
    normal = f"{rest}|{branch}" if branch else rest
    return StandardValue(attribute, raw, normal, Validity.UNKNOWN, None, sorted_parts(pieces))


@lru_cache(maxsize=65536)
def organization_words(core: str) -> tuple[str, ...]:
    """The words of a core name; a Chinese one is a name and the trades behind it (示例信息技术: 示例, 信息技术)."""
    if not has_han(core):
        return tuple(core.split())
    trades: list[str] = []
    rest = core
    while True:
        trade = next((trade for trade in _TRADES_ZH if rest.endswith(trade) and len(rest) - len(trade) >= 2), None)
        if trade is None:
            return (rest, *trades)
        rest = rest[: -len(trade)]
        trades.insert(0, trade)


def _without_long_forms(tokens: list[str]) -> tuple[list[str], list[str]]:
    """The words without a legal form of several words at their end, and that form."""
    for form in _LONG_FORMS:
        start = len(tokens) - len(form)
        if start > 0 and tuple(tokens[start:]) == form:
            return tokens[:start], list(form)
    return tokens, []


def standardise_organization(attribute: str, raw: str) -> StandardValue:
    """An organisation's name; ``normal`` is its core name (with ``|branch`` for a branch).

    Parts: core, city, legal_form, branch, script; of a Chinese name ``latin`` is how it reads in Latin letters.
    """
    if is_missing(raw):
        return StandardValue(attribute, raw, "")
    if has_han(raw):
        return _chinese(attribute, raw)
    name, branch = branch_apart(raw, _FORMS_LATIN) or (clean(raw), "")
    tokens = words(_DOTTED.sub(r"\1", name.replace("&", " and ")))
    tokens, long_forms = _without_long_forms(tokens)
    named = [_SHORT_WORDS.get(token, token) for token in tokens if token not in _FORMS_LATIN]
    core = [token for token in named if token not in _CONNECTORS] or named or tokens
    forms = [*(token for token in tokens if token in _FORMS_LATIN), *long_forms]
    pieces = {"core": " ".join(core), "legal_form": " ".join(forms), "branch": branch, "script": "latin"}
    normal = f"{' '.join(core)}|{branch}" if branch else " ".join(core)
    return StandardValue(attribute, raw, normal, Validity.UNKNOWN, None, sorted_parts(pieces))
