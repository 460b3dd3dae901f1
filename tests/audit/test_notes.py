import pytest

from audit.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from audit.notes import VerifierKey, open_note, sign_note
from audit.tlog import EMPTY_ROOT, leaf_hash
from core.errors import Damaged, Invalid
from tests.audit.helpers import KEY, ORIGIN, SigningKey

TEXT = "first line\n\nsecond, 中文\n"


def test_a_note_opens_with_its_key() -> None:
    note = sign_note(TEXT, ORIGIN, SigningKey())
    assert note.startswith(f"{TEXT}\n— {ORIGIN} ")
    assert open_note(note, KEY) == TEXT


def test_a_verifier_key_is_read_back_from_its_text() -> None:
    assert VerifierKey.parse(f" {KEY}\n") == KEY
    assert str(KEY).startswith(f"{ORIGIN}+")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ingot/test",
        str(KEY).replace("+A", "+B", 1),
        str(KEY)[:-4],
        str(KEY).replace("ingot/test", "ingot/other"),
        "+".join([*str(KEY).split("+")[:2], "AgAAAAAA"]),
    ],
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        VerifierKey.parse(text)
    assert refused.value.code == "audit.key_malformed"


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b"])
def test_a_key_name_has_no_spaces_and_no_plus(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        VerifierKey(name, SigningKey().public_key)
    assert refused.value.code == "audit.key_name"


def test_signatures_of_other_keys_are_ignored() -> None:
    note = sign_note(TEXT, ORIGIN, SigningKey())
    witness = sign_note(TEXT, "witness.example/w", SigningKey(7)).rpartition("\n\n")[2]
    same_name = sign_note(TEXT, ORIGIN, SigningKey(8)).rpartition("\n\n")[2]
    assert open_note(note + witness + same_name, KEY) == TEXT
    assert open_note(TEXT + "\n" + witness + note.rpartition("\n\n")[2], KEY) == TEXT


def test_a_note_without_our_signature_is_refused() -> None:
    with pytest.raises(Damaged) as told:
        open_note(sign_note(TEXT, ORIGIN, SigningKey(8)), KEY)
    assert told.value.code == "audit.note_unsigned"


def test_a_changed_text_is_refused_even_beside_a_good_signature() -> None:
    note = sign_note(TEXT, ORIGIN, SigningKey())
    other = sign_note("other\n", ORIGIN, SigningKey()).rpartition("\n\n")[2]
    for forged in (note.replace("first", "fjrst"), note + other):
        with pytest.raises(Damaged) as told:
            open_note(forged, KEY)
        assert told.value.code == "audit.note_forged"


@pytest.mark.parametrize(
    "note",
    [
        "",
        "no signatures\n",
        "text\n\n",
        "text\n\n- ingot/test AAAAAAAA\n",
        "text\n\n— ingot/test\n",
        "text\n\n— ingot/test AAAAAAAA",
        "text\n\n— ingot/test AAAAAAB=\n",
        "te\x01xt\n\n— ingot/test AAAAAAAA\n",
        "text\n\n— ingot/test AAAA\n",
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(Damaged) as told:
        open_note(note, KEY)
    assert told.value.code == "audit.note_malformed"


def test_a_note_of_too_many_signatures_is_refused() -> None:
    note = sign_note(TEXT, ORIGIN, SigningKey())
    line = note.rpartition("\n\n")[2]
    assert open_note(note + line * 15, KEY) == TEXT
    with pytest.raises(Damaged):
        open_note(note + line * 100, KEY)


def test_a_checkpoint_is_read_back_from_its_note() -> None:
    checkpoint = Checkpoint(ORIGIN, 20_852_163, leaf_hash(b"x"))
    note = sign_checkpoint(checkpoint, SigningKey())
    assert note.split("\n")[:2] == [ORIGIN, "20852163"]
    assert open_checkpoint(note, KEY) == checkpoint


def test_extension_lines_are_allowed() -> None:
    text = str(Checkpoint(ORIGIN, 1, leaf_hash(b"x"))) + "extension\n"
    assert open_checkpoint(sign_note(text, ORIGIN, SigningKey()), KEY).size == 1


def test_a_checkpoint_of_another_log_is_refused() -> None:
    text = str(Checkpoint("ingot/other", 1, leaf_hash(b"x")))
    with pytest.raises(Damaged) as told:
        open_checkpoint(sign_note(text, ORIGIN, SigningKey()), KEY)
    assert told.value.code == "audit.checkpoint_origin"


ROOT = str(Checkpoint("o", 1, EMPTY_ROOT)).split("\n")[2]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n1\n",
        f"o\n1\n{ROOT}",
        f"\n1\n{ROOT}\n",
        f"o\n01\n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        f"o\n１\n{ROOT}\n",
        f"o\n1\n{ROOT[:-4]}\n",
        f"o\n1\n{ROOT}\n\n",
        f"o\n0\n{'A' * 43}=\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Damaged) as told:
        parse_checkpoint(text)
    assert told.value.code == "audit.checkpoint_malformed"
