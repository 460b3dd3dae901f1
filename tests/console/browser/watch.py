"""Everything that goes wrong in a browser's page while a test looks at it."""

import re
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request, Response

# What a browser refuses for the policy of the page is told where all other errors are told.
TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", ({effectiveDirective, blockedURI, sourceFile, lineNumber}) => console.error(
  `policy: ${effectiveDirective} refused ${blockedURI || "inline"} at ${sourceFile}:${lineNumber}`
));
"""
_GRAVE = {"serious", "critical"}
_LIMITS = {"resultTypes": ["violations"]}


@dataclass
class Watch:
    """Collects what goes wrong in a page; a test says beforehand which refusals it means to cause."""

    page: Page
    wrong: list[str] = field(default_factory=list)
    expected: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.wrong.append(f"uncaught: {error}"))
        self.page.on("requestfailed", self._on_failed)
        self.page.on("response", self._on_response)

    def expect(self, status: int, path: str) -> None:
        """An answer with that status, to a path that fits the pattern, is what the test wants."""
        self.expected.append((status, path))

    def accessible(self) -> list[str]:
        """What axe finds that is serious or critical, with the elements it means."""
        found = Axe().run(self.page, options=_LIMITS).response["violations"]
        return [
            f"{one['id']} ({one['impact']}): {one['help']}: {[node['html'][:160] for node in one['nodes'][:5]]}"
            for one in found
            if one["impact"] in _GRAVE
        ]

    def overflows(self) -> list[str]:
        """Which elements make the page wider than the window; what scrolls inside itself does not."""
        found: list[str] = self.page.evaluate("""() => {
            const wide = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= wide + 1) return [];
            return [...document.body.querySelectorAll("*")]
                .filter((one) => one.getBoundingClientRect().right > wide + 1)
                .slice(0, 5).map((one) => one.outerHTML.slice(0, 120));
        }""")
        return found

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        where = str(message.location.get("url", ""))
        if "Failed to load resource" in message.text and any(re.search(path, where) for _, path in self.expected):
            return
        self.wrong.append(f"console: {message.text} ({where})")

    def _on_failed(self, request: Request) -> None:
        # What the browser gave up itself, because the page moved on, did not fail.
        if request.failure != "net::ERR_ABORTED":
            self.wrong.append(f"{request.method} {request.url}: {request.failure}")

    def _on_response(self, response: Response) -> None:
        wanted = any(status == response.status and re.search(path, response.url) for status, path in self.expected)
        if response.status >= 400 and not wanted:
            self.wrong.append(f"{response.request.method} {response.url}: {response.status}")
