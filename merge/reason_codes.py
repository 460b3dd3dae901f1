"""Why a person decided, as a short code: the log keeps codes, never free text, which can name somebody."""

import re

from core.errors import Invalid

_CODE = re.compile(r"[a-z][a-z0-9_.-]{0,79}")


def check_reason_code(code: str) -> None:
    """Raises Invalid ``merge.reason`` for anything but a code of small letters, digits, dots and dashes."""
    if not _CODE.fullmatch(code):
        raise Invalid("merge.reason", "A decision needs a reason code of small letters, digits, dots and dashes.")
