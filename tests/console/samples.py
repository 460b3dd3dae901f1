"""Every page of the console with an address to look at it: found from what the application declares."""

import re
from collections.abc import Callable, Mapping

from api.console.mounting import ALL_PAGES
from tests.console.shop import FAILING, Shop

# What stands for the parameters of a path, in the workspace of the tests. A page whose path has parameters and that is
# not named here fails the tests: no page escapes them.
SAMPLES: Mapping[str, Callable[[Shop], Mapping[str, str]]] = {
    "/audit/entry/{index}": lambda _: {"index": "0"},
    "/syncs/{run}": lambda shop: {"run": shop.run_of(FAILING)},
    "/syncs/{run}/log": lambda shop: {"run": shop.run_of(FAILING)},
}
# Pages that are worth another look in another state: what stands behind the path, by a name of its own.
OTHER_LOOKS: Mapping[str, Callable[[Shop], str]] = {
    "/syncs/{run} that went well": lambda shop: f"/syncs/{shop.run_of('erp')}",
    "/rejected of one connection": lambda _: f"/rejected?connection={FAILING}",
    "/sign-in to go somewhere": lambda _: "/sign-in?next=%2Fsyncs",
}
# What a page asks for later and puts into itself.
PARTS = frozenset({"/schedules/preview", "/syncs/{run}/log"})
# What answers a GET and is neither, and why.
NO_PAGES: Mapping[str, str] = {
    "/audit/checkpoint": "a file; the page of verification links to it",
    "/audit/entry/{index}/proof": "a file; the page of an entry links to it",
    "/audit/verify/live": "a stream of events; it sends a part of /audit/verify",
    "/static/{digest}/{name:path}": "files; the addresses that pages name are asked for",
    "/syncs/live": "a stream of events; it sends a part of /syncs",
    "/syncs/{run}/live": "a stream of events; it sends a part of /syncs/{run}",
}
# Pages that are shown to those who have not signed in.
OPEN_PAGES = frozenset({"/sign-in", "/sign-in to go somewhere"})


def declared(method: str = "GET") -> list[str]:
    """The paths that the console declares."""
    return [path for pages in ALL_PAGES for how, path, _ in pages.declared if how == method]


def page_paths() -> list[str]:
    """The paths of all pages and the names of other looks at them, in order."""
    return sorted((set(declared()) - set(NO_PAGES) - PARTS) | set(OTHER_LOOKS))


def address(path: str, shop: Shop) -> str:
    """The path with its parameters filled in, or the address of another look."""
    if path in OTHER_LOOKS:
        return OTHER_LOOKS[path](shop)
    names = re.findall(r"{(\w+)", path)
    if not names:
        return path
    assert path in SAMPLES, f"Add what stands for {names} of {path} to SAMPLES in tests/console/samples.py."
    given = SAMPLES[path](shop)
    assert set(given) == set(names)
    return re.sub(r"{(\w+)(?::\w+)?}", lambda found: given[found[1]], path)


def file_name(path: str) -> str:
    """A name for files about a page."""
    return re.sub(r"\W+", "-", path).strip("-") or "home"
