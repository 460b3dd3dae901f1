"""Bundles of evidence: recomputed alone, and nothing in them can be changed."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.notes import VerifierKey
from core.crypto import Keyring
from core.errors import Damaged, IngotError
from merge.evidence.bundle import body_of, canonical, sign
from merge.evidence.gathered import Gathered, KnownRecord, PairEvidence
from merge.evidence.verify import verify
from merge.match.explain import CONTRIBUTIONS, Explained, Line, explain, settled
from merge.match.features import features
from merge.match.model import Model
from merge.match.score import Verdict
from merge.resolve.decisions import Lines, decisions_of
from merge.resolve.graph import Edge
from tests.merge.match.test_acceptance import MOBILE, record

LINES = Lines(cut=-1000, bridge=3524, floor=-4000, max_size=1000)
LEFT, RIGHT = "g_1", "g_2"


def gathered(explained: Explained) -> Gathered:
    edge = Edge(LEFT, RIGHT, explained.weight, explained.verdict.value, explained.rule.rule if explained.rule else "")
    rows = {name: KnownRecord(name, "crm", name.encode(), []) for name in (LEFT, RIGHT)}
    decisions = decisions_of(rows, [(LEFT, RIGHT, explained.weight)], LINES)
    return Gathered(rows, [PairEvidence(edge, explained)], [edge], decisions, [], LINES)


def moved() -> Explained:
    """One name and one mobile number; everything else differs, so that the rule says the least it is worth."""
    left = {
        "person__birth_date": "1990-01-01",
        "person__sex": "男",
        "email": "a@b.example",
        "address__full": "上海市浦东新区世纪大道100号",
    }
    right = {
        "person__birth_date": "1985-05-12",
        "person__sex": "女",
        "email": "q@r.example",
        "address__full": "北京市海淀区中关村大街1号",
    }
    a = record(person__full_name="张三", phone=MOBILE, **left)
    b = record(person__full_name="张三", phone=MOBILE, **right)
    return explain(features(a), features(b), Model())


@pytest.fixture
def key(keyring: Keyring) -> VerifierKey:
    return VerifierKey("ingot/test", keyring.public_key)


def bundle(keyring: Keyring, explained: Explained, **changes: Any) -> bytes:
    body = body_of(LEFT, "2026-05-01T09:00:00.000Z", gathered(explained), Model(), None)
    return sign({**body, **changes}, "ingot/test", keyring)


def test_AT45_the_verdict_is_recomputed(keyring: Keyring, key: VerifierKey) -> None:
    found = verify(bundle(keyring, moved()), key)
    (pair,) = found.pairs
    assert (pair.verdict, round(pair.probability / 1e6, 2), pair.rule) == ("auto", 0.97, "R2")
    assert (found.one, found.records, found.mean) == (True, 2, pair.weight)


def test_AT45_no_byte_can_be_changed(keyring: Keyring, key: VerifierKey) -> None:
    whole = bundle(keyring, moved())
    for at in range(len(whole)):
        for bit in (0, 5):
            flipped = bytearray(whole)
            flipped[at] ^= 1 << bit
            with pytest.raises(Damaged):
                verify(bytes(flipped), key)


def test_what_is_signed_but_does_not_follow_is_refused(keyring: Keyring, key: VerifierKey) -> None:
    whole = json.loads(bundle(keyring, moved()))["body"]
    wrong: list[dict[str, Any]] = [
        {"pairs": [{**whole["pairs"][0], "verdict": "no"}]},
        {"pairs": [{**whole["pairs"][0], "weight": whole["pairs"][0]["weight"] + 1}]},
        {"decisions": []},
        {"lines": {**whole["lines"], "cut": 20000}},
    ]
    for changes in wrong:
        with pytest.raises(Damaged) as caught:
            verify(bundle(keyring, moved(), **changes), key)
        assert caught.value.code == "evidence.differs"
    with pytest.raises(Damaged) as caught:
        verify(bundle(keyring, moved(), pairs=[{}]), key)
    assert caught.value.code == "evidence.malformed"


def test_another_key_is_refused(keyring: Keyring, key: VerifierKey) -> None:
    with pytest.raises(Damaged) as caught:
        verify(bundle(keyring, moved()), VerifierKey("ingot/other", keyring.public_key))
    assert caught.value.code == "evidence.key"


def test_contributions_of_a_learned_model_add_up_too(keyring: Keyring, key: VerifierKey) -> None:
    plain = moved()
    lines = [Line("phone", 3000), Line("rest", -200), Line("others", 1500)]
    learned = settled(lines, plain.outcomes, plain.rule, Model(), scorer=CONTRIBUTIONS, digest="ab" * 32)
    assert learned.weight == 5015
    found = verify(bundle(keyring, learned), key)
    assert found.pairs[0].verdict == Verdict.AUTO


def test_nothing_of_a_person_is_in_it(keyring: Keyring) -> None:
    text = bundle(keyring, moved()).decode()
    for value in ("张三", "13800138000", "138", "a@b", "世纪"):
        assert value not in text


@settings(max_examples=200)
@given(st.binary(max_size=200) | st.recursive(st.none() | st.integers(0, 9), st.lists).map(canonical))
def test_what_is_no_bundle_is_refused_in_our_words(data: bytes) -> None:
    with pytest.raises(IngotError):
        verify(data, VerifierKey("ingot/test", bytes(32)))
