"""Customers: the list of those the visitor may read, a search that stays sealed, and one customer whole.

What is shown is decided, masked and audited by ``sync.disclose`` alone; this page only arranges it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Query
from starlette.responses import Response

from api.console.customer_facts import list_row, sections_of
from api.console.exports import export
from api.console.guard import Signed
from api.console.pages import Pages
from api.console.render import go, page, query
from api.console.sealed_search import seal, unseal
from api.console.titles import CLASSES, RULES, SECTIONS, attribute_title
from api.console.views.customer_identity import UNMERGE_REASONS
from api.console.visitor import Visitor
from api.cursors import cursor_for, place_of
from api.ids import golden_id as checked_id
from api.lists import narrow_of
from api.times import moment_of as moment_asked
from core.attributes import DataClass
from core.database import reading
from core.errors import Denied, NotFound
from governance.masking import Level
from governance.policy.actions import PolicyAction
from governance.policy.values import View
from sync.wish import Asked

pages = Pages("customers")
# Which golden record it is matters to the decision, so it is made where that is known.
Reader = Annotated[Visitor, Depends(Signed(PolicyAction.READ, at_door=False))]
Searcher = Annotated[Visitor, Depends(Signed(PolicyAction.SEARCH, at_door=False))]
Text = Annotated[str, Query(max_length=2000)]
_COLUMNS = ("id", "name", "organization", "contact", "place", "owner", "members", "changed_at")
_PAGE = 50
_LIST = "console customers"


@pages.get("/customers")
def customers(
    visitor: Reader,
    search: Text = "",
    owner: Annotated[str, Query(max_length=110)] = "",
    cursor: Text = "",
    format: Text = "",  # noqa: A002 - the name stands in the URL
) -> Response:
    """The customers that the visitor may read, or those that a search found; a file holds all pages of them."""
    services = visitor.services
    keyring, asked, now = services.foundation.keyring, visitor.asked, services.foundation.clock.now()
    following = ""
    text = unseal(keyring, visitor.principal.id, search, now) if search else ""
    narrow = narrow_of(f"owner:{owner}" if owner else "")
    if format:
        _count_export(visitor)
        found = (
            iter(services.disclosure.search(asked, text, limit=_PAGE, taken_away=True))
            if search
            else services.disclosure.export(asked, narrow)
        )
        return export(map(list_row, found), _COLUMNS, "customers", format)
    if search:
        bodies = services.disclosure.search(asked, text, limit=_PAGE)
    else:
        after = place_of(keyring, asked, f"{_LIST} {owner}", cursor, now)
        bodies, last = services.disclosure.page_after(asked, after=after, limit=_PAGE, narrow=narrow)
        if last is not None:
            following = "/customers" + query(
                owner=owner, cursor=cursor_for(keyring, asked, f"{_LIST} {owner}", last, now)
            )
    return page(
        visitor,
        "pages/customers/list.html",
        rows=[list_row(body) for body in bodies],
        text=text,
        search=search,
        owner=owner,
        following=following,
        filters=query(search=search, owner=owner),
    )


@pages.post("/customers/search")
def search_customers(visitor: Searcher) -> Response:
    """Keep the search sealed, so that the page has an address without a name in it."""
    text = visitor.sent("text")
    if not text:
        return go("/customers")
    base = visitor.services.foundation
    return go("/customers" + query(search=seal(base.keyring, visitor.principal.id, text, base.clock.now())))


@pages.get("/customers/{golden_id}")
def customer(
    visitor: Reader,
    golden_id: str,
    format: Text = "",  # noqa: A002 - the name stands in the URL
    taken_out: Text = "",
    as_of: Text = "",
) -> Response:
    """One customer, now or as of an earlier time; ``taken_out`` is the one that a record of it has just become."""
    return _customer(visitor, golden_id, format, checked_id(taken_out) if taken_out else "", as_of)


@pages.post("/customers/{golden_id}")
def customer_with_reason(visitor: Reader, golden_id: str) -> Response:
    """One customer, with a reason: some see more when they say why; the reason is kept sealed in the log."""
    return _customer(visitor.with_reason(visitor.must_send("reason")), golden_id, "")


def _customer(visitor: Visitor, any_id: str, form: str, taken_out: str = "", as_of: str = "") -> Response:
    services = visitor.services
    if form:
        _count_export(visitor)
    moment = moment_asked(as_of, "", services.foundation.clock.now(), visitor.taste.zone)
    body = services.disclosure.golden(
        visitor.asked, checked_id(any_id), lineage=True, moment=moment, taken_away=bool(form)
    ).body
    if moment is not None:
        return _past(visitor, any_id, body)
    if form:
        rows = [row for section in sections_of(body) for row in section.flat()]
        return export(
            rows, ("section", "attribute", "value", "level", "source", "asserted_at", "rule"), body["id"], form
        )
    history = visitor.gateway.feed.history(visitor.asked, body["id"])
    view, with_reason = _views(visitor, body["id"])
    return page(
        visitor,
        "pages/customers/customer.html",
        body=body,
        shown=list_row(body),
        sections=sections_of(body),
        records=history["records"],
        owners=history["owners"],
        events=history["events"],
        changes=history["changes"][-20:],
        pins=visitor.gateway.pins.held(visitor.asked, body["id"]),
        decisions=visitor.gateway.unmerging.decisions(visitor.asked, body["id"]),
        taken_out=taken_out,
        merged_from=any_id if any_id != body["id"] else "",
        hidden=_hidden(view),
        opens=_opens(view, with_reason),
        may_unmerge=_may(visitor, PolicyAction.UNMERGE, body["id"]),
        titles=attribute_title,
        section_titles=SECTIONS,
        rules=RULES,
        reasons=UNMERGE_REASONS,
    )


def _past(visitor: Visitor, any_id: str, body: Mapping[str, Any]) -> Response:
    """A customer as of an earlier time: to look at, nothing to do."""
    return page(
        visitor,
        "pages/customers/past.html",
        body=body,
        shown=list_row({**body, "changed_at": body["changed_at"] or body["as_of"]}),
        sections=sections_of(body),
        any_id=any_id,
        titles=attribute_title,
        section_titles=SECTIONS,
        rules=RULES,
    )


def _count_export(visitor: Visitor) -> None:
    """Count a file as the API counts an export. Raises TooMuch ``request.rate``."""
    visitor.gateway.limits.count_heavy("exports_per_minute", visitor.principal)


def _views(visitor: Visitor, golden_id: str) -> tuple[View, View]:
    """What the visitor may see as they ask, and what with a reason."""
    context = replace(visitor.context, reason=visitor.context.reason or "given")
    rights = visitor.gateway.rights
    with reading(visitor.services.engine) as database:
        now = rights.views(database, visitor.asked, [golden_id])
        then = rights.views(database, Asked(visitor.principal, context), [golden_id])
    return now[golden_id], then[golden_id]


def _hidden(view: View) -> list[tuple[str, str, list[str]]]:
    """Classes that are not shown whole: title, level, and the policies behind it."""
    return [
        (CLASSES[one], view.level(one).value, list(view.policies.get(one, ())))
        for one in DataClass
        if view.level(one) is not Level.CLEAR
    ]


def _opens(view: View, with_reason: View) -> list[str]:
    """Titles of the classes of which more is seen with a reason."""
    return [CLASSES[one] for one in DataClass if with_reason.level(one) > view.level(one)]


def _may(visitor: Visitor, action: PolicyAction, golden_id: str) -> bool:
    try:
        with reading(visitor.services.engine) as database:
            visitor.gateway.rights.need(database, visitor.asked, action, golden_id)
    except (Denied, NotFound):
        return False
    return True
