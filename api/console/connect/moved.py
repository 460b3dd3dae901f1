"""Whether a connection is about to carry a stored secret to another place. Pure.

Who may configure may not read secrets; a changed host with the old password would send it to them all the same.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.redaction import secrets_of

_PLACE = re.compile(r"host|url|uri|server|endpoint|domain|address|proxy|base|site|region|port", re.IGNORECASE)


def secret_elsewhere(spec: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether another place than the stored one would get a secret that is stored.

    ``spec`` is the source's specification, ``before`` the configuration that is stored, ``after`` the one to be used.
    """
    moved = set(_places(after)) - set(_places(before))
    return bool(moved and secrets_of(before, spec) & secrets_of(after, spec))


def _places(value: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Settings whose names say that they are of a place, each with where it stands."""
    parts = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        path = (*at, str(name))
        if isinstance(part, Mapping | list):
            yield from _places(part, path)
        elif _PLACE.search(path[-1]):
            yield path, str(part)
