"""The cookies of the console: the session, and how a visitor wants to see things.

The session has the prefix ``__Host-`` (RFC 6265bis, 4.1.3.2): one host, the whole of it, never without TLS. Browsers
count loopback as safe, so it also works with ``http://127.0.0.1``.
"""

from starlette.requests import Request
from starlette.responses import Response

SESSION = "__Host-ingot"
LANGUAGE = "ingot_language"
THEME = "ingot_theme"
ZONE = "ingot_zone"
PURPOSE = "ingot_purpose"
_YEAR = 365 * 24 * 3600


def keep_session(response: Response, text: str, seconds: int) -> None:
    """Give the browser its session."""
    response.set_cookie(SESSION, text, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")


def forget_session(response: Response) -> None:
    """Take the session from the browser."""
    response.delete_cookie(SESSION, path="/", secure=True, httponly=True, samesite="lax")


def keep_taste(response: Response, request: Request, name: str, value: str) -> None:
    """Keep a choice that is not secret for a year."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=_YEAR, path="/", secure=secure, samesite="lax")
