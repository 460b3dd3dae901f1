"""What the log may be searched by. A search is an entry of the log too, so a filter must look like what stands there.

Somebody who types a name or a telephone number into a filter would write it into the log for ever.
"""

import re
from collections.abc import Mapping

from audit.actions import Action
from audit.events import DECISIONS
from core.errors import Invalid

_IDS = r"[A-Za-z0-9_.:/|-]{1,200}"
_FILTERS = {
    "actor": re.compile(_IDS),
    "action": re.compile("|".join(re.escape(one) for one in Action)),
    "subject": re.compile(r"[a-z]{1,8}_[0-9a-f]{32}"),
    "object_type": re.compile(r"[a-z_]{1,40}"),
    "object_id": re.compile(_IDS),
    "purpose": re.compile(r"[a-z]+(_[a-z]+){0,4}"),
    "decision": re.compile("|".join(DECISIONS)),
}
_OUR_ID = re.compile(r"[a-z]{1,8}_[0-9a-f]{32}")
_NUMBER = re.compile(r"\d{5}")


def check_filters(given: Mapping[str, str | None]) -> dict[str, str]:
    """The filters that were given, each in the form of what stands in the log.

    Raises Invalid ``audit.filter`` with the name of the first that is not.
    """
    found = {name: value for name, value in given.items() if value is not None}
    for name, value in found.items():
        if not _FILTERS[name].fullmatch(value) or _NUMBER.search(_OUR_ID.sub("", value)):
            raise Invalid("audit.filter", f"The filter '{name}' has not the form of what stands in the log there.")
    return found
