"""Quality in figures: duplicates found, merged and kept apart, week by week."""

from typing import Annotated

from fastapi import Depends, Query
from starlette.responses import Response

from api.console.bars import chart
from api.console.exports import export
from api.console.guard import Signed
from api.console.pages import Pages
from api.console.people_names import names_of
from api.console.render import page
from api.console.visitor import Visitor
from api.console.words import marked as _
from core.database import reading
from governance.policy.actions import PolicyAction
from merge.match.taught import ENOUGH_TO_TEACH
from merge.quality import BY_MACHINE, BY_PEOPLE, FOUND, KEPT_APART, MEASURES, TAKEN_APART, quality

pages = Pages("quality")
Looker = Annotated[Visitor, Depends(Signed(PolicyAction.VIEW_RULES))]
# More dates under the bars would run into each other.
_LABELS = 6
ENTITIES = {"person": _("Persons"), "organization": _("Organizations")}
CASES = {
    "new_new": _("nobody confirmed either"),
    "new_confirmed": _("people confirmed one of them"),
    "confirmed_confirmed": _("people confirmed both"),
}
TITLES = {
    FOUND: _("Found and asked about"),
    BY_MACHINE: _("Merged by the machine"),
    BY_PEOPLE: _("Merged by people"),
    KEPT_APART: _("Kept apart by people"),
    TAKEN_APART: _("Taken apart"),
}


@pages.get("/quality")
def figures(
    visitor: Looker,
    weeks: Annotated[int, Query(ge=4, le=52)] = 12,
    format: Annotated[str, Query(max_length=10)] = "",  # noqa: A002 - the name stands in the URL
) -> Response:
    """How many records are how many customers, and what happened week by week."""
    services = visitor.services
    with reading(services.engine) as connection:
        found = quality(connection, services.foundation.clock.now(), weeks)
    if format:
        rows = [{"week": f"{week.begins:%Y-%m-%d}", **week.counts} for week in found.weeks]
        return export(rows, ("week", *MEASURES), "quality", format)
    every = (weeks + _LABELS - 1) // _LABELS
    series = [[week.counts[name] for name in MEASURES] for week in found.weeks]
    drawn = chart(series)
    return page(
        visitor,
        "pages/quality/quality.html",
        found=found,
        chart=drawn,
        days=[(drawn.places[at], f"{found.weeks[at].begins:%m-%d}") for at in range(0, weeks, every)],
        measures=MEASURES,
        titles=TITLES,
        weeks=weeks,
        quiet=not any(map(any, series)),
        lines=services.review.lines.show(visitor.asked),
        enough=ENOUGH_TO_TEACH,
        entities=ENTITIES,
        cases=CASES,
        names=names_of(visitor),
    )
