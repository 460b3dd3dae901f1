"""How the house stands: what each role may do, and the health of the gateway."""

import shutil
from functools import lru_cache
from importlib.metadata import version
from platform import python_version
from typing import Annotated, Any

from fastapi import Depends
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import Response

from api.console import static_files
from api.console.guard import Signed
from api.console.live import stream
from api.console.pages import Pages
from api.console.render import draw, page
from api.console.titles import CLASSES
from api.console.visitor import Visitor
from audit import access
from core.attributes import DataClass
from core.database import reading
from core.errors import NotFound
from governance.policy.actions import PolicyAction
from governance.policy.decision_point import DecisionPoint
from governance.policy.matrix import action_rows, edit_rows, view_rows
from governance.roles import Role
from merge.listing import count_goldens

pages = Pages("house")
Rules = Annotated[Visitor, Depends(Signed(PolicyAction.VIEW_POLICY))]
Health = Annotated[Visitor, Depends(Signed(PolicyAction.VIEW_HEALTH))]


@pages.get("/roles")
def roles(visitor: Rules) -> Response:
    """What each role sees and may do, asked of the decision point itself."""
    views, edits, actions = _tables(visitor.services.decisions)
    return page(
        visitor,
        "pages/house/roles.html",
        views=views,
        edits=edits,
        actions=actions,
        classes=[CLASSES[one] for one in DataClass],
        roles=[role.value for role in Role],
        digest=visitor.services.decisions.policies.digest,
    )


@pages.get("/health")
def health(visitor: Health) -> Response:
    """How the gateway stands."""
    return page(visitor, "pages/house/health.html", **_health(visitor))


@pages.get("/health/live")
def live_health(request: Request, visitor: Health) -> Response:
    """The same, sent anew whenever something has changed."""
    return stream(
        request, visitor, lambda: draw(visitor, "pages/house/health_live.html", **_health(visitor)), every=2.0
    )


@lru_cache(maxsize=2)
def _tables(point: DecisionPoint) -> tuple[list[Any], list[Any], list[Any]]:
    """Policies do not change while the process runs, and hundreds of questions take a second."""
    return list(view_rows(point)), list(edit_rows(point)), list(action_rows(point))


def _health(visitor: Visitor) -> dict[str, Any]:
    services = visitor.services
    now = services.foundation.clock.now()
    with reading(services.engine) as database:
        database.execute(text("SELECT 1"))
        goldens = count_goldens(database)
        jobs = [
            row for kind in ("sync", "resolve", "replay") for row in services.foundation.queue.waiting(database, kind)
        ]
        unsequenced = services.foundation.audit.waiting(database)
    try:
        size = access.checkpoint(services.engine, services.foundation.audit)[0].size
    except NotFound:
        size = 0
    disk = shutil.disk_usage(services.settings.workspace)
    running = [row for row in jobs if row.state == "running"]
    late = [row for row in jobs if row.state == "queued" and row.run_at < now]
    return {
        "goldens": goldens,
        "waiting": services.reconciler.waiting(),
        "rejected": services.quarantine.count(),
        "running": len(running),
        "queued": len(jobs) - len(running),
        "late": (now - min(row.run_at for row in late)).total_seconds() if late else 0,
        "unsequenced": unsequenced,
        "size": size,
        "free": disk.free,
        "full": disk.free < 0.05 * disk.total,
        "database": services.engine.dialect.name,
        "versions": _versions(),
        "built": static_files.built(),
    }


@lru_cache(maxsize=1)
def _versions() -> dict[str, str]:
    names = ("airbyte-cdk", "sqlalchemy", "cryptography", "presidio-analyzer", "fastapi")
    return {"python": python_version(), **{name: version(name) for name in names}}
