"""The e-mail source as a program on a Maildir, and its position: nothing that arrives late or moves is lost."""

import mailbox
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from connectors.broken import broken_marker, raw_of
from connectors.catalogue import our_sources
from connectors.contract import Example, SourceContract
from connectors.sources.email.maildir import Entry, behind, content, entries, left_to_read, unique_name
from tests.connectors.zygote import forked

CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna Schmidt\r\nEMAIL:Person1@Example.cn\r\nTEL:+49 30 1\r\nEND:VCARD\r\n"


def write(number: int) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = f"人{number} <person{number}@example.cn>"
    message["Reply-To"] = "sales@example.cn" if number % 2 else f"PERSON{number}@example.cn"
    message["To"] = "us@ours.example"
    message["Date"] = "Fri, 1 May 2026 17:00:00 +0800"
    message["Message-ID"] = f"<{number}@example.cn>"
    message["Subject"] = f"询价 {number}"
    message.set_content(f"您好\n\n此致\n敬礼\n\n人{number}\n手机: 1380013{8000 + number}\n")
    if number == 1:
        message.add_attachment(CARD, subtype="vcard")
        message.add_attachment("BEGIN:VCARD\nFN:No Address\nTEL:110\nEND:VCARD", subtype="vcard")
    return message.as_bytes()


class TestEmailSource(SourceContract):
    most_states = 2

    @classmethod
    def make_source(cls, folder: Path) -> Example:
        box = mailbox.Maildir(folder / "mail")
        for number in range(40):
            box.add(write(number))
        box.add(b"Subject: nobody wrote this\r\n\r\nbody")
        return Example(
            launch=forked(our_sources().get("email").launch()),
            config={"path": str(folder / "mail"), "checkpoint_interval": 15, "own_addresses": ["@ours.example"]},
            bad_configs=[{"path": str(folder)}],
            # Twenty messages have another address to reply to, one has a card of somebody without an address.
            records={"messages": 41, "contacts": 40 + 20 + 1 + 1},
            resumes=frozenset({"messages", "contacts"}),
        )

    def test_contacts_unite_headers_signature_and_vcard(self) -> None:
        contacts = {
            record["contact"]: record
            for record in self._ground().first.records["contacts"]
            if not broken_marker(record) and ("email" not in record or "person1@" in record["contact"])
        }
        first = contacts["person1@example.cn"]
        assert (first["name"], first["phone"], first["mobile"]) == ("Anna Schmidt", "+49 30 1", "13800138001")
        assert (contacts["vcard:2"]["name"], contacts["vcard:2"]["phone"]) == ("No Address", "110")

    def test_messages_are_plain_and_broken_ones_marked(self) -> None:
        messages = self._ground().first.records["messages"]
        sound = [record for record in messages if not broken_marker(record)]
        third = next(record for record in sound if record["message_id"] == "<3@example.cn>")
        assert (third["from_name"], third["from_email"], third["subject"]) == ("人3", "person3@example.cn", "询价 3")
        assert third["date"] == "2026-05-01T09:00:00+00:00"
        assert third["text"].startswith("您好")
        broken = [raw_of(marker) for record in messages if (marker := broken_marker(record))]
        assert [b"nobody wrote this" in raw for raw in broken] == [True]


@given(st.lists(st.tuples(st.integers(0, 5), st.text("abc", min_size=1, max_size=3)), unique_by=lambda pair: pair[1]))
def test_any_position_leaves_exactly_the_rest_and_stays_small(found: list[tuple[int, str]]) -> None:
    listed = sorted(Entry(changed, name, Path(name)) for changed, name in found)
    position: dict[str, object] = {}
    for place, entry in enumerate(listed):
        assert left_to_read(listed, position) == listed[place:]
        position = behind(entry, position)
        names = position["names"]
        assert isinstance(names, list)
        assert set(names) <= {other.name for other in listed if other.changed == entry.changed}
    assert left_to_read(listed, position) == []


def test_a_message_of_the_same_instant_with_a_smaller_name_is_not_lost() -> None:
    position = behind(Entry(7, "b", Path("b")), {})
    late = Entry(7, "a", Path("a"))
    assert left_to_read([late, Entry(7, "b", Path("b"))], position) == [late]


def test_a_message_that_looks_old_but_arrives_now_is_read(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "mail")
    box.add(write(1))
    listed = entries(tmp_path / "mail")
    position = behind(listed[-1], {})
    added = mailbox.MaildirMessage(write(2))
    added.set_date(0)
    name = box.add(added)
    assert [entry.name for entry in left_to_read(entries(tmp_path / "mail"), position)] == [name]


def test_a_message_that_moves_while_it_is_read_is_found(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "mail")
    box.add(write(1))
    (entry,) = entries(tmp_path / "mail")
    moved = tmp_path / "mail" / "cur" / f"{entry.name}:2,S"
    entry.path.rename(moved)
    assert content(tmp_path / "mail", entry) == moved.read_bytes()
    assert [unique_name(path.name) for path in moved.parent.iterdir()] == [entry.name]
    moved.unlink()
    assert content(tmp_path / "mail", entry) is None
