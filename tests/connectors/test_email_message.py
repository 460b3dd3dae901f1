"""Messages as they come in the wild: every character set, bad headers, quotes, signatures, vCards."""

import base64
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sources.email.message import BrokenMessage, own_words, read_mail, text_of_html
from connectors.sources.email.signature import read_signature
from connectors.sources.email.vcard import read_vcards


def raw(headers: str, body: bytes = b"hello\r\n") -> bytes:
    return headers.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body


def test_encoded_words_and_folded_headers_are_decoded() -> None:
    mail = read_mail(
        raw(
            "From: =?utf-8?b?5byg5LiJ?= <zhang@example.cn>\n"
            'To: "Li, Si" <li@example.cn>, =?gb2312?Q?=CD=F5=CE=E5?= <wang@example.cn>\n'
            "Subject: =?utf-8?q?Angebot_f=C3=BCr?=\n =?utf-8?b?IOW8oOS4iQ==?=\n"
            "Date: Fri, 1 May 2026 17:00:00 +0800\n"
            "Message-ID: <1@example.cn>\nIn-Reply-To: <0@example.cn>"
        )
    )
    assert mail.senders == (("张三", "zhang@example.cn"),)
    assert mail.to == (("Li, Si", "li@example.cn"), ("王五", "wang@example.cn"))
    assert mail.subject == "Angebot für 张三"
    assert mail.date is not None
    assert mail.date.isoformat() == "2026-05-01T09:00:00+00:00"
    assert (mail.message_id, mail.in_reply_to) == ("<1@example.cn>", "<0@example.cn>")


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_headers_in_raw_eight_bit_text_are_read(charset: str) -> None:
    head = "From: 张三 <zhang@example.cn>\r\nSubject: 询价单".encode(charset)
    mail = read_mail(head + b"\r\n\r\nhello")
    assert (mail.senders[0][0], mail.subject) == ("张三", "询价单")


@pytest.mark.parametrize(
    ("declared", "codec", "text"),
    [
        ("utf-8", "utf-8", "您好 grüß"),
        ("gb2312", "gb18030", "您好, 镕基"),
        ("gbk", "gb18030", "您好"),
        ("big5", "big5", "您好"),
        ("shift_jis", "cp932", "株式会社①"),
        ("iso-2022-jp", "iso2022_jp", "こんにちは"),
        ("ks_c_5601-1987", "cp949", "안녕하세요"),
        ("koi8-r", "koi8-r", "Привет"),
        ("iso-8859-1", "cp1252", "5 € für 'Sie'"),
        ("windows-1252", "cp1252", "“café”"),
        ("x-unknown", "utf-8", "您好"),
        ("x-unknown", "gb18030", "您好"),
        ("us-ascii", "utf-8", "您好"),
    ],
)
@pytest.mark.parametrize("encoding", ["8bit", "base64"])
def test_bodies_of_all_character_sets_are_read(declared: str, codec: str, text: str, encoding: str) -> None:
    body = text.encode(codec)
    if encoding == "base64":
        body = base64.encodebytes(body)
    mail = read_mail(
        raw(f"From: a@b.cn\nContent-Type: text/plain; charset={declared}\nContent-Transfer-Encoding: {encoding}", body)
    )
    assert mail.text == text


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (b"", "no sender"),
        (b"\x00\x01\x02", "no sender"),
        (b"Subject: x\r\n\r\nbody", "no sender"),
        (b"From: not an address\r\n\r\nbody", "no sender"),
        (b"From: \xff\xff\xff <a@b.cn>\r\n\r\nbody", "headers"),
        (raw("From: a@b.cn\nContent-Type: text/plain; charset=utf-8", b"\xff\xff\xff"), "text"),
    ],
)
def test_what_cannot_be_read_is_said_to_be_broken(message: bytes, said: str) -> None:
    with pytest.raises(BrokenMessage, match=said):
        read_mail(message)


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"From: a@b.cn\r\n", b"From: a@b.cn\r\nContent-Type: multipart/mixed; boundary=x\r\n"]),
)
def test_no_message_raises_anything_else(body: bytes, head: bytes) -> None:
    with suppress(BrokenMessage):
        assert read_mail(head + body).senders


ANSWER = "好的, 请发货。\n\n王五"


@pytest.mark.parametrize(
    "quoted",
    [
        "> 您好\n> 请报价",
        "On Fri, May 1, 2026 at 9:00 AM Li Si <li@example.cn> wrote:\n> 您好",
        "On Fri, May 1, 2026 at 9:00 AM Li Si\n<li@example.cn> wrote:\n您好",
        "在 2026年5月1日, 李四 <li@example.cn> 写道：\n您好",
        "------------------ 原始邮件 ------------------\n发件人: 李四\n您好",
        "-----Original Message-----\nFrom: Li Si\n您好",
        "发件人: 李四\n发送时间: 2026年5月1日\n收件人: 王五\n主题: 报价\n您好",
        "From: Li Si\nSent: Friday\nTo: Wang Wu\nSubject: Quote\n您好",
        "________________________________\nFrom: Li Si\n您好",
    ],
)
def test_quoted_parts_are_left_out(quoted: str) -> None:
    assert own_words(f"{ANSWER}\n\n{quoted}") == ANSWER


def test_a_word_that_looks_like_a_header_is_no_quote() -> None:
    text = "From: our side everything is ready.\nPlease write."
    assert own_words(text) == text


def test_html_is_read_without_markup_and_quotes() -> None:
    html = (
        "<html><head><style>p{}</style></head><body><p>您好&nbsp;王总,</p><div>报价 &lt;100</div>"
        "<blockquote><p>old</p></blockquote><div class='gmail_quote'>On <div>older</div></div><p>李四</p></body></html>"
    )
    assert text_of_html(html) == "您好 王总,\n\n报价 <100\n\n李四"


def test_the_plain_part_wins_and_attachments_are_no_text() -> None:
    message = EmailMessage(policy=SMTP)
    message["From"] = "a@b.cn"
    message.set_content("plain")
    message.add_alternative("<p>html</p>", subtype="html")
    message.add_attachment("attached text", filename="a.txt")
    assert read_mail(message.as_bytes()).text == "plain"


def test_a_vcard_is_found_by_type_or_by_a_name_in_rfc_2231() -> None:
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:张三\r\nEND:VCARD\r\n"
    message = EmailMessage(policy=SMTP)
    message["From"] = "a@b.cn"
    message.set_content("see card")
    message.add_attachment(card.encode(), maintype="application", subtype="octet-stream", filename="名片.vcf")
    message.add_attachment(card, subtype="vcard")
    data = message.as_bytes()
    assert b"filename*=" in data
    assert len(read_mail(data).vcards) == 2


SIGNATURES = [
    (
        """Please call.

Best regards,
Anna Schmidt
Head of Sales
Schmidt Maschinen GmbH
Hauptstraße 12, 10115 Berlin
Tel.: +49 30 1234567 | Mobile: +49 171 7654321
www.schmidt.example""",
        {
            "title": "Head of Sales",
            "company": "Schmidt Maschinen GmbH",
            "address": "Hauptstraße 12, 10115 Berlin",
            "phone": "+49 30 1234567",
            "mobile": "+49 171 7654321",
            "website": "www.schmidt.example",
        },
    ),
    (
        "请尽快发货。\n\n此致\n敬礼！\n\n张三\n采购经理\n上海宏达机械有限公司\n地址：上海市浦东新区世纪大道100号\n手机：13800138000\n电话：021-61234567",
        {
            "title": "采购经理",
            "company": "上海宏达机械有限公司",
            "address": "上海市浦东新区世纪大道100号",
            "mobile": "13800138000",
            "phone": "021-61234567",
        },
    ),
    (
        "谢谢\n-- \n李四 ｜ 13912345678 ｜ 北京市海淀区中关村大街1号",
        {"mobile": "13912345678", "address": "北京市海淀区中关村大街1号"},
    ),
    ("Order 2026-05-01 for 1234567890 pieces of item 555-0199-22.\nThe Manager wants 5 Street lamps.", {}),
    ("The phone: see the list\nOur company: good", {}),
]


@pytest.mark.parametrize(("text", "wanted"), SIGNATURES)
def test_signatures_in_both_languages(text: str, wanted: dict[str, str]) -> None:
    assert read_signature(text) == wanted


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading_of_a_signature(text: str) -> None:
    assert all(isinstance(value, str) for value in read_signature(text).values())


CARD_3 = """BEGIN:VCARD
VERSION:3.0
N:张;三;;;
FN:张三
ORG:上海宏达机械有限公司;采购部
TITLE:采购经理
item1.EMAIL;TYPE=INTERNET:zhang@example.cn
TEL;TYPE=CELL:13800138000
TEL;TYPE=WORK,VOICE:021-61234567
ADR;TYPE=WORK:;;世纪大道100号;浦东新区;上海市;200120;中国
NOTE:一行\\n两行\\, 三
URL:https://hongda.example
END:VCARD"""
CARD_4 = """BEGIN:VCARD
VERSION:4.0
N:Schmidt;Anna;;Dr.;
EMAIL;PREF=1:anna@schmidt.exam
 ple
TEL;VALUE=uri;TYPE="voice,work":tel:+49-30-1234567;ext=12
TEL;VALUE=uri;TYPE=cell:tel:+49-171-7654321
ADR;TYPE=work;LABEL="Hauptstraße 12: Berlin":;;Hauptstraße 12;Berlin;;10115;Germany
END:VCARD"""
CARD_21 = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E6=9D=8E;=E5=9B=9B;;;
TEL;CELL:13912345678
TEL;WORK;FAX:010-12345678
EMAIL;INTERNET:li@example.cn
ORG;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=8C=97=E4=BA=AC=
=E5=85=AC=E5=8F=B8
END:VCARD"""


@pytest.mark.parametrize(
    ("card", "wanted"),
    [
        (
            CARD_3,
            {
                "name": "张三", "company": "上海宏达机械有限公司", "title": "采购经理", "email": "zhang@example.cn",
                "mobile": "13800138000", "phone": "021-61234567", "address": "中国上海市浦东新区世纪大道100号",
                "website": "https://hongda.example",
            },
        ),
        (
            CARD_4,
            {
                "name": "Anna Schmidt", "email": "anna@schmidt.example", "phone": "+49-30-1234567 ext 12",
                "mobile": "+49-171-7654321", "address": "Hauptstraße 12, Berlin, 10115, Germany",
            },
        ),
        (
            CARD_21,
            {
                "name": "李四", "mobile": "13912345678", "fax": "010-12345678", "email": "li@example.cn",
                "company": "北京公司",
            },
        ),
    ],
)  # fmt: skip
def test_vcards_of_three_versions(card: str, wanted: dict[str, str]) -> None:
    assert read_vcards(card) == [wanted]
    assert read_vcards(card.replace("\n", "\r\n") + "\r\n" + card) == [wanted, wanted]


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading_of_vcards(text: str) -> None:
    assert isinstance(read_vcards(f"BEGIN:VCARD\n{text}\nEND:VCARD"), list)
