"""Ids in paths: what has not the form of one is not there, and is not repeated."""

import re

from core.errors import NotFound

_GOLDEN = re.compile(r"g_[0-9a-f]{32}")
_RUN = re.compile(r"run_[0-9a-f]{32}")
_ITEM = re.compile(r"r_[0-9a-f]{32}")
_DECISION = re.compile(r"d_[0-9a-f]{32}")
_UPLOAD = re.compile(r"up_[0-9a-f]{32}")


def golden_id(text: str) -> str:
    """The id of a golden record or a record. Raises NotFound ``golden.unknown``."""
    if not _GOLDEN.fullmatch(text):
        raise NotFound("golden.unknown", "There is no golden record with this id; check the id.")
    return text


def run_id(text: str) -> str:
    """The id of a run. Raises NotFound ``run.unknown``."""
    if not _RUN.fullmatch(text):
        raise NotFound("run.unknown", "There is no run with this id; GET /v1/syncs lists them.")
    return text


def upload_id(text: str) -> str:
    """The id of an upload. Raises NotFound ``upload.unknown``."""
    if not _UPLOAD.fullmatch(text):
        raise NotFound("upload.unknown", "There is no upload with this id; GET /v1/uploads lists them.")
    return text


def item_id(text: str) -> str:
    """The id of an item of the review queue. Raises NotFound ``review.unknown``."""
    if not _ITEM.fullmatch(text):
        raise NotFound("review.unknown", "There is no item with this id in the review queue; see GET /v1/review.")
    return text


def decision_id(text: str) -> str:
    """The id of a steward's decision. Raises NotFound ``review.decision_unknown``."""
    if not _DECISION.fullmatch(text):
        raise NotFound("review.decision_unknown", "There is no decision with this id; see the item it was about.")
    return text
