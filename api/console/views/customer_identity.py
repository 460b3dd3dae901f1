"""What people decide about one customer: values that hold, taking it apart, and what keeps customers apart."""

from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from api.console.customer_facts import moment_of
from api.console.guard import Signed
from api.console.pages import Pages
from api.console.render import go, page, query
from api.console.titles import RULES, attribute_title
from api.console.visitor import Visitor
from api.ids import golden_id as checked_id
from api.times import time_of
from core.attributes import attribute
from core.database import reading
from core.errors import Denied, Invalid, NotFound
from governance.policy.actions import PolicyAction
from merge.pin_store import OnChange, PinKind
from merge.resolve.pinning import Wish
from sync.unmerging import Unmerging

pages = Pages("customers")
# Which golden record it is matters to the decision, so it is made where that is known.
Reader = Annotated[Visitor, Depends(Signed(PolicyAction.READ, at_door=False))]
Editor = Annotated[Visitor, Depends(Signed(PolicyAction.EDIT, at_door=False))]
Unmerger = Annotated[Visitor, Depends(Signed(PolicyAction.UNMERGE, at_door=False))]
UNMERGE_REASONS = ("different_people", "wrong_data", "customer_asked", "test_data")
_PIN_REASONS = ("customer_asked", "wrong_data", "checked", "test_data")


@pages.get("/customers/{golden_id}/attributes/{name}")
def attribute_of_customer(visitor: Reader, golden_id: str, name: str) -> Response:
    """One attribute: what every record says of it, what won and why; and what people set."""
    told = visitor.services.disclosure.contest(visitor.asked, checked_id(golden_id), name)
    pins = [one for one in visitor.gateway.pins.held(visitor.asked, told["id"]) if one["attribute"] == name]
    return page(
        visitor,
        "pages/customers/attribute.html",
        told=told,
        candidates=[{**one, "moment": moment_of(one["asserted_at"])} for one in told["candidates"]],
        pins=pins,
        title=attribute_title(name),
        rules=RULES,
        reasons=_PIN_REASONS,
        may_pin=_may_pin(visitor, told["id"], name),
    )


@pages.post("/customers/{golden_id}/pins")
def set_pin(visitor: Editor, golden_id: str) -> Response:
    """Make a value hold, or keep one from winning."""
    name = visitor.must_send("attribute")
    wish = Wish(
        attribute=name,
        value=visitor.must_send("value"),
        reason_code=visitor.must_send("reason"),
        kind=PinKind.IGNORE if visitor.sent("kind") == "ignore" else PinKind.PIN,
        note=visitor.sent("note"),
        expires_at=time_of(visitor.sent("expires"), "expires", visitor.taste.zone),
        on_source_change=OnChange.KEEP if visitor.sent("keep") else OnChange.REVIEW,
    )
    visitor.gateway.pins.put(visitor.asked, checked_id(golden_id), wish)
    return go(f"/customers/{golden_id}/attributes/{name}")


@pages.post("/customers/{golden_id}/pins/remove")
def remove_pin(visitor: Editor, golden_id: str) -> Response:
    """Let an attribute follow the sources again."""
    name = visitor.must_send("attribute")
    kind = PinKind.IGNORE if visitor.sent("kind") == "ignore" else PinKind.PIN
    visitor.gateway.pins.remove(visitor.asked, checked_id(golden_id), name, kind=kind)
    return go(f"/customers/{golden_id}/attributes/{name}")


@pages.get("/customers/{golden_id}/unmerge")
def preview_unmerge(visitor: Unmerger, golden_id: str, mode: str = "", record: str = "", event: str = "") -> Response:
    """What would come of taking a customer apart, before it is done: without more, of all its records."""
    chosen = mode or ("detach" if record else "undo" if event else "explode")
    wish = Unmerging(mode=chosen, record_ids=(checked_id(record),) if record else (), event_id=event)
    parts = visitor.gateway.unmerging.preview(visitor.asked, checked_id(golden_id), wish)
    return page(
        visitor,
        "pages/customers/unmerge.html",
        golden_id=checked_id(golden_id),
        wish=wish,
        parts=parts,
        pins=parts[0]["pins"] if wish.mode == "detach" else (),
        titles=attribute_title,
        reasons=UNMERGE_REASONS,
    )


@pages.post("/customers/{golden_id}/unmerge")
def unmerge(visitor: Unmerger, golden_id: str) -> Response:
    """Take a customer apart."""
    wish = Unmerging(
        mode=visitor.sent("mode") or "detach",
        record_ids=tuple(checked_id(one) for one in visitor.form.get("record_id", ())),
        event_id=visitor.sent("event"),
        reason_code=visitor.must_send("reason"),
        note=visitor.sent("note"),
        expires_at=time_of(visitor.sent("expires"), "expires", visitor.taste.zone),
        move_pins=tuple(visitor.form.get("move_pin", ())),
    )
    done = visitor.gateway.unmerging.unmerge(visitor.asked, checked_id(golden_id), wish)
    return go(f"/customers/{done.rest or done.golden_id}" + query(taken_out=done.golden_id if done.rest else ""))


@pages.post("/customers/{golden_id}/lift")
def lift(visitor: Unmerger, golden_id: str) -> Response:
    """Let two customers be compared again; the pair goes to review."""
    other, reason = checked_id(visitor.must_send("other")), visitor.must_send("reason")
    visitor.gateway.unmerging.lift(visitor.asked, checked_id(golden_id), other, reason_code=reason)
    return go(f"/customers/{golden_id}#decisions")


def _may_pin(visitor: Visitor, golden_id: str, name: str) -> bool:
    try:
        with reading(visitor.services.engine) as database:
            visitor.gateway.rights.need(
                database, visitor.asked, PolicyAction.EDIT, golden_id, attribute(name).data_class
            )
    except (Denied, NotFound, Invalid):
        return False
    return True
