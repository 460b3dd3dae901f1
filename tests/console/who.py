"""Who looks at a page: the first of all roles to whom it is shown."""

from tests.console.samples import OPEN_PAGES, address
from tests.console.shop import WHO, Shop

_FOUND: dict[tuple[str, str], str] = {}


def who_may(path: str, shop: Shop) -> str:
    """Login of the first who is shown the page; empty for one that is there before signing in."""
    if path in OPEN_PAGES:
        return ""
    known = (shop.url, path)
    if known not in _FOUND:
        shown = (who for who in WHO if shop.get(address(path, shop), who).status_code == 200)
        _FOUND[known] = next(shown, "")
    assert _FOUND[known], f"{path} is shown to no role"
    return _FOUND[known]
