"""What the pages are tested on: the demonstration's workspace, small, with a person of every role and a failed sync."""

import atexit
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from api.console import cookies
from api.console.guard import csrf_of
from api.demo import run as demonstration
from api.demo.desk import first_day
from api.demo.social_server import SocialServer
from api.demo.world import make_world
from api.server import running_server
from api.wiring import Services, open_services
from core.database import reading, unit_of_work
from governance.policy.values import RequestContext
from governance.principals import Principal
from governance.roles import Role
from merge.review_queue import Filter, queue
from sync.wish import Asked
from tests.api.http.house import own_log

SIZE = 60
FAILING = "till"
PASSWORD = "correct horse battery staple"
# Those who see most come first: a page is looked at as the first of them who may.
ROLES = (
    Role.ADMIN,
    Role.OPERATIONS,
    Role.IT,
    Role.PRIVACY_OFFICER,
    Role.AUDITOR,
    Role.STEWARD,
    Role.MANAGER,
    Role.SERVICE,
    Role.MARKETING,
    Role.ANALYST,
    Role.CONSULTANT,
    Role.TRAINER,
    Role.SALES,
)
SELLER = "chen"
WHO = (*(role.value for role in ROLES), SELLER)
_COUNTING = Path(__file__).parents[1] / "sync" / "counting_source.py"


@dataclass(frozen=True)
class Shop:
    """The running workspace. ``sessions`` are by login; a role's login is its name."""

    services: Services = field(repr=False)
    url: str
    # Not shown where a test fails: whoever reads that could sign in.
    sessions: Mapping[str, str] = field(repr=False)
    client: httpx.Client = field(repr=False)

    def cookies(self, who: str, language: str = "en", theme: str = "light") -> dict[str, str]:
        """What a browser of theirs would send; nobody is who has no name."""
        taste = {cookies.LANGUAGE: language, cookies.THEME: theme, cookies.ZONE: "Asia/Shanghai"}
        return taste | ({cookies.SESSION: self.sessions[who]} if who else {})

    def get(self, path: str, who: str, language: str = "en") -> httpx.Response:
        """A page as a browser asks for it, without following where it sends."""
        return self.client.get(path, headers=self.headers(who, language))

    def headers(self, who: str, language: str = "en") -> dict[str, str]:
        """The headers with which their browser asks for a page."""
        sent = "; ".join(f"{name}={value}" for name, value in self.cookies(who, language).items())
        return {"cookie": sent, "accept": "text/html"}

    def post(self, path: str, who: str, **fields: str) -> httpx.Response:
        """Send a form as a page of theirs does, without following where that sends."""
        headers = {**self.headers(who), "sec-fetch-site": "same-origin"}
        return self.client.post(path, headers=headers, data={"csrf": csrf_of(self.sessions[who]), **fields})

    def search(self, text: str, who: str) -> str:
        """The address of what a search finds: what was looked for is sealed in it."""
        return self.post("/customers/search", who, text=text).headers["location"]

    def user_id(self, login: str) -> str:
        """The id of a person."""
        with reading(self.services.engine) as connection:
            return self.services.people.user_by_login(connection, login).id

    @cached_property
    def customer(self) -> str:
        """The golden id of the seller's customer of whom most is known."""
        with reading(self.services.engine) as connection:
            seller = self.services.people.user_by_login(connection, SELLER).principal()
        asked = Asked(seller, RequestContext("sales_follow_up", "", "r_test"))
        rows = self.services.disclosure.page(asked, limit=500)
        mine = [row for row in rows if row["owner"] == f"user:{SELLER}"]
        return str(max(mine, key=lambda row: (sum(map(len, row["sections"].values())), row["id"]))["id"])

    @cached_property
    def cluster(self) -> str:
        """The golden id of the customer with the most records."""
        return max(self._members.items(), key=lambda one: (one[1], one[0]))[0]

    @cached_property
    def alone(self) -> str:
        """The golden id of a customer of one record."""
        return min(golden_id for golden_id, members in self._members.items() if members == 1)

    @cached_property
    def _members(self) -> Mapping[str, int]:
        asked = Asked(self.principal("steward"), RequestContext("data_quality", "", "r_test"))
        rows = self.services.disclosure.page(asked, limit=500)
        return {str(row["id"]): int(row["members"]) for row in rows}

    def principal(self, who: str) -> Principal:
        """A person as the policies see them."""
        with reading(self.services.engine) as connection:
            return self.services.people.user_by_login(connection, who).principal()

    def item(self, kind: str) -> str:
        """The id of an open item of the review queue, the most important of its kind."""
        return self.items(kind)[0]

    def items(self, kind: str = "") -> list[str]:
        """The ids of open items of the review queue, the most important first; not the proposed one."""
        with reading(self.services.engine) as connection:
            found = queue(connection, Filter("open", kind), self.services.foundation.clock.now(), limit=500)
        return [one.item_id for one in found]

    @cached_property
    def proposed(self) -> str:
        """The id of an item that waits for a second person; proposed by a steward of its own."""
        asked = Asked(self.principal("steward"), RequestContext("data_quality", "", "r_test"))
        deciding, reviewing = self.services.review.deciding, self.services.review.queue
        waiting = (one for one in self.items() if reviewing.show(asked, one)["impact"]["second_person"])
        chosen = next(waiting)
        deciding.decide(asked, chosen, "merge", reason_code="same_person")
        return chosen

    @cached_property
    def question(self) -> str:
        """The id of what a steward asked the seller."""
        return str(self._asked[0]["id"])

    @cached_property
    def asked_about(self) -> str:
        """The id of the item that the seller was asked about."""
        return str(self._asked[0]["item_id"])

    @cached_property
    def _asked(self) -> list[dict[str, Any]]:
        asked = Asked(self.principal(SELLER), RequestContext("sales_follow_up", "", "r_test"))
        return self.services.review.asking.mine(asked)

    @cached_property
    def moment(self) -> str:
        """A time at which everything was there."""
        return self.services.foundation.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def run_of(self, connection: str) -> str:
        """The id of the newest run of a connection."""
        with reading(self.services.engine) as reader:
            (newest,) = self.services.runs.history(reader, connection, limit=1)
        return str(newest["id"])


@contextmanager
def opened(folder: Path) -> Iterator[Shop]:
    """A shop in that folder, until the block is left."""
    shutil.copytree(_filled(SIZE), folder)
    with (
        own_log(),
        open_services(folder / "workspace") as services,
        running_server(services, with_worker=False) as url,
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        yield Shop(services, url, _sessions(services), client)


@cache
def _filled(size: int) -> Path:
    """The folder of a shop of that size, made once a process: its sources and a workspace that has read them."""
    kept = TemporaryDirectory(prefix="ingot-shop-")
    atexit.register(kept.cleanup)
    folder = Path(kept.name) / "shop"
    world = make_world(1, size)
    places, code = demonstration.prepare(folder, world)
    with own_log(), open_services(places.workspace) as services:
        with unit_of_work(services.engine) as connection:
            services.people.redeem_code(connection, code)
        demonstration.add_people(services, "system")
        with SocialServer(world.now.social) as social:
            names = demonstration.add_connections(services, places, social, "system")
            _add_failing(services)
            with running_server(services, with_worker=False) as url:
                demonstration.post_forms(url, services, world.now.forms)
            demonstration.run_syncs(services, [*names, FAILING], "system:test")
            first_day(services)
    return folder


def _add_failing(services: Services) -> None:
    """A source that ends in the middle, with a record that is no record, so that something needs somebody."""
    command = shlex.join([sys.executable, str(_COUNTING)])
    config = {"rows": 60, "every": 20, "wrong_type_at": 7, "die_at": 50}
    services.connecting.add(FAILING, "exec", {"command": command}, config, actor="system")


def _sessions(services: Services) -> dict[str, str]:
    sessions: dict[str, str] = {}
    hashed = services.passwords.hash(PASSWORD)
    with unit_of_work(services.engine) as connection:
        known = {user.login: user for user in services.people.list_users(connection)}
        for who in WHO:
            user = known.get(who) or services.people.create_user(
                connection, login=who, display_name=who, roles=[who], actor="system"
            )
            if who != "admin":
                services.people.set_password(connection, user.id, hashed, actor="system")
            sessions[who] = services.tokens.open_session(connection, user.id, actor="system").text
    return sessions
