"""All pages of the console."""

from fastapi import FastAPI

from api.console.pages import Pages
from api.console.views import audit, customers, home, house, people, rejected, schedules, sign_in, syncs, verification

ALL_PAGES: tuple[Pages, ...] = (
    home.pages,
    sign_in.pages,
    customers.pages,
    syncs.pages,
    rejected.pages,
    schedules.pages,
    audit.pages,
    verification.pages,
    people.pages,
    house.pages,
)


def install_console(app: FastAPI) -> None:
    """Add every page to the application."""
    for pages in ALL_PAGES:
        pages.install(app)
