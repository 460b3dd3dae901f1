"""The Mailchimp Marketing API, version 3.0, as its public reference describes it: lists, members, campaigns, activity.

Basic authentication with any user and the API key; ``count`` and ``offset``; ``since_...`` and ``before_...`` by time;
answers hold the collection under its own name beside ``total_items``. https://mailchimp.com/developer/marketing/api/
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.simulators.vendor_api import Query, VendorApi

_PREFIX = "/3.0"
# Collections of this account that are empty: last part of the path and name in the answer.
_NOTHING = {
    "segments": "segments",
    "interest-categories": "categories",
    "tag-search": "tags",
    "unsubscribed": "unsubscribes",
}
_TIMES = {
    "lists": "date_created",
    "members": "last_changed",
    "campaigns": "create_time",
    "automations": "create_time",
    "reports": "send_time",
}


class Mailchimp(VendorApi):
    """An account with two lists, their members, campaigns, and what readers did with them."""

    def __init__(self, key: str, *, members: Mapping[str, int], campaigns: int, first: datetime) -> None:
        super().__init__("anystring", key)
        self.lists = [{"id": one, "name": f"名单 {one}", "date_created": _iso(first)} for one in members]
        self.members = {
            one: [_member(one, number, first + timedelta(minutes=number)) for number in range(count)]
            for one, count in members.items()
        }
        self.campaigns = [
            {"id": f"c{number}", "type": "regular", "create_time": _iso(first + timedelta(days=number))}
            for number in range(campaigns)
        ]
        self.first = first

    def change_member(self, one: str, number: int, at: datetime) -> None:
        """A new member, or a change of one that is there."""
        member = _member(one, number, at)
        self.members[one] = [row for row in self.members[one] if row["id"] != member["id"]]
        self.members[one].append({**member, "status": "unsubscribed"})

    def activity(self, campaign: str) -> list[dict[str, Any]]:
        """What three readers did with a campaign: one opened and clicked, one opened, one nothing."""
        done = [["open", "click"], ["open"], []]
        return [
            {
                "campaign_id": campaign,
                "list_id": "north",
                "email_id": _md5(f"{campaign}-{reader}"),
                "email_address": f"reader{reader}@example.com",
                "activity": [
                    {"action": action, "timestamp": _iso(self.first + timedelta(days=30, minutes=place))}
                    for place, action in enumerate(actions)
                ],
            }
            for reader, actions in enumerate(done)
        ]

    def respond(self, path: str, query: Query) -> Any:
        if not path.startswith(_PREFIX + "/"):
            return None
        found: tuple[str, list[dict[str, Any]]] | None = None
        match path.removeprefix(_PREFIX).strip("/").split("/"):
            case ["lists"]:
                found = ("lists", self.lists)
            case ["campaigns"]:
                found = ("campaigns", self.campaigns)
            case ["lists", one, "members"]:
                found = ("members", self.members[one])
            case ["reports", campaign, "email-activity"]:
                found = ("emails", self.activity(campaign))
            case ["automations" | "reports" as name]:
                found = (name, [])
            case ["lists" | "reports", _, name]:
                found = (_NOTHING[name], [])
        return None if found is None else _answer(*found, query)


def _answer(name: str, rows: list[dict[str, Any]], query: Query) -> dict[str, Any]:
    field = _TIMES.get(name)
    if field is not None:
        since, before = query.get(f"since_{field}"), query.get(f"before_{field}")
        rows = [
            row
            for row in rows
            if (since is None or datetime.fromisoformat(row[field]) >= datetime.fromisoformat(since))
            and (before is None or datetime.fromisoformat(row[field]) <= datetime.fromisoformat(before))
        ]
        rows = sorted(rows, key=lambda row: (row[field], row["id"]))
    start, count = int(query.get("offset", "0")), min(int(query.get("count", "10")), 1000)
    return {name: rows[start : start + count], "total_items": len(rows)}


def _member(one: str, number: int, at: datetime) -> dict[str, Any]:
    address = f"member{number}@{one}.example"
    return {
        "id": _md5(address),
        "email_address": address,
        "full_name": f"会员 {number}",
        "status": "subscribed",
        "list_id": one,
        "last_changed": _iso(at),
    }


def _md5(text: str) -> str:
    # The interface itself names members by this hash.
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+00:00")
