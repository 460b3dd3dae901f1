"""Planted values are found nowhere but in the answers to those who may see them."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from sync.runs import Runs
from tests.api.http.house import House, signed

CANARY = {
    "name": "仲孙无忌",
    "phone": "13298765401",
    "email": "qanary-7731@kanarienvogel.example",
    "message": "Bitte rufen Sie Kvothe-Zeppelinheim zurueck",
}
PLANTED = tuple(CANARY.values())


def bad_posts(house: House) -> list[str]:
    """What the door says to posts that hold the values in every place where a value can be."""
    phone, email, name = CANARY["phone"], CANARY["email"], CANARY["name"]
    body = json.dumps({"name": name, "phone": phone}).encode()
    auth = house.headers("service", **{"content-type": "application/json"})
    client = house.client
    answers = [
        house.form("contact", {phone: "1"}),
        house.form("contact", {email: "1"}),
        house.form("contact", {"_delivery": "one", **CANARY, "email": "other"}),
        house.form("contact", {"website": phone, **CANARY}),
        house.form("contact", {"_delivery": f"{phone} {email}", **CANARY}),
        house.form(phone, CANARY),
        house.form("partner", CANARY, origin=f"https://{email}"),
        client.post("/v1/forms/contact", content=name.encode("gbk"), headers={"content-type": phone}),
        client.post("/v1/forms/shop", content=body, headers=signed(phone, b"other")),
        client.post("/v1/forms/shop", content=body[:-3], headers=signed("m", body[:-3])),
        client.post("/v1/golden/search", content=body, headers=auth),
        client.post("/v1/golden/search", content=body[:-3], headers=auth),
        client.post("/v1/records", content=json.dumps({"values": {phone: name, email: [1]}}).encode(), headers=auth),
        client.post("/v1/records", content=json.dumps({"values": {"phone": {name: 1}}}).encode(), headers=auth),
        house.post("/v1/golden/lookup", "service", {"source": phone, "key": email}),
        house.get(f"/v1/golden/{phone}", "service"),
        house.get(f"/v1/golden?include={email}&limit={phone}", "service"),
        house.get(f"/v1/audit?actor={email}&since={phone}", "auditor"),
        house.get("/v1/golden", "service", purpose=phone),
        house.get("/v1/golden", "service", **{"if-none-match": phone, "x-request-id": phone}),
        client.get("/v1/golden", headers={"authorization": f"Bearer {phone}"}),
        client.get(f"/{phone}/{email}"),
    ]
    kinds = {answer.status_code for answer in answers}
    assert kinds >= {400, 401, 403, 404, 409, 415, 422}
    refused = [answer for answer in answers if answer.status_code >= 400]
    assert len(refused) >= len(answers) - 2
    return [answer.text + str(dict(answer.headers)) for answer in refused]


class Broken(Runs):
    def history(
        self, connection: Connection, name: str | None = None, limit: int = 50, state: str | None = None
    ) -> list[dict[str, Any]]:
        raise RuntimeError(f"{CANARY} {connection} {name} {limit} {state}")


def fault(house: House) -> str:
    """What a fault in the program says whose own text holds the values."""
    house.services.runs = Broken(house.services.foundation.audit, house.services.foundation.clock)
    answer = house.get("/v1/syncs", "it")
    assert answer.status_code == 500
    return answer.text


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_planted_values_stand_in_no_error_log_audit_body_or_file(on_both: House) -> None:
    golden = on_both.form("contact", {"_delivery": "one", **CANARY}).json()["record_id"]
    on_both.settle()
    seen = on_both.get(f"/v1/golden/{golden}", "service")
    assert CANARY["name"] in seen.text
    said = "\n".join([*bad_posts(on_both), fault(on_both)])
    on_both.services.sequencer.sequence_all()
    entries = on_both.get("/v1/audit?limit=1000", "auditor").text
    assert "form.refused" in entries
    for value in PLANTED:
        assert value not in said
        assert value not in entries
    patterns = [
        form
        for value in PLANTED
        for form in (value.encode(), value.encode("utf-16-le"), json.dumps(value)[1:-1].encode())
    ]
    content = files_below(on_both.services.settings.workspace)
    assert any(name.endswith("ingot.log") for name in content)
    assert {name for name, data in content.items() if any(pattern in data for pattern in patterns)} == set()
