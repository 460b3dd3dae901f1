"""The form of a connection: made of its source's specification, tried step by step, kept sealed."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

import orjson
from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from api.console.connect.drafts import Draft, Subject, typed
from api.console.connect.moved import secret_elsewhere
from api.console.connect.spec_fields import fields_of
from api.console.connect.spec_problems import problems_of
from api.console.connect.spec_widgets import Content, drawn
from api.console.connect.trial_words import told_steps
from api.console.desk import Desk, desk_of
from api.console.live import stream
from api.console.pages import Pages
from api.console.render import draw, go, page
from api.console.run_facts import STATES
from api.console.views.connectors import Configurer, path_of, stream_counts
from api.console.visitor import Visitor
from api.errors import status_of
from audit.log import Query as AuditQuery
from connectors.catalogue import our_sources
from core.database import reading
from core.errors import IngotError, Invalid, TooMuch
from sync.scheduler import checked
from sync.trial import Trial

pages = Pages("connector form")
Desked = Annotated[Desk, Depends(desk_of)]
Id = Annotated[str, Query(max_length=32)]
_TRIALS = threading.BoundedSemaphore(2)


@pages.get("/connectors/new/{source}")
def new_form(visitor: Configurer, desk: Desked, source: str, draft: Id = "", trial: Id = "") -> Response:
    """The form of a new connection."""
    subject = _new(visitor, desk, source)
    return _form(visitor, desk, _kept(visitor, desk, draft, subject) or Draft(subject, {}), draft, trial)


@pages.post("/connectors/new/{source}")
def add(visitor: Configurer, desk: Desked, source: str) -> Response:
    """Try, or keep, a new connection."""
    return _sent(visitor, desk, _new(visitor, desk, source), f"/connectors/new/{source}")


@pages.get("/connectors/{name}")
def form(visitor: Configurer, desk: Desked, name: str, draft: Id = "", trial: Id = "") -> Response:
    """A connection with its settings; secrets can be replaced, never read."""
    subject, config = _known(visitor, name)
    return _form(visitor, desk, _kept(visitor, desk, draft, subject) or Draft(subject, config), draft, trial)


@pages.post("/connectors/{name}")
def configure(visitor: Configurer, desk: Desked, name: str) -> Response:
    """Try, or keep, other settings of a connection."""
    return _sent(visitor, desk, _known(visitor, name)[0], path_of(name))


@pages.get("/connectors/trials/{trial}/live")
def live_trial(request: Request, visitor: Configurer, desk: Desked, trial: str) -> Response:
    """The steps of a trial, sent anew whenever one has ended."""
    found = desk.get(visitor.session_id, trial, Trial)
    return stream(request, visitor, lambda: draw(visitor, "pages/connectors/trial.html", **_trial(found)), 0.3)


def _new(visitor: Visitor, desk: Desk, source: str) -> Subject:
    services = visitor.services
    kind = "source" if source in our_sources() or not services.installed.has(source) else "installed"
    launch = {"name": source}
    # To ask a source takes a second; what ours say does not change while the gateway runs.
    spec = desk.find("", f"spec:{source}", dict) if kind == "source" else None
    if spec is None:
        spec = services.runner.spec(services.connecting.launch(kind, launch))
        desk.put("", spec, f"spec:{source}")
    return Subject(kind, launch, spec)


def _known(visitor: Visitor, name: str) -> tuple[Subject, dict[str, Any]]:
    """What a stored connection's form is about, and its configuration, whose secrets go no further than the draft."""
    services = visitor.services
    with reading(services.engine) as database:
        stored = services.connections.get(database, name)
        config = services.connections.config(database, name)
    spec = stored.spec or services.runner.spec(services.connecting.launch(stored.kind, stored.launch))
    return Subject(stored.kind, stored.launch, spec, name), config


def _sent(visitor: Visitor, desk: Desk, subject: Subject, path: str) -> Response:
    session, draft_id, do = visitor.session_id, visitor.sent("draft"), visitor.sent("do")
    before = _kept(visitor, desk, draft_id, subject)
    draft = typed(subject, visitor.form, _base(visitor, before, subject), judge=do in {"try", "keep"})
    draft_id = desk.put(session, draft, draft_id if before is not None else "")
    if draft.problems or do not in {"try", "keep"}:
        return _form(visitor, desk, draft, draft_id, status=422 if draft.problems else 200)
    try:
        _keep_secrets_here(visitor, draft)
    except Invalid as error:
        return _form(visitor, desk, draft, draft_id, error=error, status=status_of(error)[0])
    if do == "try":
        trial = _begin(visitor, draft)
        return go(f"{path}?draft={draft_id}&trial={desk.put(session, trial)}#trial")
    try:
        name = _keep(visitor, draft)
    except IngotError as error:
        return _form(visitor, desk, draft, draft_id, error=error, status=status_of(error)[0])
    desk.drop(session, draft_id)
    return go(path_of(name, "streams"))


def _keep_secrets_here(visitor: Visitor, draft: Draft) -> None:
    """Refuse to send a stored secret to another place. Raises Invalid ``source.secret_elsewhere``."""
    subject = draft.subject
    if subject.name and secret_elsewhere(subject.spec, _known(visitor, subject.name)[1], draft.config):
        raise Invalid(
            "source.secret_elsewhere",
            "The connection would lead to another place and take stored secrets there; type the secrets anew.",
        )


def _kept(visitor: Visitor, desk: Desk, draft_id: str, subject: Subject) -> Draft | None:
    """The draft of that id where it is about the same: secrets of one connection never fill the form of another."""
    found = desk.find(visitor.session_id, draft_id, Draft)
    alike = found is not None and (found.subject.name, found.subject.launch) == (subject.name, subject.launch)
    return found if alike else None


def _base(visitor: Visitor, before: Draft | None, subject: Subject) -> Mapping[str, Any]:
    """The configuration that secrets are taken from where they were not typed anew."""
    if before is not None:
        return before.config
    return _known(visitor, subject.name)[1] if subject.name else {}


def _keep(visitor: Visitor, draft: Draft) -> str:
    services, actor, subject = visitor.services, visitor.principal.actor, draft.subject
    services.looking.forget(subject.name or draft.name)
    if subject.name:
        services.connecting.configure(subject.name, draft.config, actor=actor)
        return subject.name
    schedule = checked(draft.schedule, services.foundation.clock.now()) if draft.schedule else ""
    added = services.connecting.add(
        draft.name, subject.kind, subject.launch, draft.config, schedule=schedule, actor=actor
    )
    return added.name


def _begin(visitor: Visitor, draft: Draft) -> Trial:
    """Start a trial in a thread of its own. Raises TooMuch ``trial.busy``."""
    if not _TRIALS.acquire(blocking=False):
        raise TooMuch("trial.busy", "Two connections are being tried already; try again in a minute.", retry_after=20)
    subject = draft.subject
    services = visitor.services
    trial = Trial(
        services.runner,
        services.connecting.launch(subject.kind, subject.launch),
        draft.config,
        services.egress,
        lambda schema, config: sorted(problems_of(schema, fields_of(schema), config)),
    )

    def run() -> None:
        try:
            trial.run()
        finally:
            _TRIALS.release()

    threading.Thread(target=run, name="connector trial", daemon=True).start()
    return trial


def _form(
    visitor: Visitor,
    desk: Desk,
    draft: Draft,
    draft_id: str,
    trial_id: str = "",
    *,
    error: IngotError | None = None,
    status: int = 200,
) -> Response:
    subject = draft.subject
    # A draft that was kept with a problem is drawn by today's specification, so nothing is lost by an upgrade.
    content = Content(draft.config, draft.problems, draft.more_rows)
    trial = desk.find(visitor.session_id, trial_id, Trial)
    return page(
        visitor,
        "pages/connectors/form.html",
        status,
        draft=replace(draft, config={}),
        draft_id=draft_id,
        groups=drawn(subject.groups, content),
        error=error,
        trial_id=trial_id if trial is not None else "",
        trial=_trial(trial) if trial is not None else None,
        documentation=str(subject.spec.get("documentationUrl") or ""),
        command=_command(subject),
        **_about(visitor, subject),
    )


def _about(visitor: Visitor, subject: Subject) -> dict[str, Any]:
    source = str(subject.launch.get("name", ""))
    registry = our_sources()
    found: dict[str, Any] = {
        "source": registry.get(source) if subject.kind == "source" and source in registry else None,
        "connection": None,
        "run": None,
        "states": STATES,
        "changed": {},
        "streams": (0, 0),
    }
    if not subject.name:
        return found
    services = visitor.services
    with reading(services.engine) as database:
        found["connection"] = services.connections.get(database, subject.name)
        found["streams"] = stream_counts(found["connection"])
        runs = services.runs.history(database, subject.name, 1)
        found["run"] = runs[0] if runs else None
        found["changed"] = _last_changes(visitor, database, subject.name)
    return found


def _last_changes(visitor: Visitor, database: Any, name: str) -> dict[str, dict[str, Any]]:
    """When each setting was changed last, and by whom, as the audit log has it."""
    query = AuditQuery(object_type="connection", object_id=name)
    found: dict[str, dict[str, Any]] = {}
    for entry in visitor.services.foundation.audit.search(database, query, limit=500):
        body = orjson.loads(entry.body or b"{}")
        if body.get("action") in {"source.added", "connection.reconfigured"}:
            for setting in (body.get("details") or {}).get("settings") or ():
                found.setdefault(setting, {"at": entry.at, "actor": entry.actor})
    return found


def _command(subject: Subject) -> str:
    if subject.name:
        return f"ingot source configure {subject.name} --config settings.json"
    return f"ingot source add NAME --source {subject.launch.get('name', '')} --config settings.json"


def _trial(trial: Trial) -> dict[str, Any]:
    return {"steps": told_steps(trial.steps), "ended": trial.ended, "good": trial.good}
