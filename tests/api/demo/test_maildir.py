import email
import mailbox
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from api.demo.maildir import message_bytes, write_maildir
from api.demo.world import World


def parsed(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data, policy=default)


def test_every_message_is_read_back_by_the_standard_library(world: World, tmp_path: Path) -> None:
    messages = world.now.mail
    assert write_maildir(tmp_path / "inbox", messages) == len(messages)
    box = mailbox.Maildir(tmp_path / "inbox", create=False)
    assert set(box.keys()) == {message.unique_name for message in messages}
    for message in messages:
        stored = box.get_message(message.unique_name)
        read = parsed(box.get_bytes(message.unique_name))
        assert not read.defects
        sender = read["From"].addresses[0]
        assert (sender.display_name, sender.addr_spec) == (message.from_name, message.from_email)
        assert read["Subject"] == message.subject
        assert read["Date"].datetime == message.sent_at
        body = read.get_body(("plain",))
        assert body is not None
        assert body.get_content() == message.text
        assert (stored.get_subdir(), stored.get_flags()) == (("cur", "S") if message.seen else ("new", ""))


def test_the_messages_are_as_various_as_real_mail(world: World) -> None:
    raw = {message.message_id: message_bytes(message) for message in world.now.mail}
    assert {message.charset for message in world.now.mail} == {"utf-8", "gb18030", "iso-8859-1"}
    for charset in (b"gb18030", b"utf-8", b"iso-8859-1"):
        assert any(b"From: =?" + charset + b"?" in data.lower().replace(b"from:", b"From:") for data in raw.values())
    assert any(b"multipart/alternative" in data for data in raw.values())
    assert any(b"text/vcard" in data for data in raw.values())
    assert any(b"In-Reply-To" in data for data in raw.values())
    assert any("\n> Tel. +86 21 6888 0101" in message.text for message in world.now.mail)
    assert any(not message.from_name for message in world.now.mail)


def test_equal_messages_make_equal_bytes(world: World) -> None:
    whole = replace(world.now.mail[0], html=True, vcard="BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nEND:VCARD\r\n")
    assert message_bytes(whole) == message_bytes(whole)
    assert len(list(parsed(message_bytes(whole)).iter_attachments())) == 1


def test_vcards_hold_the_sender(world: World) -> None:
    cards = [message for message in world.now.mail if message.vcard]
    assert cards
    for message in cards:
        lines = message.vcard.split("\r\n")
        assert lines[0] == "BEGIN:VCARD"
        assert lines[-2:] == ["END:VCARD", ""]
        assert f"EMAIL;TYPE=INTERNET:{message.from_email}" in lines


def test_a_second_delivery_adds_to_the_first(world: World, tmp_path: Path) -> None:
    write_maildir(tmp_path, world.now.mail)
    write_maildir(tmp_path, world.later.mail)
    assert len(mailbox.Maildir(tmp_path, create=False)) == len(world.now.mail) + len(world.later.mail)
    assert list((tmp_path / "tmp").iterdir()) == []
