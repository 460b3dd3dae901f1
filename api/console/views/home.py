"""The home page: what needs the visitor, and how things stand."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from api.auth import Public
from api.console import static_files
from api.console.connect.sample import sample_groups
from api.console.guard import Signed
from api.console.needs import needs_of
from api.console.pages import Pages
from api.console.render import page
from api.console.visitor import Visitor

pages = Pages("home")


@pages.get("/")
def home(visitor: Annotated[Visitor, Depends(Signed())]) -> Response:
    """What needs the visitor."""
    return page(visitor, "pages/home.html", needs=needs_of(visitor), built=static_files.built())


@pages.get("/gallery")
def gallery(visitor: Annotated[Visitor, Depends(Signed())]) -> Response:
    """Every part that pages are made of."""
    return page(visitor, "pages/gallery.html", sample_groups=sample_groups())


@pages.get("/static/{digest}/{name:path}")
def static(
    request: Request, digest: str, name: str, _: Annotated[None, Depends(Public("scripts and styles hold no data"))]
) -> Response:
    """A script, a style or a picture."""
    return static_files.answer(request, digest, name)
