"""One customer as a graph: its records, the pairs between them, and how it came together."""

from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from api.console import review_words
from api.console.cluster_graph import SIDE, drawing, numbered
from api.console.guard import Signed
from api.console.pages import Pages
from api.console.people_names import names_of
from api.console.render import page
from api.console.visitor import Visitor
from api.ids import golden_id as checked_id
from api.routes.evidence import BUNDLE
from governance.policy.actions import PolicyAction

pages = Pages("clusters")
# Which golden record it is matters to the decision, so it is made where it is known.
Reader = Annotated[Visitor, Depends(Signed(PolicyAction.READ, at_door=False))]
Judge = Annotated[Visitor, Depends(Signed(PolicyAction.REVIEW))]


@pages.get("/clusters/{golden_id}")
def cluster(visitor: Reader, golden_id: str) -> Response:
    """The records of a customer and why they are one."""
    told = visitor.services.review.evidence.golden(visitor.asked, checked_id(golden_id))
    drawn = drawing(told)
    return page(
        visitor,
        "pages/clusters/cluster.html",
        told=told,
        drawn=drawn,
        bridges=drawn.bridges,
        side=SIDE,
        number=numbered(drawn.nodes),
        names=names_of(visitor),
        words=review_words,
    )


@pages.get("/clusters/{golden_id}/evidence")
def bundle(visitor: Judge, golden_id: str) -> Response:
    """The evidence as a signed file, for anyone to check alone."""
    name = checked_id(golden_id)
    content = visitor.services.review.evidence.bundle(visitor.asked, name)
    headers = {"content-disposition": f'attachment; filename="{name}.evidence.json"', "cache-control": "no-store"}
    return Response(content, headers=headers, media_type=BUNDLE)
