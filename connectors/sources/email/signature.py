"""What a signature tells of its writer, in Chinese and English.

Only the block a mail ends with is looked at: after ``-- ``, after a closing formula, or the last lines. Labelled lines
are believed; unlabelled ones only where their form leaves no doubt. Values are given as they are written: cleaning them
is the task of matching.
"""

import re

_CLOSING = re.compile(
    r"^\s*((best|kind|warm|many)?\s*(regards|wishes|thanks)|(yours\s+)?(sincerely|faithfully)|cheers|thank you|"
    r"此致|敬礼|敬禮|祝好|祝商祺|顺祝商祺|顺颂商祺|此致敬礼|谢谢|謝謝|致礼)\s*[,\uff0c!\uff01。.]*\s*$",
    re.IGNORECASE,
)
_DELIMITER = re.compile(r"^(--\s?|—{2,}|={3,}|-{3,}|\*{3,})\s*$")
_LABELS = (
    ("mobile", r"手机|移动电话|手機|行動電話|mobile|cell(?:\s*phone)?|mob|m"),
    ("phone", r"电话|座机|联系电话|固话|電話|tel(?:ephone)?|phone|t|p"),
    ("fax", r"传真|傳真|fax|f"),
    ("email", r"邮箱|电子邮件|邮件|電郵|e-?mail|e"),
    ("title", r"职位|职务|岗位|職稱|職位|(?:job\s+)?title|position"),
    ("company", r"公司|单位|公司名称|company|organi[sz]ation"),
    ("address", r"地址|公司地址|通讯地址|联系地址|add(?:ress)?|addr|a"),
    ("website", r"网址|网站|官网|網址|web(?:site)?|url|w"),
    ("name", r"姓名|联系人|name"),
)
_LABELLED = [
    (field, re.compile(rf"^\s*(?:{names})\s*[:\uff1a.]\s*(?P<value>\S.*)$", re.IGNORECASE)) for field, names in _LABELS
]
_PHONE = re.compile(r"(?<![\w.@])(\+?\(?\d[\d\s().-]{6,20}\d)(?![\w@])")
_WEBSITE = re.compile(r"\b((?:https?://|www\.)[^\s|,\uff0c;\uff1b]+)", re.IGNORECASE)
_COMPANY = re.compile(
    r"(有限公司|有限责任公司|股份公司|集团|事务所|研究院|公司|中心)$|"
    r"\b(Ltd|Limited|Inc|LLC|LLP|GmbH|AG|Corp|Corporation|Co|S\.?A|B\.?V|PLC|Pty|KG|Group)\.?$",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"(经理|总监|主任|工程师|总裁|董事长|董事|主管|专员|顾问|助理|代表|会计|老师|教授|經理|總監)$|"
    r"\b(Manager|Director|Engineer|President|CEO|CTO|CFO|COO|Officer|Consultant|Assistant|Representative|Head of .+|"
    r"Analyst|Accountant|Buyer|Founder|Partner|Lead|Specialist|Executive)\b",
    re.IGNORECASE,
)
_ADDRESS_ZH = re.compile(r"(省|市|自治区|区|县|镇).*(路|街|道|巷|号|大厦|室|楼|园)")
_ADDRESS_EN = re.compile(
    r"\d+.*\b(Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Blvd|Boulevard|Square|Way|Court|Suite|Floor)\b|"
    r"\b\w+(straße|strasse|str\.|weg|platz)\s+\d+",
    re.IGNORECASE,
)
_LOOKED_AT = 12
_LAST_LINES = 8


def read_signature(text: str) -> dict[str, str]:
    """Those of phone, mobile, fax, title, company, address, website, name the signature of a mail tells."""
    lines, marked = _block(text)
    found: dict[str, str] = {}
    for line in lines:
        for piece in re.split(r"\s*[|\uff5c]\s*|\t+| {3,}", line):
            field, value = _labelled(piece) or (_unlabelled(piece) if marked else None) or ("", "")
            if field and field != "email":
                found.setdefault(field, value)
    return found


def _block(text: str) -> tuple[list[str], bool]:
    lines = text.rstrip().split("\n")
    start = max(0, len(lines) - _LOOKED_AT)
    for place in range(len(lines) - 1, start - 1, -1):
        if _DELIMITER.match(lines[place]) or _CLOSING.match(lines[place]):
            return _shown(lines[place + 1 :]), True
    return _shown(lines[-_LAST_LINES:]), False


def _shown(lines: list[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


def _labelled(piece: str) -> tuple[str, str] | None:
    for field, pattern in _LABELLED:
        match = pattern.match(piece)
        if match is None:
            continue
        value = match["value"].strip()
        if field in {"phone", "mobile", "fax"}:
            number = _PHONE.search(value)
            return (field, number[1].strip()) if number else None
        return field, value
    return None


def _unlabelled(piece: str) -> tuple[str, str] | None:
    website = _WEBSITE.search(piece)
    if website:
        return "website", website[1]
    if "@" in piece:
        return None
    if _ADDRESS_ZH.search(piece) or _ADDRESS_EN.search(piece):
        return "address", piece
    number = _PHONE.fullmatch(piece.strip())
    if (
        number
        and 7 <= len(re.sub(r"\D", "", piece)) <= 15
        and not re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", piece.strip())
    ):
        return (
            "mobile" if re.fullmatch(r"(\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}", piece.strip()) else "phone"
        ), piece
    if len(piece) <= 80 and _COMPANY.search(piece):
        return "company", piece
    return ("title", piece) if len(piece) <= 60 and _TITLE.search(piece) else None
