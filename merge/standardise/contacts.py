"""What a cell of a column of contacts really holds: 联系方式 and ``contact`` are telephones, mailboxes and handles."""

import re

from merge.standardise.several import several
from merge.standardise.text import clean

_MAILBOX = re.compile(r"(?P<id>[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
# WeChat ids: 6 to 20 letters, figures, _ and -, a letter first; QQ numbers: 5 to 11 figures.
_WECHAT = re.compile(
    r"(?<![A-Za-z0-9])(?:微信号?|wechat|weixin|wx|vx)\s*(?:id)?\s*[:=]?\s*(?P<id>[A-Za-z][A-Za-z0-9_-]{5,19})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_QQ = re.compile(r"(?<![A-Za-z0-9])qq\s*号?\s*[:=]?\s*(?P<id>[1-9]\d{4,10})(?!\d)", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:联系电话|电话|手机号?|邮箱|电子邮件|(?<![A-Za-z])(?:tel(?:ephone|efon)?|phone|mobile|mobil|handy|e-?mail|mail))"
    r"\s*[.:=]?\s*",
    re.IGNORECASE,
)
_EDGES = " \t\n;,、/|<>[]:=-."
_TELEPHONE = re.compile(r"\+?[\d\s()./-]+")
_LEAST_FIGURES, _MOST_FIGURES = 7, 15
# WeChat lets people be found by their mobile number, and many give it for their id.
_MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
# The carriers of China give a mailbox with a number, and most providers let people register by theirs; qq.com gives
# numbers of its own, some as long.
_MOBILE_BOX = re.compile(r"((?:86)?1[3-9]\d{9})@(?!(?:vip\.)?qq\.com$)[a-z0-9-]+(?:\.[a-z0-9-]+)+")
MAY_HOLD_OTHERS = {
    "phone": "[A-Za-z@\uff20微]",
    "email": r"^[^A-Za-z@\x{ff20}]*\d[^A-Za-z@\x{ff20}]*$|^[0-9\x{ff10}-\x{ff19}]{11,13}[@\x{ff20}]",
    "handle.wechat": r"^[\s+0-9\x{ff0b}\x{ff10}-\x{ff19}-]{11,}$",
}
"""Columns of contacts, and the form (RE2) without which a cell holds values of the column's own kind alone."""
_NOT_PLAIN = re.compile(MAY_HOLD_OTHERS["phone"])


def pieces(attribute: str, raw: str) -> list[tuple[str, str]]:
    """The values of a cell, each with what it is: in most cells one, of the column's attribute.

    A mailbox among telephones is an e-mail address, a telephone among mailboxes a telephone; ``wx: ...`` and
    ``QQ: ...`` beside them are handles. A mobile number given as a WeChat id is both, and so is a mailbox that is
    named by one. A cell that is none of these stays as it is.
    """
    if attribute == "phone" and _NOT_PLAIN.search(raw):
        return _contacts(raw) or [(attribute, one) for one in several(attribute, raw)]
    if attribute == "email" and raw[:1].isdigit() and (mobile := _MOBILE_BOX.fullmatch(clean(raw).lower())):
        return [(attribute, raw), ("phone", mobile[1])]
    if attribute == "handle.wechat" and _MOBILE.fullmatch(re.sub(r"[\s-]", "", clean(raw))):
        return [(attribute, raw), ("phone", raw)]
    if attribute == "email" and "@" not in raw and _is_telephone(clean(raw)):
        return [("phone", one) for one in several("phone", raw)]
    return [(attribute, one) for one in several(attribute, raw)]


def _contacts(raw: str) -> list[tuple[str, str]]:
    """Mailboxes and handles of a cell and the telephones beside them; none where it holds no mailbox and no handle."""
    rest = clean(raw)
    found: list[tuple[str, str]] = []
    for attribute, form in (("email", _MAILBOX), ("handle.wechat", _WECHAT), ("handle.qq", _QQ)):
        found += [(attribute, one["id"]) for one in form.finditer(rest)]
        rest = form.sub(" ; ", rest)
    if not found:
        return []
    parts = several("phone", _LABEL.sub(" ; ", rest).strip(_EDGES))
    telephones = [("phone", one.strip(_EDGES).rstrip("( ").lstrip(") ")) for one in parts if _figures(one)]
    return list(dict.fromkeys([*telephones, *found]))


def _figures(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= _LEAST_FIGURES


def _is_telephone(text: str) -> bool:
    return _TELEPHONE.fullmatch(text) is not None and _figures(text) and sum(map(str.isdigit, text)) <= _MOST_FIGURES
