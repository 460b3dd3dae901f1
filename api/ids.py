"""Ids in paths: what has not the form of one is not there, and is not repeated."""

import re

from core.errors import NotFound

_GOLDEN = re.compile(r"g_[0-9a-f]{32}")
_RUN = re.compile(r"run_[0-9a-f]{32}")
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
