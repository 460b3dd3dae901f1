"""How often the door may be knocked at: moving windows in memory, by what is asked and from where."""

import ipaddress
import math
import time
from collections.abc import Mapping
from functools import lru_cache

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request

from api.rates import Rate, Rates
from core.errors import Invalid, TooMuch
from governance.principals import Principal

# A minute's worth, by the name of the setting under ``limits`` in ingot.yaml.
DEFAULTS = {
    "form_posts_per_minute": 60,
    # Senders that prove themselves; here only so that a broken one cannot fill the disk.
    "webhooks_per_minute": 12_000,
    "refused_tokens_per_minute": 20,
    # Of one person, and of one key of another system: far above what they need, far below what hurts.
    "person_requests_per_minute": 1_200,
    "key_requests_per_minute": 300_000,
    "exports_per_minute": 30,
    "uploads_per_minute": 60,
}
# One address may try more tokens than one token may be tried: many programs can stand behind one address.
_ADDRESS_FACTOR = 15
# Longer than a window, so that the windows decide when they are empty.
_MINUTE = 61.0


class RequestLimits:
    """The limits of one process."""

    def __init__(self, settings: Mapping[str, int]) -> None:
        given = {name: settings.get(name, default) for name, default in DEFAULTS.items()}
        wrong = sorted(name for name, value in given.items() if value < 1)
        if wrong:
            raise Invalid("limits.value", f"The setting 'limits.{wrong[0]}' in ingot.yaml must be 1 or more.")
        self._items = {name: RateLimitItemPerMinute(value) for name, value in given.items()}
        self._wide = RateLimitItemPerMinute(given["refused_tokens_per_minute"] * _ADDRESS_FACTOR)
        self._once = RateLimitItemPerMinute(1)
        self._last_refusal = -math.inf
        self._windows = MovingWindowRateLimiter(MemoryStorage())
        self._rates = Rates()

    def count_call(self, principal: Principal) -> Rate:
        """Count a request of a proved caller; who calls refuses it where it is not allowed."""
        kind = "key_requests_per_minute" if principal.kind == "key" else "person_requests_per_minute"
        return self._rates.take(principal.actor, int(self._items[kind].amount))

    def count_heavy(self, kind: str, principal: Principal) -> None:
        """Count an export or upload (``kind`` is the setting's name). Raises TooMuch ``request.rate``."""
        item = self._items[kind]
        if not self._windows.hit(item, kind, principal.actor):
            raise self._too_much(item, kind, principal.actor)

    def count_form(self, form: str, client: str, *, signed: bool) -> None:
        """Count a post to a form. Raises TooMuch ``request.rate`` once there are too many."""
        item = self._items["webhooks_per_minute" if signed else "form_posts_per_minute"]
        if not self._windows.hit(item, "form", form, client):
            raise self._too_much(item, "form", form, client)

    def check_tokens(self, client: str, token_id: str) -> None:
        """Raise TooMuch ``request.rate`` where this token, or this address, was refused too often."""
        if time.monotonic() - self._last_refusal > _MINUTE:
            # As usual nobody was refused: all windows are empty.
            return
        item = self._items["refused_tokens_per_minute"]
        for limit, key in ((item, (client, token_id)), (self._wide, (client,))):
            if not self._windows.test(limit, "token", *key):
                raise self._too_much(limit, "token", *key)

    def count_refused_token(self, client: str, token_id: str) -> None:
        """Count a token that was refused."""
        self._last_refusal = time.monotonic()
        self._windows.hit(self._items["refused_tokens_per_minute"], "token", client, token_id)
        self._windows.hit(self._wide, "token", client)

    def first_in_a_minute(self, what: str, client: str) -> bool:
        """Whether this is the first time in a minute: a flood is told once to the log, not once a drop."""
        return self._windows.hit(self._once, "told", what, client)

    def _too_much(self, item: RateLimitItemPerMinute, *key: str) -> TooMuch:
        until = self._windows.get_window_stats(item, *key).reset_time
        seconds = max(1, math.ceil(until - time.time()))
        return too_much(seconds)


def too_much(seconds: int) -> TooMuch:
    """The refusal of a request that may be repeated after some seconds."""
    return TooMuch(
        "request.rate", f"Too many requests of this kind; try again in {seconds} seconds.", retry_after=seconds
    )


def client_of(request: Request) -> str:
    """The client as limits count it: its address, for IPv6 its network of 64 bits, which one subscriber has whole."""
    client = request.scope.get("client")
    return _counted_as(client[0] if client else "")


@lru_cache(maxsize=4_096)
def _counted_as(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
