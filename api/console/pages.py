"""How pages are declared, and the list of all of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fastapi import FastAPI
from starlette.responses import Response

Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass
class Pages:
    """The pages of one subject. A handler's parameter ``Annotated[Visitor, Depends(Signed(...))]`` says who may."""

    subject: str
    declared: list[tuple[str, str, Callable[..., Any]]] = field(default_factory=list)

    def get(self, path: str) -> Callable[[Handler], Handler]:
        """Declare the decorated function as what answers a page."""
        return self._add("GET", path)

    def post(self, path: str) -> Callable[[Handler], Handler]:
        """Declare the decorated function as what does a change."""
        return self._add("POST", path)

    def install(self, app: FastAPI) -> None:
        """Add them to the application; they are not part of the API's document."""
        for method, path, handler in self.declared:
            app.add_api_route(
                path, handler, methods=[method], response_class=Response, include_in_schema=False, tags=["console"]
            )

    def _add(self, method: str, path: str) -> Callable[[Handler], Handler]:
        def declare(handler: Handler) -> Handler:
            self.declared.append((method, path, handler))
            return handler

        return declare
