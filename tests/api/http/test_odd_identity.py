"""Odd input to what people decide about identity and values: an answer of ours on both databases, never a fault."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from tests.api.http.house import House
from tests.api.http.test_identity import merged

NUL, LONE, NOBODY = "a\x00b", "\ud800", "g_" + "0" * 32
# These two stand for the golden record of the test and for the one that was merged into it.
ONE, OTHER = "g_" + "1" * 32, "g_" + "2" * 32
CODE = {"reason_code": "x"}
TIMES = ("0001-01-01", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "2026-02-30", "٢٠٢٦-٠١-٠١", NUL, "1e9")
QUEUE = (
    *("cursor=50.%00", "cursor=50.x", "cursor=999999.r_", "cursor=-1.r_x", "cursor=%EF%BC%91.r", "limit=-1"),
    *("limit=501", "state=%00", "kind=" + "x" * 41, "band=AUTO", "mine=maybe", "blind=2"),
)
DECISIONS: tuple[dict[str, Any], ...] = (
    {"action": "merge", "reason_code": "x" * 81},
    {"action": "merge", "reason_code": "x\n"},
    {"action": "split", **CODE, "records": [NOBODY] * 1001},
    {"action": "split", **CODE, "records": ["g_"]},
    {"action": "merge", **CODE, "note": NUL},
    {"action": "merge", **CODE, "note": LONE},
)
UNMERGES: tuple[dict[str, Any], ...] = (
    {},
    {"record_ids": []},
    {"record_ids": [ONE, OTHER]},
    {"record_ids": [NOBODY]},
    {"record_ids": [ONE] * 200, "preview": True},
    {"mode": "undo"},
    {"mode": "undo", "event_id": "m_" + "0" * 32},
    {"mode": "explode", "record_id": ONE, "preview": True},
    {"record_id": OTHER, "expires_at": "0001-01-01"},
    {"record_id": OTHER, "expires_at": "9999-12-31T23:59:59-01:00"},
    {"record_id": OTHER, "move_pins": ["no.such"]},
    {"record_id": OTHER, "move_pins": [NUL]},
    {"record_id": OTHER, "move_pins": ["occupation"] * 51},
    {"record_id": OTHER, "note": "x" * 2001},
)
NAMES = (NUL, "text.", "id.", "id." + NUL, "handle." + "x" * 500, "handle.\u202e", "occupation ", "transaction.at")
PINS: tuple[dict[str, Any], ...] = (
    {"value": NUL},
    {"value": LONE},
    {"value": "\u200b"},
    {"value": "x" * 2001},
    {"value": "x", "expires_at": "soon"},
    {"value": "x", "expires_at": "9999-12-31T23:59:59-23:59"},
    {"value": "x", "kind": "both"},
)
TRUSTS: tuple[Any, ...] = ([], {"erp": []}, {"x" * 10_000: {"max": 9, "min": 0}})
POLICIES: tuple[dict[str, Any], ...] = (
    *({"name": name} for name in (NUL, LONE, "名" * 80)),
    *({"trust": trust} for trust in TRUSTS),
    *({"trust": {"erp": {"max": most, "min": 0, "decay_days": days}}} for most, days in ((1e308, 1), (9, 10**18))),
    *({"couplings": coupled} for coupled in ({"x": "ab"}, [1])),
    *({"attributes": {"occupation": rules}} for rules in ([["a"]], [{"a": 1}], None, "(", 1)),
    *({"attributes": {"occupation": ["expression: " + sign * 499]}} for sign in "(-"),
    *({name: value} for name in ("attributes", "independence", "priority", "version") for value in (1, [1], 10**400)),
    {"attributes": {"text." + NUL: ["trust"]}},
)


def asked() -> Iterator[tuple[str, str, Any]]:
    """Method, path and body of every odd request."""
    item, golden = "/v1/review/r_" + "0" * 32, f"/v1/golden/{ONE}"
    yield from (("GET", f"/v1/review?{query}", None) for query in QUEUE)
    yield from (("POST", f"{item}/decide", body) for body in DECISIONS)
    yield from (("POST", f"{item}/defer", {"until": until, **CODE}) for until in (*TIMES, "2026-W01-1T00:00Z"))
    yield from (("POST", f"{golden}/unmerge", {**CODE, **body}) for body in UNMERGES)
    yield from (("PUT", f"{golden}/pins/{quote(name)}", {"value": "x", **CODE}) for name in NAMES)
    yield from (("DELETE", f"{golden}/pins/{quote(name)}", None) for name in NAMES)
    yield from (("PUT", f"{golden}/pins/occupation", {**CODE, **body}) for body in PINS)
    yield from (("GET", f"{golden}/lineage/{quote(name)}", None) for name in NAMES)
    yield from (("GET", f"{golden}?as_of={quote(at)}&valid_at={quote(at)}", None) for at in TIMES)
    yield from (("GET", f"{golden}?valid_at={quote(at)}", None) for at in TIMES)
    yield from (("POST", f"{golden}/decisions/lift", {"other": name, **CODE}) for name in (ONE, NOBODY, NUL))
    yield from (("POST", "/v1/survivorship/simulate", {"policy": {}, "limit": limit}) for limit in (0, 10_001))
    yield from (("POST", "/v1/survivorship/simulate", {"policy": policy}) for policy in POLICIES)
    yield from (("PUT", "/v1/survivorship", {"policy": policy, **CODE}) for policy in POLICIES)
    yield "GET", "/v1/survivorship?version=1000001", None


def test_nothing_that_anybody_writes_is_a_fault(on_both: House) -> None:
    one, other, _ = merged(on_both)
    faults = []
    for method, path, body in asked():
        who = "admin" if "survivorship" in path else "steward"
        headers = on_both.headers(who, **{"content-type": "application/json"})
        content = None if body is None else json.dumps(body).replace(ONE, one).replace(OTHER, other).encode()
        answer = on_both.client.request(method, path.replace(ONE, one), headers=headers, content=content)
        if answer.status_code >= 500:
            faults.append((method, path[:80], str(body)[:80], answer.status_code, answer.json()["code"]))
    assert faults == []
    assert on_both.get(f"/v1/golden/{one}", "steward").status_code == 200
