"""What an uploaded file is: hostile names, foreign encodings, bombs."""

import gzip
import unicodedata
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.upload_form import MAX_NAME_BYTES, UploadForm, form_of, safe_name, upload_ids
from core.errors import IngotError, Invalid, TooMuch

MIB = 1024 * 1024
TEXTS = {
    "utf-8": "姓名,电话\n王小明,13800138000\nMüller,0171\n",
    "gb18030": "姓名,电话,地址\n王小明,13800138000,北京市朝阳区建国路\n欧阳娜娜,13900139000,上海市浦东新区\n",
    "big5": "姓名,電話,地址\n陳大文,02-2345,臺北市中正區重慶南路\n林志玲,02-9876,高雄市苓雅區\n",
    "shift_jis": "氏名,電話,住所\n山田太郎,03-1234,東京都千代田区\nすずきイチロー,052,愛知県名古屋市\n",
    "windows-1252": "Name;Stadt\nJürgen Müller;Köln\nFrançois Lefèvre;Besançon\nPeña;Cádiz\n",
}


def judged(name: str, content: bytes, limit: int = 64 * MIB) -> UploadForm:
    return form_of(name, content, expanded_limit=limit)


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\wang\\客户.csv", "客户.csv"),
        ("a\x00b\r\n.csv", "ab.csv"),
        ("evil\u202evsc.exe.csv", "evilvsc.exe.csv"),
        ("*[a]?.csv", "__a__.csv"),
        ("$(reboot).csv", "_(reboot).csv"),
        ("...", "upload"),
        ("", "upload"),
        (".csv", "upload.csv"),
        ("e\u0301.csv", "é.csv"),
    ],
)
def test_a_name_leads_nowhere(given_name: str, safe: str) -> None:
    assert safe_name(given_name) == safe


@given(st.text(max_size=300))
def test_a_safe_name_is_safe_and_stays_so(given_name: str) -> None:
    name = safe_name(given_name)
    assert 0 < len(name.encode()) <= MAX_NAME_BYTES
    assert not set("/\\\x00*?[]") & set(name)
    assert not name.startswith(".")
    assert safe_name(name) == name
    assert not any(unicodedata.category(one) in {"Cc", "Cf"} for one in name)


@pytest.mark.parametrize("encoding", TEXTS)
def test_the_encoding_is_told(encoding: str) -> None:
    assert judged("a.csv", TEXTS[encoding].encode(encoding)).encoding == encoding


def test_byte_order_marks_win() -> None:
    text = TEXTS["gb18030"]
    assert judged("a.csv", text.encode("utf-16")).encoding == "utf-16"
    assert judged("a.csv", text.encode("utf-8-sig")).encoding == "utf-8"


def test_utf_8_must_hold_to_the_last_byte() -> None:
    content = b"name\n" + b"x" * (2 * MIB) + "ü".encode("latin-1") + b"\n"
    assert judged("a.csv", content).encoding == "windows-1252"
    cut = "name\n客".encode()[:-1]
    assert judged("a.csv", cut).encoding != "utf-8"


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [(b"a;b;c\n1,5;2;3\n", ";"), (b"a,b\n1,2\n", ","), (b'"a;b;c;d",x\n"1;2;3",y\n', ","), (b"a\tb\n", "\t")],
)
def test_the_delimiter_is_what_stands_outside_quotes(content: bytes, delimiter: str) -> None:
    assert judged("a.csv", content).delimiter == delimiter


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "upload.empty"),
        ("a.exe", b"MZ", "upload.ending"),
        ("a", b"a,b\n", "upload.ending"),
        ("a.xlsx", b"PK\x03\x04", "upload.ending"),
        ("a.csv", b"PK\x03\x04rest", "upload.kind"),
        ("a.csv", b"\xd0\xcf\x11\xe0rest", "upload.kind"),
        ("a.csv", b"%PDF-1.7", "upload.kind"),
        ("a.csv", b"name\x00\n", "upload.kind"),
        ("a.csv", gzip.compress(b"a,b\n", mtime=0), "upload.ending"),
        ("a.csv.gz", b"a,b\n", "upload.ending"),
        ("a.csv.gz", gzip.compress(gzip.compress(b"a,b\n", mtime=0), mtime=0), "upload.kind"),
        ("a.csv.gz", gzip.compress(b"a,b\n" * 1000, mtime=0)[:-9], "upload.gzip"),
        ("a.csv.gz", b"\x1f\x8b\x08 nothing", "upload.gzip"),
        ("a.parquet.gz", gzip.compress(b"PAR1", mtime=0), "upload.ending"),
        ("a.csv", b"PAR1" + b"\0" * 20 + b"PAR1", "upload.ending"),
        ("a.parquet", b"PAR1" + b"\0" * 20, "upload.kind"),
        ("a.parquet", b"PAR1" + b"\xff" * 8 + b"PAR1", "upload.kind"),
        ("a.json", b'[{"a": 1}]', "upload.array"),
    ],
)
def test_what_is_no_file_of_records_is_refused(name: str, content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        judged(name, content)
    assert refused.value.code == code


def test_a_bomb_is_met_by_the_limit_and_not_by_memory() -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join([packer.compress(b"\n" * MIB) for _ in range(256)]) + packer.flush()
    assert len(bomb) < MIB
    with pytest.raises(TooMuch) as refused:
        judged("a.csv.gz", bomb, limit=16 * MIB)
    assert refused.value.code == "upload.expands"
    # The members of a file count together.
    members = gzip.compress(b"a,b\n" * 1000) * 100
    assert judged("a.csv.gz", members, limit=400_000).expanded == 400_000
    with pytest.raises(TooMuch):
        judged("a.csv.gz", members, limit=399_999)


def verdict(name: str, content: bytes) -> str:
    try:
        return judged(name, content).format
    except IngotError as refused:
        return str(refused)


@given(st.sampled_from(["a.csv", "a.csv.gz", "a.jsonl", "a.parquet", "a.txt"]), st.binary(max_size=400))
def test_whatever_comes_is_judged_and_never_repeated(name: str, content: bytes) -> None:
    told = verdict(name, content)
    assert told in {"csv", "jsonl", "parquet"} or "[upload." in told
    assert len(content) < 8 or content.decode("latin-1") not in told


def test_only_whole_references_count() -> None:
    good = "up_" + "0" * 32
    config = {"paths": [f"upload:{good}", "upload:up_1", f"x upload:{good}", 7, f"upload:{good}\n"]}
    assert upload_ids(config) == [good]
    assert upload_ids({"paths": "upload:x"}) == upload_ids(None) == []
