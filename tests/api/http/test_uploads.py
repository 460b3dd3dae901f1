"""Uploading a file and making a source of it, through the door; nothing of it in clear on disk."""

import gzip
import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from connectors.launch import launch_ours
from core.database import reading, unit_of_work
from core.errors import IngotError
from tests.api.http.house import House
from tests.connectors.zygote import forked

NAME = "客户名单.csv"
ROWS = "姓名;电话\n王小明;13800138000\n欧阳修;13900139000\n"
CONTENT = ROWS.encode("gb18030")


@pytest.fixture(autouse=True)
def quick_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.catalogue.launch_ours", lambda name: forked(launch_ours(name)))


def upload(house: House, content: bytes = CONTENT, name: str = NAME, who: str = "it") -> httpx.Response:
    return house.client.post("/v1/uploads", headers=house.headers(who), files={"file": (name, content)})


def landed(house: House, connection: str) -> int:
    house.services.flows.queue_sync(connection, actor="system:test")
    house.settle()
    with reading(house.services.engine) as database:
        run = house.services.runs.history(database, connection, 1)[0]
        assert run["state"] == "succeeded", dict(run)
        return int(run["landed"])


def in_clear(folder: Path, *words: bytes) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files for word in words if word in path.read_bytes()]


def test_a_csv_becomes_a_source(on_both: House) -> None:
    house = on_both
    answer = upload(house)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["name"], told["format"], told["encoding"], told["delimiter"]) == (NAME, "csv", "gb18030", ";")
    added = house.services.connecting.add("list", "source", {"name": "file"}, told["config"], actor="system")
    assert [stream["name"] for stream in (added.catalog or {})["streams"]] == ["客户名单"]
    assert landed(house, "list") == 2
    # Again: the same file is known, whatever folder it is read from.
    assert landed(house, "list") == 0
    workspace = house.services.settings.workspace
    words = ("王小明".encode(), "王小明".encode("gb18030"), b"13800138000", "客户名单".encode("gb18030"))
    assert in_clear(workspace, *words) == []


def test_a_newer_file_takes_the_place_of_the_old(house: House) -> None:
    first = upload(house).json()
    services = house.services
    services.connecting.add("list", "source", {"name": "file"}, first["config"], actor="system")
    assert landed(house, "list") == 2
    second = upload(house, CONTENT + "李白;13700137000\n".encode("gb18030")).json()
    services.connecting.configure("list", second["config"], actor="system")
    assert landed(house, "list") == 1
    assert [one.id for one in services.uploads.newest()] == [second["id"]]
    services.connecting.remove("list", actor="system")
    assert services.uploads.newest() == []
    with pytest.raises(IngotError) as gone, services.uploads.opened(second["id"]):
        pass
    assert gone.value.code == "upload.unknown"
    assert services.foundation.keyring.record_keys([first["id"], second["id"]], create=False) == {}


def test_the_name_and_the_content_stay_out_of_log_and_errors(house: House) -> None:
    upload(house)
    (entry,) = house.audited("upload.stored")
    assert entry["details"] == {"bytes": len(CONTENT), "format": "csv"}
    refused = upload(house, b"\x00secret-4711", "secret-4711.csv")
    assert refused.status_code == 422
    assert refused.json()["code"] == "upload.kind"
    assert "4711" not in refused.text


def test_an_upload_belongs_to_one_connection(house: House) -> None:
    config = upload(house).json()["config"]
    services = house.services
    services.connecting.add("one", "source", {"name": "file"}, config, actor="system")
    with pytest.raises(IngotError) as refused:
        services.connecting.add("two", "source", {"name": "file"}, config, actor="system")
    assert refused.value.code == "upload.taken"
    upload_id = services.uploads.newest()[0].id
    kept = house.client.delete(f"/v1/uploads/{upload_id}", headers=house.headers("it"))
    assert (kept.status_code, kept.json()["code"]) == (409, "upload.in_use")


def test_what_nobody_uses_goes_after_a_day_and_by_hand(house: House) -> None:
    old, new = upload(house).json()["id"], upload(house).json()["id"]
    services = house.services
    with unit_of_work(services.engine) as connection:
        connection.exec_driver_sql(
            "UPDATE connectors_upload SET created_at = created_at - 86400001 WHERE id = ?", (old,)
        )
    services.uploads.sweep()
    assert [one.id for one in services.uploads.newest()] == [new]
    path = f"/v1/uploads/{new}"
    assert house.client.delete(path, headers=house.headers("it")).status_code == 204
    assert house.client.delete(path, headers=house.headers("it")).status_code == 404
    assert house.client.get("/v1/uploads", headers=house.headers("it")).json()["data"] == []
    assert len(house.audited("upload.removed")) == 2


def test_only_who_configures_sources_may(house: House) -> None:
    for who, status in {"it": 201, "operations": 201, "sales": 403, "auditor": 403}.items():
        assert upload(house, who=who).status_code == status, who


def test_a_program_sends_the_bytes_alone(house: House) -> None:
    headers = house.headers("it") | {
        "content-type": "application/octet-stream",
        "content-disposition": "attachment; filename=\"x.csv\"; filename*=UTF-8''%E5%AE%A2%E6%88%B7.csv.gz",
    }
    answer = house.client.post("/v1/uploads", headers=headers, content=gzip.compress(ROWS.encode()))
    assert answer.status_code == 201, answer.text
    assert (answer.json()["name"], answer.json()["expanded_size"]) == ("客户.csv.gz", len(ROWS.encode()))


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        ({"content-type": "multipart/form-data"}, b"--x", 400, "request.form"),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x\r\n\r\n", 400, "request.form"),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x--\r\n", 422, "upload.missing"),
        ({"content-encoding": "gzip"}, b"x", 415, "request.content_encoding"),
        ({}, b"", 422, "upload.missing"),
        ({"content-disposition": "attachment; filename=a.csv"}, b"x" * (2 * 1024 * 1024), 413, "request.too_large"),
    ],
)
def test_half_and_huge_requests_are_refused(
    small: House, headers: dict[str, str], body: bytes, status: int, code: str
) -> None:
    answer = small.client.post("/v1/uploads", headers=small.headers("it") | headers, content=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_size_that_is_told_is_refused_before_it_is_sent(small: House) -> None:
    address = urlsplit(small.url)
    with closing(HTTPConnection(str(address.hostname), address.port, timeout=20)) as line:
        line.putrequest("POST", "/v1/uploads")
        for name, value in (small.headers("it") | {"content-length": "99999999999"}).items():
            line.putheader(name, value)
        line.endheaders()
        answer = line.getresponse()
        assert (answer.status, json.loads(answer.read())["code"]) == (413, "request.too_large")


def test_many_fields_and_two_files_are_refused(small: House) -> None:
    two = [("file", ("a.csv", b"a\n")), ("file", ("b.csv", b"b\n"))]
    answer = small.client.post("/v1/uploads", headers=small.headers("it"), files=two)
    assert answer.json()["code"] == "upload.fields"
    fields = {f"f{number}": "x" for number in range(40)}
    answer = small.client.post(
        "/v1/uploads", headers=small.headers("it"), data=fields, files={"file": ("a.csv", b"a\n")}
    )
    assert answer.json()["code"] == "upload.fields"
    answer = small.client.post(
        "/v1/uploads", headers=small.headers("it"), data={"f": "x" * 5000}, files={"file": ("a.csv", b"a\n")}
    )
    assert answer.json()["code"] == "request.too_large"


def test_two_uploads_at_a_time_and_not_three(small: House) -> None:
    begun, go_on = threading.Barrier(3), threading.Event()

    def slow() -> Iterator[bytes]:
        yield b"a,b\n"
        begun.wait(20)
        go_on.wait(20)
        yield b"1,2\n"

    headers = small.headers("it", **{"content-disposition": "attachment; filename=a.csv"})
    codes: list[int] = []

    def send() -> None:
        with httpx.Client(base_url=small.url, timeout=30) as client:
            codes.append(client.post("/v1/uploads", headers=headers, content=slow()).status_code)

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    begun.wait(20)
    third = None
    for _ in range(15):
        # Time for both others to come in; asked more often, the limit of rates would answer.
        time.sleep(0.5)
        third = small.client.post("/v1/uploads", headers=headers, content=b"PK\x03\x04")
        if third.status_code == 429:
            break
    go_on.set()
    for thread in threads:
        thread.join()
    assert third is not None
    assert (third.status_code, third.json()["code"]) == (429, "request.busy")
    assert third.headers["retry-after"] == "5"
    assert codes == [201, 201]
