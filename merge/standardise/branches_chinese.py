"""The branch in a Chinese company's name: 东鼎超市(万达店), 东鼎超市-万达分店, 东鼎超市有限公司万达店, 东鼎超市万达店.

A shop of a chain is an organisation of its own, known by its place. Where nothing parts the place from the name, the
trade before it does.
"""

import re

from merge.standardise.text import vocabulary

SHOP_TRADES = vocabulary(
    "大药房 药房 药店 药业 超市 便利店 便利 生鲜 果蔬 水果 零食 百货 商场 健身 酒店 宾馆 公寓 火锅 烧烤 烘焙 蛋糕 "
    "面包 茶饮 奶茶 咖啡 餐饮 餐厅 饭店 "
    "酒楼 面馆 小吃 快餐 炸鸡 汉堡 料理 麻辣烫 酒业 烟酒 茶叶 茶业 汽车养护 汽车服务 汽修 汽配 轮胎 洗车 眼镜 母婴 "
    "孕婴 童装 鞋业 服饰 服装 家电 电器 "
    "手机 通讯 数码 家居 家具 建材 珠宝 美容 美发 美容美发 养生 足浴 影城 影院 书店 文具 教育 培训 幼儿园 口腔 "
    "诊所 宠物 花店 五金 干洗 洗衣 家政 房产 "
    "驾校 摄影 玩具 运动 体育 银行 保险"
)
"""What shops of chains deal in: behind such a word stands where they are."""
_LEAST = 2
_LONGEST = 200
"""Characters of a name that is looked at: a longer one is a text."""
_KIND = r"(?:分店|门店|直营店|加盟店|专卖店|旗舰店|体验店|专营店|店)"
_SHOP = re.compile(rf"{_KIND}$")
# 酒店 and 书店 are trades, 总店 the first shop of all.
_NO_PLACE = re.compile(r"(?:酒|饭|药|书|花|商|餐|便利|连锁|专卖|旗舰|体验|专营|直营|加盟|总|网)店$")
_KINDS_ALONE = vocabulary("连锁 便利 专卖 旗舰 体验 专营 直营 加盟 本部")
_PLACE = "[\u4e00-\u9fff0-9a-z#·]"
_IN_BRACKETS = re.compile(rf"^(.{{{_LEAST},}}?)[(\[【<]({_PLACE}{{1,16}}?{_KIND})[)\]】>]?$")
_BEHIND_STROKE = re.compile(rf"^(.{{{_LEAST},}}?)[\s\-\u2010-\u2015_·/|:]+({_PLACE}{{1,16}}?{_KIND})$")
_BEHIND_FORM = re.compile(rf"^(.{{{_LEAST},}}?公司)({_PLACE}{{1,16}}?{_KIND})$")
# 达铭光明路分店: two characters of a name and three of a way; of longer ones nobody knows where the name ends.
_BEHIND_BRAND = re.compile("([\u4e00-\u9fff]{2})([\u4e00-\u9fff]{2}[路街](?:分店|门店|店))")
_WAY = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:路|街|大街|大道)$")
_LONGEST_TRADE = max(map(len, SHOP_TRADES))
_AROUND = re.compile(r"^[^\w(\[【]+|(?<=[司店厂行部])\s*[a-z]{1,6}$|[*#~!]+$")
_LATIN_FORM = re.compile(r"(?<=[\u4e00-\u9fff])(?:co\.?,?(?:ltd\.?)?|ltd\.?|inc\.?|corp\.?)$")


def without_notes(name: str) -> str:
    """A folded name without what clerks put around it (*某某公司, 某某公司vip) and without Co., Ltd. behind."""
    if len(name) > _LONGEST:
        return name
    bare = _AROUND.sub("", name).strip()
    return _LATIN_FORM.sub("", bare) if len(bare) > _LEAST else name


def shop_apart(name: str) -> tuple[str, str]:
    """A folded name without the place of a shop, and the place with 店 behind it; "" where it names none."""
    if len(name) > _LONGEST or not _SHOP.search(name.rstrip(")]】>")):
        return name, ""
    for form in (_IN_BRACKETS, _BEHIND_STROKE, _BEHIND_FORM):
        found = form.match(name)
        if found and (place := place_of(found.group(2))):
            return found.group(1), place
    return _behind_trade(name)


def place_of(branch: str) -> str:
    """The place alone, without the kind of shop and of way, 店 behind it: 光明路分店 and 光明店 are one."""
    place = _WAY.sub("", _SHOP.sub("", branch))
    return f"{place}店" if len(place) >= _LEAST and place not in _KINDS_ALONE else ""


def _behind_trade(name: str) -> tuple[str, str]:
    """By the first word of a trade that has a name before it and a place behind it."""
    if _NO_PLACE.search(name) and not name.endswith(("分店", "门店")):
        return name, ""
    body = _SHOP.sub("", name)
    for start in range(_LEAST, len(body) - 2 * _LEAST + 1):
        for length in range(min(_LONGEST_TRADE, len(body) - start - _LEAST), 1, -1):
            if body[start : start + length] in SHOP_TRADES:
                end = start + length
                end += len("连锁") * body.startswith("连锁", end)
                place = place_of(body[end:] + "店")
                return (name[:end], place) if place else (name, "")
    found = _BEHIND_BRAND.fullmatch(name)
    return (found.group(1), place_of(found.group(2))) if found else (name, "")
