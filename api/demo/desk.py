"""The first day at the desk of the demonstration: stewards enter customers by hand, set values, and ask an owner.

The four channels leave to chance which questions come of them, and a pinned value or two owners never do. What is
entered here brings a handful of each kind for the review page, the way such things come about in a house. None of
these people is in the truth that the golden records are measured by.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.cli.sync import watched, work_on
from api.gateway import Gateway
from api.wiring import Services
from core.database import reading
from governance.policy.values import RequestContext
from merge.resolve.pinning import Wish
from merge.review_items import Item
from merge.review_kinds import Kind
from merge.review_queue import Filter, queue
from sync.wish import Asked

STREAM = "desk"
_NAME, _PHONE, _EMAIL, _ID, _BORN = "person.full_name", "phone", "email", "id.cn.ric", "person.birth_date"
_PROVINCE, _CITY, _ADDRESS, _WORK = "address.province", "address.city", "address.full", "occupation"
_SHANGHAI = {_PROVINCE: "上海市", _CITY: "上海市"}
_CANTON = {_PROVINCE: "广东省", _CITY: "广州市"}
Entered = Mapping[str, Mapping[str, str]]

# One telephone and one name, and two identity numbers that are both valid: somebody mistyped, or there are two.
CONFLICTS: Entered = {
    "conflict-1a": {_NAME: "郗望舒", _PHONE: "13911112222", _ID: "310101199001011234"},
    "conflict-1b": {_NAME: "郗望舒", _PHONE: "13911112222", _ID: "330106198505123417"},
    "conflict-2a": {_NAME: "逄秋水", _PHONE: "13733334444", _ID: "110105199003071239"},
    "conflict-2b": {_NAME: "逄秋水", _PHONE: "13733334444", _ID: "440305199211114325"},
}
# One telephone, and names that are read alike: heard on the telephone, or sisters.
HOMOPHONES: Entered = {
    "homophone-1a": {_NAME: "阮静怡", _PHONE: "13855556666"},
    "homophone-1b": {_NAME: "阮静仪", _PHONE: "13855556666", _EMAIL: "ruan.jingyi@mail.example"},
    "homophone-2a": {_NAME: "庄晓帆", _PHONE: "13677778888", _BORN: "1988-04-02"},
    "homophone-2b": {_NAME: "庄小凡", _PHONE: "13677778888"},
}
# One name and one door, and nothing else in common: moved house, or father and son.
HOMONYMS: Entered = {
    "homonym-1a": {_NAME: "贺文斌", _PHONE: "13512340001", _ADDRESS: "静安区延平路98号3单元702室", **_SHANGHAI},
    "homonym-1b": {_NAME: "贺文斌", _EMAIL: "hewb@post.example", _ADDRESS: "静安区延平路98号3单元702室", **_SHANGHAI},
    "homonym-2a": {_NAME: "施雨桐", _PHONE: "13512340003", _ADDRESS: "天河区体育东路116号2101房", **_CANTON},
    "homonym-2b": {_NAME: "施雨桐", _EMAIL: "shiyt@post.example", _ADDRESS: "天河区体育东路116号2101房", **_CANTON},
}
# Two owners, by two territories, of what two stewards find to be one customer.
OWNED: Entered = {
    "owned-1a": {_NAME: "乔若琳", _PHONE: "13788990011", **_SHANGHAI},
    "owned-1b": {_NAME: "乔若林", _PHONE: "13788990011", **_CANTON},
}
# One customer by a telephone that then turns out to be that of a whole market hall.
SHARED: Entered = {
    "shared-1a": {_NAME: "蒋志强", _PHONE: "13661616161", **_SHANGHAI},
    "shared-1b": {_NAME: "蒋志强", _PHONE: "13661616161"},
}
SHARERS: Entered = {
    f"shared-{number}": {_NAME: name, _PHONE: "13661616161"}
    for number, name in enumerate(("沈玉兰", "韩立新", "杨桂芳", "朱文斌"), start=2)
}
# What a customer said about their work, and what their source says next.
PINNED: Mapping[str, Sequence[str]] = {"pinned-1": ("会计", "出纳", "审计师"), "pinned-2": ("护士", "药剂师", "护士长")}
_PINNED_NAMES = {"pinned-1": "柏思源", "pinned-2": "裴安然"}


@dataclass(frozen=True, slots=True)
class _Desk:
    services: Services
    sun: Asked
    guide: Asked

    def enter(self, *those: Entered) -> dict[str, str]:
        """Enter records and resolve them; the ids of the records by key."""
        entry = Gateway(self.services).manual_entry
        ids = {
            key: entry.enter(self.sun, STREAM, dict(values), key=key, delivery=False).record_id
            for one in those
            for key, values in one.items()
        }
        with watched(self.services):
            work_on(self.services, self.services.flows.queue_resolve())
        return ids

    def item(self, kind: Kind, records: set[str]) -> Item | None:
        """The open item of a kind about those records."""
        with reading(self.services.engine) as connection:
            found = queue(connection, Filter("open", kind.value), self.services.foundation.clock.now(), limit=1_000)
        return next((one for one in found if set(one.subjects) <= records), None)


def first_day(services: Services) -> dict[str, int]:
    """Everything above, done by the stewards of the demonstration; how many items of each kind wait afterwards."""
    desk = _Desk(services, _asked(services, "sun"), _asked(services, "guide"))
    pinned = {key: {_NAME: _PINNED_NAMES[key], _PHONE: f"1352468{at:04}"} for at, key in enumerate(PINNED, start=1)}
    ids = desk.enter(
        CONFLICTS,
        HOMOPHONES,
        HOMONYMS,
        OWNED,
        SHARED,
        {key: {**values, _WORK: PINNED[key][0]} for key, values in pinned.items()},
    )
    _pin(desk, ids)
    desk.enter(SHARERS, {key: {**values, _WORK: PINNED[key][2]} for key, values in pinned.items()})
    _merge_of_two_owners(desk, {ids["owned-1a"], ids["owned-1b"]})
    asked = desk.item(Kind.PAIR, {ids["homonym-1a"], ids["homonym-1b"]})
    if asked is not None:
        services.review.asking.ask(desk.sun, asked.item_id, note="两位同名同址 是同一位客户还是父子")
    return _waiting(services)


def _pin(desk: _Desk, ids: Mapping[str, str]) -> None:
    """The customers said so on the telephone; the second of the works is what holds from now on."""
    pins = Gateway(desk.services).pins
    for key, works in PINNED.items():
        pins.put(desk.sun, ids[key], Wish(_WORK, works[1], "customer_said"))


def _merge_of_two_owners(desk: _Desk, records: set[str]) -> None:
    """One steward proposes, the other agrees: the owner of the one is now in dispute with that of the other."""
    found = desk.item(Kind.PAIR, records)
    if found is None:
        return
    deciding = desk.services.review.deciding
    done = deciding.decide(desk.sun, found.item_id, "merge", reason_code="same_person")
    if done["state"] == "proposed":
        deciding.agree(desk.guide, found.item_id, agrees=True)


def _waiting(services: Services) -> dict[str, int]:
    found: dict[str, int] = {}
    asked = _asked(services, "sun")
    for (state, kind, _), count in services.review.queue.counts(asked).items():
        if state in {"open", "waiting"}:
            found[kind] = found.get(kind, 0) + count
    return dict(sorted(found.items()))


def _asked(services: Services, login: str) -> Asked:
    with reading(services.engine) as connection:
        principal = services.people.user_by_login(connection, login).principal()
    return Asked(principal, RequestContext("data_quality", "", services.foundation.clock.new_id("req")))
