"""The learned models that are shipped with the product: read once, hash and version checked.

``match_model.txt`` is for people, ``crowd_model.txt`` for people in large batches, ``organization_model.txt`` for pairs
of organisations: one model for all is worse on each.

Each is a line of JSON, then two sets of trees in LightGBM's text form: one that sees a pair by itself, one that sees it
again with what third records say. ``benchmarks/train_match_model.py`` makes it; docs/reference/match-model.md says from
what.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from core.errors import Damaged, Invalid, NotFound
from merge.match.boosting import Trees
from merge.match.pair_features import NAMES, OF_PEOPLE, RISING
from merge.match.support import SUPPORT, SUPPORT_RISING

VERSION = 2
"""Of what the columns mean: a model of another version sees other things in the same place."""
SHIPPED = Path(__file__).with_name("match_model.txt")
SHA256 = "794b38cefe0e154c95c1934715b72c4ee785835ac4f721a920747675ed3b2dc5"
"""Of the file for people."""
CROWD = 200_000
"""Among more records the pairs are others: keys are strict (``pairs.caps_for``), and many of one name are strangers."""
SHIPPED_OF_CROWDS = Path(__file__).with_name("crowd_model.txt")
SHA256_OF_CROWDS = "df1837f52d8d26d7254446dc6ee12619ab951b961d976074180689c58f496e15"
"""Of the file for people in large batches."""
SHIPPED_OF_ORGANIZATIONS = Path(__file__).with_name("organization_model.txt")
SHA256_OF_ORGANIZATIONS = "ee5d00535f48b7b2495fddc2b400a9b6885856a7065b5b69e69e27094daecb4b"
"""Of the file for organisations."""

_KIND = "ingot-pair-model"
_BETWEEN = "\n=== second look ===\n"


@dataclass(frozen=True, slots=True)
class PairModel:
    """Trees for the first look at a pair, and for the second with its neighbourhood; the columns that they see."""

    first: Trees
    second: Trees
    names: Sequence[str] = NAMES

    def to_text(self) -> str:
        """The file's content."""
        header = json.dumps({"kind": _KIND, "version": VERSION, "columns": columns_hash(self.names)})
        return header + "\n" + self.first.to_text() + _BETWEEN + self.second.to_text()


def columns_hash(names: Sequence[str]) -> str:
    """Names the columns and their order, so that a model cannot be read with others."""
    return sha256("\n".join((*names, *SUPPORT)).encode()).hexdigest()[:16]


def rising(names: Sequence[str]) -> list[bool]:
    """For each column whether more of it can only make a pair likelier."""
    return [name in RISING or name in SUPPORT_RISING for name in names]


def read_pair_model(path: Path, sha: str | None = None, names: Sequence[str] = OF_PEOPLE) -> PairModel:
    """A model from its file, of the columns given.

    Raises:
        NotFound: ``match_model.missing``.
        Damaged: ``match_model.hash`` where the bytes do not have the hash given, ``match_model.trees`` where the trees
            cannot be read.
        Invalid: ``match_model.version`` for a file of another kind, version or order of columns.
    """
    try:
        content = path.read_bytes()
    except OSError:
        raise NotFound(
            "match_model.missing", f"The match model {path.name} is not there; install ingot again."
        ) from None
    if sha is not None and sha256(content).hexdigest() != sha:
        raise Damaged("match_model.hash", f"The match model {path.name} was changed; install ingot again.")
    header, _, rest = content.decode(errors="replace").partition("\n")
    first, between, second = rest.partition(_BETWEEN)
    try:
        told = json.loads(header)
    except ValueError:
        told = None
    expected = {"kind": _KIND, "version": VERSION, "columns": columns_hash(names)}
    if told != expected or not between:
        raise Invalid(
            "match_model.version",
            f"{path.name} is a match model of another version than {VERSION}; train it again with "
            "benchmarks/train_match_model.py.",
        )
    return PairModel(Trees(first), Trees(second), names)


@lru_cache(maxsize=1)
def shipped_model() -> PairModel:
    """The model that came with the product. Raises as ``read_pair_model`` does."""
    return read_pair_model(SHIPPED, SHA256)


@lru_cache(maxsize=1)
def crowd_model() -> PairModel:
    """The model for people in large batches. Raises as ``read_pair_model`` does."""
    return read_pair_model(SHIPPED_OF_CROWDS, SHA256_OF_CROWDS)


def people_model(records: int) -> PairModel:
    """The model for people among so many records. Raises as ``read_pair_model`` does."""
    return crowd_model() if records > CROWD else shipped_model()


@lru_cache(maxsize=1)
def organization_model() -> PairModel:
    """The model for pairs of organisations. Raises as ``read_pair_model`` does."""
    return read_pair_model(SHIPPED_OF_ORGANIZATIONS, SHA256_OF_ORGANIZATIONS, NAMES)
