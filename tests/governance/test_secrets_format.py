import pytest

from governance.secrets_format import TokenKind, code_digest, new_code, new_token, read_token, same

TOKEN_ID = "t_" + "0" * 31 + "1"


@pytest.mark.parametrize("kind", list(TokenKind))
def test_a_token_is_read_back_as_what_it_is(kind: TokenKind) -> None:
    text, digest = new_token(kind, TOKEN_ID)
    presented = read_token(text)
    assert text.startswith(f"ingot_{kind}_")
    assert presented is not None
    assert (presented.kind, presented.token_id, presented.digest) == (kind, TOKEN_ID, digest)
    assert same(digest, presented.digest)


def test_tokens_carry_256_bits_and_never_repeat() -> None:
    texts = {new_token(TokenKind.KEY, TOKEN_ID)[0] for _ in range(200)}
    assert len(texts) == 200
    # 52 characters of base32 hold 260 bits, the last four of them zero.
    assert {len(text.rpartition("_")[2]) for text in texts} == {52}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1],
        lambda text: text + "a",
        lambda text: text + "\n",
        lambda text: text.upper(),
        lambda text: text.replace("pat", "cat"),
        lambda text: "",
    ],
)
def test_what_has_not_the_form_is_not_read(change: object) -> None:
    assert callable(change)
    text, _ = new_token(TokenKind.PERSON, TOKEN_ID)
    assert read_token(change(text)) is None


def test_another_secret_has_another_hash() -> None:
    text, digest = new_token(TokenKind.PERSON, TOKEN_ID)
    other = text[:-2] + ("ba" if text[-2:] != "ba" else "ca")
    presented = read_token(other)
    assert presented is not None
    assert not same(digest, presented.digest)


def test_a_code_may_be_typed_as_people_type() -> None:
    code, digest = new_code()
    assert code_digest(code) == code_digest(f" {code.upper().replace('-', ' ')}\n") == digest
    assert code_digest(code[:-1]) is None
    assert code_digest("not a code") is None
