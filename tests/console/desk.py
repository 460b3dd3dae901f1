"""Browsers of people of one role each, at one gateway, without a browser."""

from dataclasses import dataclass, field

import httpx

from api.console import cookies
from api.console.guard import csrf_of
from core.database import unit_of_work
from tests.api.http.house import House


@dataclass
class Desk:
    """Browsers of people of one role each, at one gateway."""

    house: House
    # Not shown where a test fails: whoever reads that could sign in.
    sessions: dict[str, str] = field(default_factory=dict, repr=False)

    def session(self, who: str) -> str:
        if who not in self.sessions:
            services = self.house.services
            with unit_of_work(services.engine) as connection:
                user = services.people.user_by_login(connection, who)
                issued = services.tokens.open_session(connection, user.id, actor="system:test")
            self.sessions[who] = issued.text
        return self.sessions[who]

    def headers(self, who: str) -> dict[str, str]:
        return {
            "cookie": f"{cookies.SESSION}={self.session(who)}; {cookies.LANGUAGE}=en",
            "accept": "text/html",
            "sec-fetch-site": "same-origin",
        }

    def get(self, path: str, who: str = "operations") -> httpx.Response:
        return self.house.client.get(path, headers=self.headers(who))

    def post(self, path: str, who: str = "operations", /, **fields: str | list[str]) -> httpx.Response:
        content = {"csrf": csrf_of(self.session(who)), **{name.replace("__", ":"): one for name, one in fields.items()}}
        return self.house.client.post(path, headers=self.headers(who), data=content)

    def form(self, path: str, fields: dict[str, str], who: str = "operations") -> httpx.Response:
        return self.post(path, who, **fields)

    def upload(self, content: bytes, name: str, who: str = "operations", **fields: str) -> httpx.Response:
        content_of = {"csrf": csrf_of(self.session(who)), "name": name, **fields}
        files = {"file": ("客户.csv", content, "text/csv")}
        return self.house.client.post("/connectors/upload", headers=self.headers(who), data=content_of, files=files)
