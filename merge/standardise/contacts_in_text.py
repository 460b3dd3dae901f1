"""Who writes and how to reach them, out of remarks, messages and signatures.

签名:张鹏;电话 180 0000 0000;地址:广州市番禺区 tells a name, a telephone and an address.

What is taken out is what a cell of a column of its own would hold, in the words of the text. Only what the text itself
marks as a telephone, a mailbox, a name or an address, or what cannot be anything else, counts: order numbers are many.
"""

import re
from collections.abc import Collection, Mapping

from merge.standardise.familiar_chinese import begins_with_surname
from merge.standardise.text import clean

_MOBILE = r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}"
_ABROAD = r"\+[1-9][\d() -]{7,16}\d"
_REACHED = r"(?:联系电话|电话|手机号?|致电|tel(?:ephone)?|phone|mobile|cell|call(?: me)?(?: on| at)?|ph|m)"
_PHONE = re.compile(
    rf"(?<![\d@.])(?:{_MOBILE}|{_ABROAD})(?![\d@])"
    rf"|(?<![a-z])(?i:{_REACHED})\s*[.:=]?\s*(?P<told>\+?\(?\d[\d() -]{{5,15}}\d)(?!\d)"
)
_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_NEXT = r"(?=\s*(?:[;,|/\n]|(?i:联系电话|电话|手机|邮箱|tel|phone|mobile|m:|e-?mail|$)))"
_ADDRESS = re.compile(rf"(?i:地址|住址|收货地址|address)\s*[.:=]\s*(?P<told>[^;|\n]{{6,80}}?){_NEXT}")
_HAN = "[\u3400-\u9fff]"
_NAMED = re.compile(
    r"(?:签名|署名|姓名|收件人|收货人|联系人|此致|敬上|敬礼|我叫|本人|谢谢|祝好|商祺)\s*[.:=-]*\s*"
    rf"(?P<told>{_HAN}{{2,4}}|{_HAN} {_HAN}{{1,2}})(?!{_HAN})"
)
_SIGNED = re.compile(
    rf"(?:^|\n)[\s-]*(?P<told>{_HAN}{{2,5}})\s*[/|;,]?\s*(?=(?i:联系电话|电话|手机|地址|tel|phone|m:))"
)
_ORDER = re.compile(
    r"(?i:订单编号|订单号|订单|单号|order(?: ?(?:no|number|id))?)\s*[.:=#]*\s*"
    r"(?P<told>[A-Z]{0,4}\d[\dA-Z]*(?:-[\dA-Z]+)*)(?![\dA-Za-z])"
)
_NUMBER = re.compile(r"(?<![\dA-Za-z])[A-Z]{0,4}\d[\dA-Z]*(?:-[\dA-Z]+)*(?![\dA-Za-z])")
_LEAST_OF_ORDER = 8
ORDER = "id.order"
"""The attribute of order numbers: two records that name one order tell of one buyer, and two orders say nothing."""
MEMBER = "id.member"
"""The attribute of numbers of members and customers, and of what they registered: a second card says nothing."""
AGREEING = frozenset({ORDER, MEMBER})
"""Identifiers of which one customer may have several: where two are equal they tell of one, else of nothing."""
FORMS: Mapping[str, tuple[re.Pattern[str], ...]] = {
    "phone": (_PHONE,), "email": (_MAILBOX,), "address.full": (_ADDRESS,), "person.full_name": (_NAMED, _SIGNED),
    ORDER: (_ORDER,),
}  # fmt: skip
"""By attribute the forms in which a text tells it."""
_LONGEST = 2000


def is_order(number: str) -> bool:
    """Whether a number is long enough for one of an order that no other seller has given as well."""
    figures = sum(character.isdigit() for character in number)
    return len(clean(number)) >= _LEAST_OF_ORDER and figures * 2 >= _LEAST_OF_ORDER


def told_in(attribute: str, text: str, known: Collection[str] = ()) -> list[str]:
    """The values of an attribute that a text tells, in their order, without doubles; texts are read to a length.

    Numbers of orders that are ``known`` need no word that says what they are.
    """
    plain = clean(text[:_LONGEST])
    found = [one[one.re.groups and "told"] or one[0] for form in FORMS[attribute] for one in form.finditer(plain)]
    if attribute == ORDER:
        found += [number for number in _NUMBER.findall(plain) if number in known]
        found = [number for number in found if is_order(number)]
    if attribute == "person.full_name":
        found = [name for name in found if begins_with_surname(name)]
    return list(dict.fromkeys(one.strip() for one in found))
