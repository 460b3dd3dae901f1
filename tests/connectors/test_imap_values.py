"""What IMAP servers say, as values: answers in every form, names, sets of UIDs; and what makes a message the same."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sources.email_imap import replies
from connectors.sources.email_imap.folders import chosen
from connectors.sources.email_imap.identity import content_key
from connectors.sources.email_imap.lanes import RemovalLane
from connectors.sources.email_imap.replies import Listed, decode_name, fetched, members, ranges
from connectors.sources.email_imap.session import Opened
from connectors.sources.email_imap.settings import Settings, settings_of
from tests.connectors.test_email_source import write

RAW = b'From: a@b.cn\r\n\r\n(UID 9 "x" {3}\r\n'


@pytest.mark.parametrize(
    "pieces",
    [
        [(b"1 (UID 5 BODY[] {27}", RAW), b")"],
        [(b"1 (BODY[]<0> {27}", RAW), b" UID 5)"],
        [b"3 (FLAGS (\\Seen))", (b"1 (FLAGS (\\Seen $Label) BODY[] {27}", RAW), b' INTERNALDATE "x" UID 5)', None],
    ],
)
def test_bodies_are_found_wherever_the_uid_stands(pieces: list[replies.Piece]) -> None:
    assert {uid: values["BODY[]"] for uid, values in fetched(pieces).items()} == {5: RAW}


def test_sizes_and_dates_come_from_one_line() -> None:
    told = fetched([b'7 (UID 70 RFC822.SIZE 12 INTERNALDATE " 1-May-2026 17:00:00 +0800")', b"8 (FLAGS ())"])
    assert told[70]["RFC822.SIZE"] == b"12"
    assert replies.internal_date(told[70]["INTERNALDATE"]) == datetime(2026, 5, 1, 9, tzinfo=UTC)
    assert [replies.internal_date(value) for value in (None, b"x", b"99-May-2026 17:00:00 +0800", b"1-Foo-2026")] == [
        None
    ] * 4


def test_folders_are_listed_with_quotes_literals_and_delimiters() -> None:
    listed = replies.listed(
        [
            b'(\\HasNoChildren) "." inbox',
            b'(\\Sent \\HasNoChildren) "." "&XfJT0ZAB-"',
            (b'(\\Noselect) "." {9}', b'a "quoted"'),
            b"",
            b'() "." "&U,BTFw-.&ZeVnLIqe-"',
            b'() NIL "[Gmail]/All \\"Mail\\""',
            '() "." "客户"'.encode(),
            b"nonsense",
        ]
    )  # fmt: skip
    names = [folder.name for folder in listed]
    assert names == ["INBOX", "已发送", 'a "quoted"', "台北/日本語", '[Gmail]/All "Mail"', "客户"]
    assert listed[1].attributes == {"\\sent", "\\hasnochildren"}
    assert listed[5].wire.encode("latin-1").decode() == "客户"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_name_survives_modified_utf7(name: str) -> None:
    assert decode_name(encoded(name)) == name


def encoded(name: str) -> str:
    """Modified UTF-7 by the book, for this test: runs of what is not printable ASCII in base64 of UTF-16."""
    import base64  # noqa: PLC0415 - the test's own encoder

    found, run = "", ""
    for character in name + "\0end":
        if character != "\0" and not " " <= character <= "~":
            run += character
            continue
        if run:
            found += "&" + base64.b64encode(run.encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"
            run = ""
        found += "&-" if character == "&" else character
    return found.removesuffix("\0end")


@pytest.mark.parametrize("wire", ["&", "&-x", "&!!!-", "&2D0-", "a&b", "&AAA-"])
def test_what_is_no_modified_utf7_is_left_as_it_is_and_never_an_error(wire: str) -> None:
    decode_name(wire).encode()


@given(st.sets(st.integers(1, 5000)))
def test_sets_of_uids_come_back(uids: set[int]) -> None:
    assert members(ranges(sorted(uids))) == uids


@given(st.sets(st.integers(1, 60)), st.sets(st.integers(1, 60)), st.booleans(), st.booleans())
def test_what_is_gone_is_the_difference_however_it_was_asked(
    before: set[int], gone: set[int], knows_removals: bool, same: bool
) -> None:
    lane, folder = RemovalLane("removed_messages", {}), Listed("A", "甲", frozenset())
    modseq = 5 if knows_removals else None
    _, place = lane.compare(folder, Opened(7, modseq), sorted(before), None)
    lane.set("A", place)
    opened = Opened(7 if same else 8, modseq)
    now = (before - gone) | {61, 62}
    above = sorted(uid for uid in now if uid > lane.last(folder, opened))
    vanished = None if lane.asks_since(folder, opened) is None else replies.spans(ranges(sorted(gone)))
    records, place = lane.compare(folder, opened, above, vanished)
    assert {record["folder_uid"] for record in records} == (before & gone if same else before)
    assert members(place["known"]) == now
    assert all(record["folder"] == "甲" and record["folder_uidvalidity"] == 7 for record in records)


@given(st.binary(), st.binary())
def test_no_answer_of_a_server_breaks_the_reader(first: bytes, second: bytes) -> None:
    answers: list[list[replies.Piece]] = [[first, (second, first), second], [(b"1 (UID 5 BODY[] {3}", first), second]]
    for pieces in answers:
        fetched(pieces)
        replies.listed(pieces)
        replies.status(pieces)
        replies.numbers(pieces)
        replies.vanished(first)


def config(**more: Any) -> Settings:
    credentials = {"auth_type": "password", "password": "x"}
    return settings_of({"host": "mail.example.cn", "user": "u", "credentials": credentials, **more})


def names_chosen(settings: Settings, *folders: tuple[str, str]) -> list[str]:
    listed = [Listed(f"wire{n}", name, frozenset(words.split())) for n, (name, words) in enumerate(folders)]
    return [folder.name for folder in chosen(listed, settings)]


def test_special_uses_are_left_out_by_attribute_or_by_name() -> None:
    folders = [("INBOX", ""), ("客户/华东", ""), ("已发送", ""), ("Rubbish", "\\trash"), ("Spam", ""), ("all", "\\all")]
    assert names_chosen(config(), *folders) == ["INBOX", "客户/华东"]
    assert names_chosen(config(skip_special_use=["junk"]), *folders) == [
        "INBOX",
        "Rubbish",
        "all",
        "客户/华东",
        "已发送",
    ]
    # Where the server names its junk folder, another one of that name is somebody's own.
    assert names_chosen(config(), ("Spam", ""), ("Ramsch", "\\junk")) == ["Spam"]


def test_patterns_choose_folders() -> None:
    folders = [("INBOX", ""), ("客户", ""), ("客户/华东", ""), ("Lists", "\\noselect")]
    assert names_chosen(config(folders=["inbox"]), *folders) == ["INBOX"]
    assert names_chosen(config(folders=["客户/*"]), *folders) == ["客户/华东"]
    assert names_chosen(config(exclude_folders=["客户*"]), *folders) == ["INBOX"]


def test_a_message_is_the_same_after_a_move_and_another_when_its_writer_wrote_another() -> None:
    message = write(1)
    moved = b"Received: by example.cn\r\nX-Spam: no\r\n" + message.replace(b"\r\n", b"\n") + b"\n"
    assert content_key(moved) == content_key(message)
    same_id = write(2).replace(b"<2@example.cn>", b"<1@example.cn>")
    assert len({content_key(message), content_key(same_id), content_key(write(2))}) == 3


def test_messages_without_an_id_are_told_apart_by_all_their_headers() -> None:
    message = b"From: a@b.cn\r\nDate: Fri, 1 May 2026 17:00:00 +0800\r\n\r\nhello\r\n"
    first, second = b"Received: id 1\r\n" + message, b"Received: id 2\r\n" + message
    assert content_key(first) != content_key(second)
    assert content_key(first) == content_key(first.replace(b"\r\n", b"\n"))


@given(st.binary())
def test_every_message_has_a_key(raw: bytes) -> None:
    assert len(content_key(raw)) == 32
