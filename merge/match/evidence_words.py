"""Evidence in words, English and Chinese: kinds of data, how alike values are, rules. Pure."""
# ruff: noqa: RUF001 - Chinese sentences have Chinese punctuation

from collections.abc import Iterable, Mapping

from merge.match.explain import Line, kind_of
from merge.match.outcomes import Level, Outcome
from merge.match.rules import RuleVerdict

LANGUAGES = ("en", "zh")
Said = Mapping[str, str]

KINDS: Mapping[str, tuple[str, str]] = {
    "name": ("Name", "姓名"),
    "birth": ("Birth date", "出生日期"),
    "sex": ("Sex", "性别"),
    "phone": ("Phone", "电话"),
    "email": ("E-mail", "电子邮箱"),
    "identifier": ("Identifier", "证件号码"),
    "handle": ("Account on a network", "社交账号"),
    "organization": ("Organization", "单位"),
    "employer": ("Employer", "工作单位"),
    "website": ("Website", "网站"),
    "address": ("Address", "地址"),
    "occupation": ("Occupation", "职业"),
    "date": ("Other date", "其他日期"),
    "text": ("Other text", "其他文字"),
    "prior": ("How rare it is that two records are one customer", "两条记录恰为同一客户的概率很低"),
    "household": ("They could be two of one household", "可能是同一家庭的两个人"),
    "rule": ("Rule", "规则"),
    "rest": ("The rest of the record", "记录的其余部分"),
    "others": ("Other records", "其他记录"),
    "hidden": ("What you may not see", "您无权查看的内容"),
}
_SLOTS: Mapping[str, tuple[str, str]] = {
    "family": ("family name", "姓"),
    "given": ("given name", "名"),
    "swapped": ("names swapped", "姓与名互换"),
    "mobile": ("mobile number", "手机号码"),
    "phone": ("number", "号码"),
    "street": ("street and number", "街道门牌"),
    "unit": ("unit", "房间单元"),
    "locality": ("town", "城市或区县"),
    "postcode": ("postcode", "邮政编码"),
    "province": ("province", "省份"),
    "country": ("country", "国家"),
    "id.cn.ric": ("resident identity card", "居民身份证"),
    "id.cn.uscc": ("unified social credit code", "统一社会信用代码"),
    "id.passport": ("passport", "护照"),
}
_LEVELS: Mapping[Level, tuple[str, str]] = {
    Level.MISSING: ("not known", "未知"),
    Level.DIFFERENT: ("different", "不同"),
    Level.LOOSE: ("somewhat alike", "有些相似"),
    Level.NEAR: ("nearly the same", "非常接近"),
    Level.EXACT: ("the same", "相同"),
    Level.CONFLICT: ("two different valid ones", "两个不同的有效号码"),
}
RULES: Mapping[str, tuple[str, str]] = {
    "R1": ("the same verified identifier", "经校验的证件号码相同"),
    "R2": ("the same mobile number and the same name", "手机号码与姓名都相同"),
    "R3": ("the same e-mail address and the same name", "电子邮箱与姓名都相同"),
    "R4": ("the same mobile number, and the name in pinyin", "手机号码相同，姓名为拼音对应"),
    "R5": ("the same core name of a company in the same city", "同一城市的公司字号相同"),
    "R6": ("the same name and the same address", "姓名与地址都相同"),
    "R7": ("one mobile number under two names: a person must look", "同一手机号码、两个姓名，需人工判断"),
    "R8": ("the same mobile number, names that sound alike: a person must look", "手机号码相同、姓名同音，需人工判断"),
    "R9": ("one e-mail address under two names: a person must look", "同一电子邮箱、两个姓名，需人工判断"),
    "R10": ("two contacts of one's own are the same", "两个个人联系方式都相同"),
    "R11": ("the same personal e-mail address, one name is missing", "个人电子邮箱相同，一方缺姓名"),
    "R12": ("the same mobile number, one name is missing", "手机号码相同，一方缺姓名"),
    "R13": ("the same core name of a company, and something else of its own", "公司字号相同，且另有专属信息相同"),
    "R14": ("the same account on a network, and no other name", "社交账号相同，姓名不冲突"),
    "R15": ("one account under two names: a person must look", "同一社交账号、两个姓名，需人工判断"),
    "R16": ("companies that stand at two places: a person must look", "两处地址的公司，需人工判断"),
    "R17": (
        "companies of names that are only alike, and no contact or street in common: a person must look",
        "公司名称仅相似，且无共同联系方式或地址，需人工判断",
    ),
    "R18": (
        "companies of one name, and nothing against it: a person must look",
        "公司名称相同且无不符之处，需人工判断",
    ),
    "branch": ("a branch and its parent company: not one customer", "分支机构与其总公司，不是同一客户"),
}
_DIFFERENT = ("two different valid identifiers: never one customer", "两个不同的有效证件号码，不会是同一客户")
_BETWEEN = (": ", "：")
_AND = (", ", "，")


def kind_word(kind: str) -> Said:
    """What a kind is called; a kind of a learned model that is not known here is called by its name."""
    return _both(KINDS.get(kind, (kind, kind)))


def slot_word(slot: str) -> Said:
    """A kind of value in both languages."""
    return _both(_SLOTS.get(slot) or KINDS.get(kind_of(slot), (slot, slot)))


def rule_word(rule: str) -> Said:
    """What a rule says; a rule that is not known here is called by its id."""
    if rule.startswith("different."):
        return _both(_DIFFERENT)
    return _both(RULES.get(rule, (rule, rule)))


def say(line: Line, rule: RuleVerdict | None = None) -> Said:
    """A line as a sentence without its figure, by language."""
    if line.kind == "rule" and rule is not None:
        name = rule_word(rule.rule)
        return {one: f"{KINDS['rule'][at]} {rule.rule}{_BETWEEN[at]}{name[one]}" for at, one in enumerate(LANGUAGES)}
    told = KINDS.get(line.kind, (line.kind, line.kind))
    if not line.outcomes:
        return _both(told)
    return {one: told[at] + _BETWEEN[at] + _levels(line.outcomes, at) for at, one in enumerate(LANGUAGES)}


def _levels(outcomes: Iterable[Outcome], at: int) -> str:
    some = sorted(outcomes, key=lambda one: (-one.level, one.slot))
    if len(some) == 1 and some[0].slot not in _SLOTS and kind_of(some[0].slot) == some[0].slot:
        return _LEVELS[some[0].level][at]
    return _AND[at].join(_compared(one, at) for one in some)


def _compared(one: Outcome, at: int) -> str:
    slot = _SLOTS.get(one.slot, (one.slot.rpartition(".")[2],) * 2)[at]
    return slot if one.slot == "swapped" else f"{slot}{(' ', '')[at]}{_LEVELS[one.level][at]}"


def _both(told: tuple[str, str]) -> Said:
    return dict(zip(LANGUAGES, told, strict=True))
