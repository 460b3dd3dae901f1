"""How routes are declared: path, who may use it, which body it takes, what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fastapi import FastAPI
from pydantic import BaseModel
from starlette.responses import Response

Handler = TypeVar("Handler", bound=Callable[..., Any])


def reference(name: str) -> dict[str, str]:
    """A shape of the document by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


_PROBLEMS: Mapping[int | str, dict[str, Any]] = {
    code: {"description": text, "content": {"application/problem+json": {"schema": reference("Problem")}}}
    for code, text in {
        400: "Cannot be read",
        401: "Not proved who asks",
        403: "Not allowed",
        404: "Not there, or not to be known",
        409: "Something else came first",
        410: "Nothing of it is left",
        413: "Too large",
        415: "A form that is not taken",
        422: "Cannot be used",
        429: "Too much",
        503: "Something needed does not answer",
    }.items()
}
_BEARER: list[dict[str, list[str]]] = [{"bearer": []}, {"apiKey": []}]


@dataclass(frozen=True, slots=True)
class Declared:
    """One route."""

    method: str
    path: str
    handler: Callable[..., Any]
    answers: Mapping[int, type[BaseModel] | str]
    body: type[BaseModel] | None
    public: bool
    extra: Mapping[str, Any]
    direct: bool


@dataclass
class Routes:
    """The routes of one subject, in the order of their declaration."""

    subject: str
    declared: list[Declared] = field(default_factory=list)

    def add(
        self,
        method: str,
        path: str,
        *,
        answers: Mapping[int, type[BaseModel] | str],
        body: type[BaseModel] | None = None,
        public: bool = False,
        extra: Mapping[str, Any] | None = None,
        direct: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Declare the decorated function as the handler of a route.

        ``answers`` maps good statuses to a shape or a media type; the others are those of errors. ``public`` and
        ``body`` are for the document: what is enforced are the handler's own dependencies. ``direct`` is the short way
        of ``api.direct``.
        """

        def declare(handler: Handler) -> Handler:
            self.declared.append(Declared(method, path, handler, answers, body, public, extra or {}, direct))
            return handler

        return declare

    def shapes(self) -> set[type[BaseModel]]:
        """Every shape that a body or an answer has."""
        answers = {told for one in self.declared for told in one.answers.values() if not isinstance(told, str)}
        return answers | {one.body for one in self.declared if one.body is not None}

    def direct_paths(self) -> set[tuple[str, str]]:
        """Method and path of the direct ones."""
        return {(one.method, one.path) for one in self.declared if one.direct}

    def install(self, app: FastAPI) -> None:
        """Add the routes to the application."""
        for one in self.declared:
            app.add_api_route(
                one.path,
                one.handler,
                methods=[one.method],
                tags=[self.subject],
                response_class=Response,
                status_code=next(iter(one.answers)),
                responses={**_PROBLEMS, **{code: _described(told) for code, told in one.answers.items()}},
                openapi_extra=_document(one),
            )


def _described(told: type[BaseModel] | str) -> dict[str, Any]:
    if isinstance(told, str):
        shape = {"type": "object" if told.endswith("+json") else "string"}
        return {"description": "Done", "content": {told: {"schema": shape}} if told else {}}
    return {"description": "Done", "content": {"application/json": {"schema": reference(told.__name__)}}}


def _document(one: Declared) -> dict[str, Any]:
    document: dict[str, Any] = dict(one.extra)
    if not one.public:
        document["security"] = _BEARER
    if one.body is not None:
        content = {"application/json": {"schema": reference(one.body.__name__)}}
        document["requestBody"] = {"required": True, "content": content}
    return document
