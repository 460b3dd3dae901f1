"""All pages of the console."""

from fastapi import FastAPI

from api.console.pages import Pages
from api.console.views import (
    audit,
    clusters,
    connector_form,
    connector_mapping,
    connector_streams,
    connector_upload,
    connectors,
    customer_identity,
    customers,
    home,
    house,
    people,
    quality,
    rejected,
    review,
    schedules,
    sign_in,
    syncs,
    verification,
)

ALL_PAGES: tuple[Pages, ...] = (
    home.pages,
    sign_in.pages,
    customers.pages,
    customer_identity.pages,
    syncs.pages,
    rejected.pages,
    review.pages,
    clusters.pages,
    quality.pages,
    schedules.pages,
    audit.pages,
    verification.pages,
    people.pages,
    house.pages,
    connector_upload.pages,
    connectors.pages,
    connector_form.pages,
    connector_streams.pages,
    connector_mapping.pages,
)


def install_console(app: FastAPI) -> None:
    """Add every page to the application."""
    for pages in ALL_PAGES:
        pages.install(app)
