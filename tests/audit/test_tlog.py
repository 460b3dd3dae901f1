import base64
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import ConsistencyProof, InclusionProof, InmemoryTree
from pymerkle import verify_consistency as pymerkle_verify_consistency
from pymerkle import verify_inclusion as pymerkle_verify_inclusion

from audit.tlog import (
    EMPTY_ROOT,
    CompactRange,
    NodeReader,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    perfect_root,
    root_at,
    root_of,
    verify_consistency,
    verify_inclusion,
)

ENTRIES = st.lists(st.binary(max_size=20), min_size=1, max_size=70)


def nodes(leaves: Sequence[bytes]) -> NodeReader:
    """Hashes of perfect subtrees by their definition."""
    return lambda level, index: root_of(leaves[index << level : (index + 1) << level])


def decoded(value: str | None) -> bytes:
    return base64.b64decode(value or "")


def test_outside_vectors_of_inclusion_and_consistency(bench: Path) -> None:
    folder = bench / "vectors" / "merkle" / "testdata"
    seen = 0
    for path in sorted((folder / "inclusion").rglob("*.json")):
        vector = json.loads(path.read_bytes())
        proof = [decoded(part) for part in vector["proof"] or []]
        held = verify_inclusion(
            decoded(vector["leafHash"]), vector["leafIdx"], vector["treeSize"], proof, decoded(vector["root"])
        )
        assert held is not vector["wantErr"], path
        seen += 1
    for path in sorted((folder / "consistency").rglob("*.json")):
        vector = json.loads(path.read_bytes())
        proof = [decoded(part) for part in vector["proof"] or []]
        held = verify_consistency(
            vector["size1"], vector["size2"], decoded(vector["root1"]), decoded(vector["root2"]), proof
        )
        assert held is not vector["wantErr"], path
        seen += 1
    assert seen == 196


@given(ENTRIES, st.data())
def test_pymerkle_agrees_on_roots_and_proofs(entries: list[bytes], data: st.DataObject) -> None:
    other = InmemoryTree(algorithm="sha256")
    for entry in entries:
        other.append_entry(entry)
    leaves = [leaf_hash(entry) for entry in entries]
    size = data.draw(st.integers(1, len(entries)))
    assert root_of(leaves[:size]) == other.get_root(size)
    index = data.draw(st.integers(0, size - 1))
    theirs = other.prove_inclusion(index + 1, size)
    # Its path begins with the leaf itself.
    assert [leaves[index], *inclusion_proof(index, size, nodes(leaves))] == list(theirs.path)
    pymerkle_verify_inclusion(leaves[index], root_of(leaves[:size]), theirs)
    assert isinstance(theirs, InclusionProof)
    older = data.draw(st.integers(1, size))
    consistent = other.prove_consistency(older, size)
    assert isinstance(consistent, ConsistencyProof)
    pymerkle_verify_consistency(root_of(leaves[:older]), root_of(leaves[:size]), consistent)


@given(ENTRIES, st.data())
def test_a_proof_holds_for_its_leaf_and_place_and_no_other(entries: list[bytes], data: st.DataObject) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    size = data.draw(st.integers(1, len(leaves)))
    index = data.draw(st.integers(0, size - 1))
    root, proof = root_of(leaves[:size]), inclusion_proof(index, size, nodes(leaves))
    assert verify_inclusion(leaves[index], index, size, proof, root)
    assert not verify_inclusion(leaf_hash(b"another entry, longer than any"), index, size, proof, root)
    assert not verify_inclusion(leaves[index], index, size, [*proof, root], root)
    if proof:
        which = data.draw(st.integers(0, len(proof) - 1))
        broken = [part if at != which else bytes([part[0] ^ 1]) + part[1:] for at, part in enumerate(proof)]
        assert not verify_inclusion(leaves[index], index, size, broken, root)
        assert not verify_inclusion(leaves[index], index, size, proof[1:], root)
        assert not verify_inclusion(leaves[index], index ^ 1, size, proof, root) or leaves[index] == proof[0]


@given(ENTRIES, st.data())
def test_a_tree_is_consistent_with_what_it_grew_from_and_nothing_else(
    entries: list[bytes], data: st.DataObject
) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    second = data.draw(st.integers(1, len(leaves)))
    first = data.draw(st.integers(1, second))
    proof = consistency_proof(first, second, nodes(leaves))
    old, new = root_of(leaves[:first]), root_of(leaves[:second])
    assert verify_consistency(first, second, old, new, proof)
    changed = data.draw(st.integers(0, first - 1))
    rewritten = [
        leaf if at != changed else leaf_hash(b"rewritten, longer than any entry") for at, leaf in enumerate(leaves)
    ]
    forged = consistency_proof(first, second, nodes(rewritten))
    assert not verify_consistency(first, second, old, root_of(rewritten[:second]), forged)
    assert not verify_consistency(first, second, old, root_of(rewritten[:second]), proof)


@given(st.lists(st.integers(0, 700), min_size=1, max_size=4))
@settings(max_examples=30)
def test_growing_in_batches_gives_the_same_tree_and_every_full_tile(batches: list[int]) -> None:
    leaves = [leaf_hash(number.to_bytes(4, "big")) for number in range(sum(batches))]
    tree, completed, at = CompactRange(), [], 0
    for size in batches:
        # Each batch continues from what is stored, as after a restart.
        tree = CompactRange.load(at, nodes(leaves))
        completed += tree.extend(leaves[at : at + size])
        at += size
        assert tree.size == at
        assert tree.root() == root_of(leaves[:at]) == root_at(at, nodes(leaves))
    assert completed == [(1, number, root_of(leaves[number * 256 : number * 256 + 256])) for number in range(at // 256)]


def test_tiles_of_the_second_level_are_completed() -> None:
    leaves = [leaf_hash(number.to_bytes(4, "big")) for number in range(65_536)]
    completed = CompactRange().extend(leaves)
    assert len(completed) == 257
    assert completed[-1] == (2, 0, root_of(leaves))


@given(st.integers(0, 7), st.binary(max_size=8))
def test_perfect_subtrees_have_the_root_of_any_tree(height: int, salt: bytes) -> None:
    leaves = [leaf_hash(salt + bytes([number])) for number in range(1 << height)]
    assert perfect_root(leaves) == root_of(leaves)


def test_the_empty_tree() -> None:
    assert root_of([]) == EMPTY_ROOT == CompactRange().root() == root_at(0, nodes([]))


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_no_proof_is_made_for_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="not in a tree"):
        inclusion_proof(index, size, nodes([EMPTY_ROOT] * 3))


@pytest.mark.parametrize(("first", "second"), [(0, 3), (4, 3), (-1, 3)])
def test_no_proof_is_made_from_nothing_or_backwards(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="no consistency proof"):
        consistency_proof(first, second, nodes([EMPTY_ROOT] * 4))
