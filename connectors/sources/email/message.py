"""A message as plain values: headers decoded, text in Unicode, quoted parts left out.

Mail in the wild breaks the rules: headers in raw 8-bit text, character sets that do not exist or are narrower than the
text. What can be read without guessing wrongly is read; a message that cannot is said to be broken.
RFC 5322, 2045, 2047, 2231.
"""

import codecs
import email
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from email.parser import HeaderParser
from email.policy import default
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser

# Names used for more than they say: senders label the larger set with the name of the smaller one.
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "cn-gb": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "big5": "big5hkscs",
    "x-big5": "big5hkscs",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "utf8mb4": "utf-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
}
_HEADER_END = re.compile(rb"\r?\n\r?\n")


class BrokenMessage(Exception):
    """Why a message cannot be used, without any value of it."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message.

    Attributes:
        text: the sender's own words: quoted earlier messages left out, signature kept.
        vcards: text of each attached or inline vCard.
    """

    message_id: str
    senders: tuple[tuple[str, str], ...]
    reply_to: tuple[tuple[str, str], ...]
    to: tuple[tuple[str, str], ...]
    date: datetime | None
    subject: str
    in_reply_to: str
    text: str
    vcards: tuple[str, ...]


def read_mail(raw: bytes) -> Mail:
    """The message in these bytes; raises BrokenMessage when it has no sender or cannot be decoded."""
    headers = _headers(raw)
    senders = _people(headers, "from")
    if not senders:
        raise BrokenMessage("The message names no sender with an address; it is cut off or no e-mail.")
    # The structure alone is read with the old policy: it takes what the new one stumbles over.
    structure = email.message_from_bytes(raw)
    return Mail(
        message_id=_text(headers, "message-id"),
        senders=senders,
        reply_to=_people(headers, "reply-to"),
        to=_people(headers, "to"),
        date=_date(_text(headers, "date")),
        subject=_text(headers, "subject"),
        in_reply_to=_text(headers, "in-reply-to"),
        text=own_words(_body(structure)),
        vcards=tuple(_vcards(structure)),
    )


def _headers(raw: bytes) -> EmailMessage:
    end = _HEADER_END.search(raw)
    head = raw[: end.start() if end else len(raw)]
    text = _first_that_fits(head, ("utf-8", "gb18030"))
    if text is None:
        raise BrokenMessage("The headers are neither encoded words nor UTF-8 nor GB18030.")
    return HeaderParser(policy=default).parsestr(text + "\n\n")


def _text(headers: EmailMessage, name: str) -> str:
    try:
        return re.sub(r"\s+", " ", str(headers.get(name) or "")).strip()
    except Exception:  # noqa: BLE001 - the parser of the standard library fails in many ways on bad headers
        raise BrokenMessage(f"The header '{name}' cannot be read.") from None


def _people(headers: EmailMessage, name: str) -> tuple[tuple[str, str], ...]:
    try:
        values = [str(value) for value in headers.get_all(name) or ()]
    except Exception:  # noqa: BLE001 - as above
        raise BrokenMessage(f"The header '{name}' cannot be read.") from None
    found = getaddresses(values)
    return tuple((shown.strip().strip("'\""), address.strip()) for shown, address in found if _is_address(address))


def _is_address(text: str) -> bool:
    local, _, domain = text.strip().rpartition("@")
    return bool(local and domain and not re.search(r"[\s<>]", text))


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return (found.replace(tzinfo=UTC) if found.tzinfo is None else found).astimezone(UTC)


def _parts(message: Message) -> list[Message]:
    found: list[Message] = []
    for part in message.walk():
        # A forwarded message is somebody else's words.
        if part is not message and part.get_content_maintype() == "message":
            break
        if not part.is_multipart():
            found.append(part)
    return found


def _body(message: Message) -> str:
    html = ""
    for part in _parts(message):
        if part.get_content_disposition() == "attachment" or part.get_content_maintype() != "text":
            continue
        if part.get_content_subtype() == "plain":
            return _decoded(part)
        if part.get_content_subtype() == "html" and not html:
            html = _decoded(part)
    return text_of_html(html)


def _vcards(message: Message) -> list[str]:
    found = []
    for part in _parts(message):
        name = part.get_filename() or ""
        if part.get_content_type() in {"text/vcard", "text/x-vcard", "text/directory"} or name.lower().endswith(".vcf"):
            found.append(_decoded(part))
    return found


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    declared = str(part.get_content_charset() or "").strip("'\"").lower()
    candidates = [_WIDER.get(declared, declared), "utf-8", "gb18030"]
    text = _first_that_fits(raw, tuple(name for name in candidates if name and _known(name)))
    if text is None:
        raise BrokenMessage("The text is in none of: its declared character set, UTF-8, GB18030.")
    return text.replace("\r\n", "\n").replace("\x00", "")


def _known(charset: str) -> bool:
    try:
        codecs.lookup(charset)
    except (LookupError, ValueError):
        return False
    return True


def _first_that_fits(raw: bytes, charsets: tuple[str, ...]) -> str | None:
    for charset in charsets:
        try:
            return raw.decode(charset)
        except (UnicodeError, LookupError):
            continue
    return None


_QUOTE_STARTS = (
    re.compile(r"^\s*(On\b.{5,200}\bwrote|Le\b.{5,200}a écrit|Am\b.{5,200}schrieb.*)\s*[:\uff1a]\s*$", re.IGNORECASE),
    re.compile(r"^\s*(在|於|于)?.{4,200}(写道|寫道)\s*[:\uff1a]\s*$"),
    re.compile(
        r"^\s*-{2,}\s*(Original Message|Forwarded message|原始邮件|原始郵件|转发邮件|转发的邮件|回复的邮件)\s*-{2,}",
        re.IGNORECASE,
    ),
    re.compile(r"^\s*_{20,}\s*$"),
)
_HEADER_LINE = re.compile(
    r"^\s*[*>]*\s*(From|Sent|Date|To|Cc|Subject|发件人|寄件者|发送时间|发送日期|收件人|抄送|主题|日期|时间)\s*\*?\s*[:\uff1a]",
    re.IGNORECASE,
)
_HEADER_START = re.compile(r"^\s*[*>]*\s*(From|发件人|寄件者)\s*\*?\s*[:\uff1a]", re.IGNORECASE)


def own_words(text: str) -> str:
    """The text without quoted parts: lines marked ``>``, and all from where a mail program begins to quote."""
    lines = text.split("\n")
    kept: list[str] = []
    for place, line in enumerate(lines):
        if _begins_quote(lines, place):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _begins_quote(lines: list[str], place: int) -> bool:
    line = lines[place]
    if any(pattern.match(line) for pattern in _QUOTE_STARTS):
        return True
    if line.startswith("On ") and place + 1 < len(lines) and _QUOTE_STARTS[0].match(f"{line} {lines[place + 1]}"):
        return True
    following = [other for other in lines[place : place + 6] if other.strip()]
    return _HEADER_START.match(line) is not None and sum(bool(_HEADER_LINE.match(other)) for other in following) >= 3


class _TextOfHtml(HTMLParser):
    _BREAKS = frozenset({"p", "div", "br", "tr", "li", "table", "ul", "ol", "h1", "h2", "h3", "h4", "hr"})
    _LEFT_OUT = frozenset({"script", "style", "head", "title", "blockquote"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._skipping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        quoted = tag == "div" and any("gmail_quote" in (value or "") for name, value in attrs if name == "class")
        if tag in self._LEFT_OUT or quoted or (self._skipping and tag == self._skipping[-1]):
            self._skipping.append(tag)
        elif tag in self._BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._skipping:
            if tag == self._skipping[-1]:
                self._skipping.pop()
        elif tag in self._BREAKS and tag != "br":
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.pieces.append(re.sub(r"\s+", " ", data))


def text_of_html(html: str) -> str:
    """The readable text of an HTML body, a line a block, quoted blocks left out."""
    reader = _TextOfHtml()
    reader.feed(html)
    reader.close()
    lines = (line.replace("\u00a0", " ").strip() for line in "".join(reader.pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
