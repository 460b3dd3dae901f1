"""Every page of the console with an address to look at it: found from what the application declares."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from api.console.mounting import ALL_PAGES
from tests.console.shop import FAILING, SELLER, WHO, Shop


@dataclass(frozen=True)
class Look:
    """A page in a state worth another look: its address, who looks (None: the first who may), and the answer."""

    address: Callable[[Shop], str]
    who: str | None = None
    status: int = 200


# What stands for the parameters of a path, in the workspace of the tests. A page whose path has parameters and that is
# not named here fails the tests: no page escapes them.
SAMPLES: Mapping[str, Callable[[Shop], Mapping[str, str]]] = {
    "/customers/{golden_id}": lambda shop: {"golden_id": shop.customer},
    "/customers/{golden_id}/attributes/{name}": lambda shop: {"golden_id": shop.customer, "name": "person.full_name"},
    "/customers/{golden_id}/unmerge": lambda shop: {"golden_id": shop.customer},
    "/users/{user_id}": lambda shop: {"user_id": shop.user_id(SELLER)},
    "/clusters/{golden_id}": lambda shop: {"golden_id": shop.cluster},
    "/review/asked/{question_id}": lambda shop: {"question_id": shop.question},
    "/review/{item_id}": lambda shop: {"item_id": shop.item("pair")},
    "/audit/entry/{index}": lambda _: {"index": "0"},
    "/connectors/new/{source}": lambda _: {"source": "social"},
    "/connectors/{name}": lambda _: {"name": "erp"},
    "/connectors/{name}/streams": lambda _: {"name": "erp"},
    "/connectors/{name}/mapping/{stream:path}": lambda _: {"name": "erp", "stream": "customers"},
    "/syncs/{run}": lambda shop: {"run": shop.run_of(FAILING)},
    "/syncs/{run}/log": lambda shop: {"run": shop.run_of(FAILING)},
}
OTHER_LOOKS: Mapping[str, Look] = {
    "/customers/{golden_id} of the seller": Look(lambda shop: f"/customers/{shop.customer}", SELLER),
    "/customers/{golden_id} as of now": Look(lambda shop: f"/customers/{shop.customer}?as_of={shop.moment}", "steward"),
    "/customers/{golden_id}/attributes/{name} of the seller": Look(
        lambda shop: f"/customers/{shop.customer}/attributes/phone", SELLER
    ),
    "/customers that a search found": Look(lambda shop: shop.search("先生", SELLER), SELLER),
    "/customers where none fits": Look(lambda shop: shop.search("nobody of this name", SELLER), SELLER),
    "/customers/{golden_id} that there is not": Look(lambda _: f"/customers/g_{'0' * 32}", "steward", 404),
    "/clusters/{golden_id} of one record": Look(lambda shop: f"/clusters/{shop.alone}", "steward"),
    "/review blind": Look(lambda _: "/review?blind=1"),
    "/review where nothing fits": Look(lambda _: "/review?kind=dispute&state=closed"),
    "/review/{item_id} blind": Look(lambda shop: f"/review/{shop.item('pair')}?blind=1"),
    "/review/{item_id} of a conflict": Look(lambda shop: f"/review/{shop.item('conflict')}"),
    "/review/{item_id} of a pinned value": Look(lambda shop: f"/review/{shop.item('stale_pin')}"),
    "/review/{item_id} of two owners": Look(lambda shop: f"/review/{shop.item('dispute')}"),
    "/review/{item_id} of a split": Look(lambda shop: f"/review/{shop.item('split')}"),
    "/review/{item_id} that an owner was asked about": Look(lambda shop: f"/review/{shop.asked_about}"),
    "/review/asked to an owner": Look(lambda _: "/review/asked", SELLER),
    "/ of an owner who is asked": Look(lambda _: "/", SELLER),
    "/review/{item_id} that waits for a second person": Look(lambda shop: f"/review/{shop.proposed}"),
    "/review/{item_id} that there is not": Look(lambda _: f"/review/r_{'0' * 32}", "steward", 404),
    "/review to those who may not": Look(lambda _: "/review", SELLER, 403),
    "/quality of four weeks": Look(lambda _: "/quality?weeks=4"),
    "/connectors where no source is called so": Look(lambda _: "/connectors?q=nothing"),
    "/connectors/{name} of a mailbox": Look(lambda _: "/connectors/mail"),
    "/connectors/{name} that there is not": Look(lambda _: "/connectors/none", "it", 404),
    "/connectors/{name}/streams with samples": Look(lambda _: "/connectors/erp/streams?stream=orders&samples=1"),
    "/connectors/{name}/mapping/{stream:path} to IT": Look(lambda _: "/connectors/erp/mapping/orders", "it"),
    "/connectors/upload to those who may not": Look(lambda _: "/connectors/upload", SELLER, 403),
    "/rejected of one connection": Look(lambda _: f"/rejected?connection={FAILING}"),
    "/sign-in to go somewhere": Look(lambda _: "/sign-in?next=%2Fsyncs", ""),
    "/syncs/{run} that went well": Look(lambda shop: f"/syncs/{shop.run_of('erp')}"),
    "/users to those who may not": Look(lambda _: "/users", SELLER, 403),
}
# What a page asks for later and puts into itself.
PARTS = frozenset({"/syncs/{run}/log"})
# What answers a GET and is neither, and why.
NO_PAGES: Mapping[str, str] = {
    "/audit/checkpoint": "a file; the page of verification links to it",
    "/audit/entry/{index}/proof": "a file; the page of an entry links to it",
    "/audit/verify/live": "a stream of events; it sends a part of /audit/verify",
    "/clusters/{golden_id}/evidence": "a file; the page of a cluster links to it",
    "/connectors/trials/{trial}/live": "a stream of events; it sends a part of /connectors/{name}",
    "/static/{digest}/{name:path}": "files; the addresses that pages name are asked for",
    "/health/live": "a stream of events; it sends a part of /health",
    "/syncs/live": "a stream of events; it sends a part of /syncs",
    "/syncs/{run}/live": "a stream of events; it sends a part of /syncs/{run}",
}
# Pages that are shown to those who have not signed in.
OPEN_PAGES = frozenset({"/sign-in", "/sign-in to go somewhere"})
_FOUND: dict[tuple[str, str], str] = {}


def declared(method: str = "GET") -> list[str]:
    """The paths that the console declares."""
    return [path for pages in ALL_PAGES for how, path, _ in pages.declared if how == method]


def page_paths() -> list[str]:
    """The paths of all pages and the names of other looks at them, in order."""
    return sorted((set(declared()) - set(NO_PAGES) - PARTS) | set(OTHER_LOOKS))


def address(path: str, shop: Shop) -> str:
    """The path with its parameters filled in, or the address of another look."""
    if path in OTHER_LOOKS:
        return OTHER_LOOKS[path].address(shop)
    names = re.findall(r"{(\w+)", path)
    if not names:
        return path
    assert path in SAMPLES, f"Add what stands for {names} of {path} to SAMPLES in tests/console/samples.py."
    given = SAMPLES[path](shop)
    assert set(given) == set(names)
    return re.sub(r"{(\w+)(?::\w+)?}", lambda found: given[found[1]], path)


def status_of(path: str) -> int:
    """The answer that a page or another look is to give."""
    return OTHER_LOOKS[path].status if path in OTHER_LOOKS else 200


def who_may(path: str, shop: Shop) -> str:
    """Login of who looks at a page: the first who is shown it; empty for one that is there before signing in."""
    if path in OPEN_PAGES:
        return ""
    chosen = OTHER_LOOKS[path].who if path in OTHER_LOOKS else None
    if chosen is not None:
        return chosen
    known = (shop.url, path)
    if known not in _FOUND:
        shown = (who for who in WHO if shop.get(address(path, shop), who).status_code == 200)
        _FOUND[known] = next(shown, "")
    assert _FOUND[known], f"{path} is shown to no role"
    return _FOUND[known]


def file_name(path: str) -> str:
    """A name for files about a page."""
    return re.sub(r"\W+", "-", path).strip("-") or "home"
