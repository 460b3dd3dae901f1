"""What stands in the place of a name and names nobody: role accounts, who took a parcel in, what forms are tried with.

Taken for names they would tie together all who left the name out.
"""

import re

from merge.standardise.text import vocabulary

NOBODY_LATIN = vocabulary(
    "test tester testing dummy asdf asdfg asdfgh qwerty anonymous anonym anonyme anonimo anon noname nobody "
    "firstname "
    "lastname surname forename vorname nachname prenom nom nombre customer client kunde kundin guest gast xx xxx"
)
"""Words of which a name that names nobody is made."""
# They are families' names too, and in a column of such they are taken for them.
_FAMILIES = vocabulary("guest gast nom client nombre")
_ALIKE = 3

_WHOLE = vocabulary(
    "顾客 客户 散客 会员 用户 客人 买家 游客 访客 路人 匿名 佚名 某人 某某 某某某 本人 亲 收件人 收货人 收货方 "
    "联系人 寄件人 先生 女士 小姐 太太 "
    "微信用户 支付宝用户 淘宝用户 京东用户 抖音用户 快手用户 手机用户 普通用户 注册用户 匿名用户 匿名买家 网友 "
    "粉丝 测试 测试用户 测试账号 "
    "家人 家属 同事 朋友 邻居 员工 内部员工 店员 业务员 客服 财务 行政 采购 文员 代收 代签 代收点 自提 自提点 门口 "
    "快递柜 丰巢 丰巢柜 菜鸟 驿站 "
    "菜鸟驿站 妈妈驿站 快递驿站 不便透露 保密 个人 自己 个人抬头 个人发票 无抬头 单位 企业 公司"
)
# 小红书用户123, as a network calls who chose no name.
_OF_NETWORK = re.compile(".{0,4}用户[A-Za-z0-9_]*")
_SENTENCE = 4
_KNOWN_LONGER = re.compile("[新老](?=顾客$|客户$|会员$|用户$|客人$)")
# 公司前台小陈, 门卫大爷, 保安王师傅: who took the parcel in, and nobody's name begins so.
_AT_THE_DOOR = re.compile(
    "(?:公司|单位|学校|医院|小区|大厦|办公室|一楼)*(?:前台|门卫|保安|物业|传达室|收发室|保安室|门卫室|值班室|管理处|保卫处|代收点|驿站|快递柜)"
    "[室处]?(?:[小老]?.{0,3})"
)


def is_nobody_word(word: str) -> bool:
    """Whether a folded Latin word is of those that names of nobody are made of: ``test``, ``xxx``, ``x``."""
    return word in NOBODY_LATIN or word == "x" or (len(word) >= _ALIKE and len(set(word)) == 1)


def names_nobody(words_of_name: list[str], *, part: bool) -> bool:
    """Whether the folded Latin words of a name name nobody; ``part``: of a family name or given names alone."""
    if words_of_name and not any(any(map(str.isalpha, word)) for word in words_of_name):
        return True  # a telephone or the number of a mailbox
    if not words_of_name or not all(map(is_nobody_word, words_of_name)):
        return False
    return not (part and len(words_of_name) == 1 and words_of_name[0] in _FAMILIES)


def names_nobody_chinese(name: str) -> bool:
    """Whether a Chinese full name, simplified and without blanks, names nobody: 散客, 公司前台小陈."""
    if name.startswith("测试") or _OF_NETWORK.fullmatch(name):
        return True
    if "的" in name and len(name) >= _SENTENCE:  # 风中的樱桃, as people call themselves in networks
        return True
    return _KNOWN_LONGER.sub("", name, 1) in _WHOLE or _AT_THE_DOOR.fullmatch(name) is not None
