"""The pages of connectors over HTTP: uploads, forms, trials, streams and mappings, and who sees what of a sample."""

import re
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.console.guard import csrf_of
from api.console.views import connectors
from connectors.launch import launch_ours
from core.database import reading
from merge.listing import count_goldens
from tests.api.http.house import opened
from tests.connectors.zygote import forked
from tests.console.desk import Desk

HEAD = "姓名,手机号码,电子邮箱,公司名称,来源,更新时间\n"
ROWS = (
    "张伟,13800138000,zhangwei@example.com,上海蓝天贸易有限公司,官网,2026-03-01 10:00:00\n"
    "张伟,138-0013-8000,zhangwei@example.com,上海蓝天贸易有限公司,门店,2026-04-01 10:00:00\n"
    "李娜,13912345678,lina@example.com,北京青山科技有限公司,官网,2026-03-05 09:00:00\n"
)
CLEAR = ("13800138000", "138-0013-8000", "13912345678", "zhangwei@example.com", "张伟", "李娜")
SECRET = "geheim-5f1c"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("connectors") / "w", template=sqlite_template) as house:
        yield Desk(house)


@pytest.fixture(scope="module", autouse=True)
def quick_sources() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("connectors.catalogue.launch_ours", lambda name: forked(launch_ours(name)))
        yield


@pytest.fixture(scope="module")
def uploaded(desk: Desk) -> str:
    """The address of the mapping of an uploaded file that no test keeps a mapping of."""
    answer = desk.upload((HEAD + ROWS).encode("gb18030"), "seen")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


@pytest.fixture
def shop_db(tmp_path: Path) -> Path:
    """A system of somebody else, with one table; its path stands for a secret in its URL."""
    path = tmp_path / f"{SECRET}.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE buyers (id INTEGER PRIMARY KEY, name TEXT, mobile TEXT, updated_at TEXT)")
        database.execute("INSERT INTO buyers VALUES (1, 'Ann Lee', '13800138001', '2026-01-01T00:00:00Z')")
    return path


PATHS = ("/connectors", "/connectors/upload", "/connectors/new/file", "/connectors/x", "/connectors/x/streams")


@pytest.mark.parametrize("path", [*PATHS, "/connectors/x/mapping/y"])
def test_whoever_may_not_configure_sources_sees_none_of_it(desk: Desk, path: str) -> None:
    assert desk.get(path, "sales").status_code == 403
    assert desk.get(path, "auditor").status_code == 403


POSTS = (
    "/connectors/x",
    "/connectors/x/switch",
    "/connectors/x/remove",
    "/connectors/x/sync",
    "/connectors/x/streams",
    "/connectors/x/discover",
    "/connectors/x/adopt",
    "/connectors/x/mapping/y",
    "/connectors/new/file",
)


@pytest.mark.parametrize("path", POSTS)
def test_a_form_without_its_token_or_from_elsewhere_is_refused(desk: Desk, path: str) -> None:
    assert desk.post(path, "sales").status_code == 403
    headers = desk.headers("operations")
    without = desk.house.client.post(path, headers=headers, data={"do": "keep"})
    assert (without.status_code, "request.csrf" in without.text) == (403, True)
    elsewhere = {**headers, "sec-fetch-site": "cross-site"}
    other = desk.house.client.post(path, headers=elsewhere, data={"csrf": csrf_of(desk.session("operations"))})
    assert (other.status_code, "request.cross_site" in other.text) == (403, True)


def test_an_upload_needs_right_and_token(desk: Desk) -> None:
    assert desk.upload(b"a\n1\n", "mine", "sales").status_code == 403
    bare = desk.house.client.post(
        "/connectors/upload",
        headers=desk.headers("operations"),
        data={"name": "x"},
        files={"file": ("a.csv", b"a\n1\n")},
    )
    assert (bare.status_code, "request.csrf" in bare.text) == (403, True)
    assert desk.house.services.uploads.newest() == []


def test_it_may_configure_and_not_sync(desk: Desk) -> None:
    assert desk.get("/connectors", "it").status_code == 200
    assert desk.post("/connectors/x/sync", "it").status_code == 403


@pytest.mark.parametrize(
    ("name", "encoding", "separator"),
    [("marked", "utf-8-sig", ","), ("semicolons", "utf-8", ";")],
)
def test_a_file_with_chinese_columns_becomes_a_mapped_connection(
    desk: Desk, name: str, encoding: str, separator: str
) -> None:
    content = (HEAD + ROWS).replace(",", separator).encode(encoding)
    answer = desk.upload(content, name)
    assert answer.status_code == 303, answer.text
    page = desk.get(answer.headers["location"]).text
    assert re.search(r'name="f:手机号码">.*?<option value="phone" selected', page, re.DOTALL)
    assert re.search(r'name="f:姓名">.*?<option value="person.full_name" selected', page, re.DOTALL)
    assert "138****8000" in page
    assert [clear for clear in CLEAR if clear in page] == []


def test_from_a_file_to_the_duplicate_that_it_holds(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connectors, "_BEGIN_SECONDS", 0.0)
    with opened(tmp_path / "w", template=sqlite_template) as house:
        desk = Desk(house)
        assert 'href="/connectors/upload"' in desk.get("/connectors").text
        at = desk.upload((HEAD + ROWS).encode("gb18030"), "customers").headers["location"]
        fields = {"f:姓名": "person.full_name", "f:手机号码": "phone", "f:电子邮箱": "email", "f:来源": "ignore"}
        kept = desk.form(at, {**fields, "f:公司名称": "organization.name", "asserted_at": "更新时间", "do": "keep"})
        assert kept.headers["location"].endswith("kept=1")
        assert desk.post("/connectors/customers/sync").status_code == 303
        house.settle()
        with reading(house.services.engine) as connection:
            assert count_goldens(connection) == 2
            stored = house.services.mappings.describe(connection, "customers")[0]
        assert (stored["version"], stored["suggested"], stored["asserted_at"]) == (1, False, "更新时间")
        again = desk.get(at + "?kept=1").text
        assert "3 records of this stream are here" in again
        assert [clear for clear in CLEAR if clear in again] == []
        assert desk.post("/connectors/customers/remove").status_code == 303
        assert house.services.uploads.newest() == []


def test_samples_are_masked_by_right_and_told_to_the_log(desk: Desk, uploaded: str) -> None:
    at = uploaded
    before = len(desk.house.audited("record.disclosed"))
    to_it = desk.get(at, "it").text
    assert "99999999999" in to_it
    assert [text for text in (*CLEAR, "138****", "张*", "zhangwei", "example") if text in to_it] == []
    assert len(desk.house.audited("record.disclosed")) == before
    assert "138****8000" in desk.get(at).text
    told = desk.house.audited("record.disclosed")
    assert len(told) == before + 1
    assert told[0]["object_id"] == "seen/客户"
    assert {"phone", "email", "person.full_name"} <= set(told[0]["fields"]["masked"])
    assert [clear for clear in CLEAR if clear in str(told)] == []
    samples = desk.get("/connectors/seen/streams?samples=1").text
    assert "138****8000" in samples
    assert [clear for clear in CLEAR if clear in samples] == []


def test_a_field_is_not_seen_better_by_mapping_it_to_something_else(desk: Desk, uploaded: str) -> None:
    at = uploaded
    for attribute in ("organization.name", "address.city", "value_tier", "transaction.product"):
        answer = desk.form(at, {"f:手机号码": attribute, "f:姓名": attribute, "do": "preview"})
        assert answer.status_code == 200
        assert "138****8000" in answer.text
        assert [clear for clear in CLEAR if clear in answer.text] == []


def test_a_preview_is_a_part_for_scripts_and_a_page_without(desk: Desk, uploaded: str) -> None:
    at = uploaded
    fields = {"csrf": csrf_of(desk.session("operations")), "f:手机号码": "phone", "do": "preview"}
    part = desk.house.client.post(at, headers={**desk.headers("operations"), "hx-request": "true"}, data=fields)
    whole = desk.house.client.post(at, headers=desk.headers("operations"), data=fields)
    assert ("<html" in part.text, "<html" in whole.text) == (False, True)
    assert "138****8000" in part.text
    with reading(desk.house.services.engine) as connection:
        assert desk.house.services.mappings.all(connection, "seen") == {}


def test_what_cannot_be_used_is_refused_and_leaves_nothing(desk: Desk) -> None:
    before = len(desk.house.services.uploads.newest())
    for content in (b"PK\x03\x04 a workbook", b""):
        answer = desk.upload(content, "never")
        assert answer.status_code == 422
    taken = desk.upload(b"name\nAnn\n", "upload")
    assert (taken.status_code, "connection.name_invalid" in taken.text) == (422, True)
    assert len(desk.house.services.uploads.newest()) == before
    assert desk.get("/connectors/never").status_code == 404


def draft_of(answer: httpx.Response) -> str:
    found = re.search(r'name="draft" value="([0-9a-f]+)"', answer.text)
    assert found is not None
    return found[1]


def test_a_secret_is_typed_once_and_never_shown(desk: Desk, shop_db: Path) -> None:
    url = f"sqlite:///{shop_db}"
    wrong = desk.form(
        "/connectors/new/sql",
        {"name": "shop", "c/url": url, "c/batch_size": "many", "c/tables": "buyers", "do": "keep"},
    )
    assert wrong.status_code == 422
    assert "Write a whole number." in wrong.text
    assert 'value="many"' in wrong.text
    assert 'value="buyers"' in wrong.text
    fields = {
        "name": "shop",
        "c/url": "",
        "c/batch_size": "10",
        "c/tables": "buyers",
        "draft": draft_of(wrong),
        "do": "keep",
    }
    stolen = desk.form("/connectors/new/sql", fields, "it")
    assert "This is needed." in stolen.text
    kept = desk.form("/connectors/new/sql", fields)
    assert kept.headers["location"] == "/connectors/shop/streams", kept.text
    desk.house.services.sequencer.sequence_all()
    form = desk.get("/connectors/shop")
    assert "last changed" in form.text
    changed = desk.form("/connectors/shop", {"c/batch_size": "20", "c/tables": "buyers", "do": "keep"})
    assert changed.status_code == 303
    with reading(desk.house.services.engine) as connection:
        config = desk.house.services.connections.config(connection, "shop")
    assert (config["url"], config["batch_size"]) == (url, 20)
    pages = [wrong, stolen, form, desk.get("/connectors"), desk.get("/connectors/shop/streams")]
    assert [one.url for one in pages if SECRET in one.text] == []


def test_a_refused_setting_is_told_and_nothing_is_kept(desk: Desk) -> None:
    answer = desk.form(
        "/connectors/new/sql", {"name": "gone", "c/url": f"sqlite:////nowhere/{SECRET}/x.db", "do": "keep"}
    )
    assert (answer.status_code, "source.check_failed" in answer.text, SECRET in answer.text) == (422, True, False)
    assert desk.get("/connectors/gone").status_code == 404


def test_a_row_is_added_without_losing_what_was_typed(desk: Desk) -> None:
    answer = desk.form("/connectors/new/sql", {"name": "half", "c/schema": "sales", "do": "add:c/queries"})
    assert answer.status_code == 200
    assert 'value="sales"' in answer.text
    assert 'name="c/queries/0/name"' in answer.text
    assert "This is needed." not in answer.text


def test_a_trial_is_told_step_by_step_to_its_own_session(desk: Desk, shop_db: Path) -> None:
    begun = desk.form("/connectors/new/sql", {"name": "t", "c/url": f"sqlite:///{shop_db}", "do": "try"})
    assert begun.status_code == 303, begun.text
    path = begun.headers["location"].partition("#")[0]
    until = time.monotonic() + 90
    page = desk.get(path).text
    while "Everything that was tried went well." not in page and time.monotonic() < until:
        time.sleep(0.3)
        page = desk.get(path).text
    assert "Everything that was tried went well." in page
    for told in ("A first record is read", "stream buyers", "1 streams", "no host is named in the settings"):
        assert told in page
    assert SECRET not in page
    assert "13800138001" not in page
    trial = re.search(r"trial=([0-9a-f]+)", path)
    assert trial is not None
    live = f"/connectors/trials/{trial[1]}/live"
    assert desk.get(live, "it").status_code == 404
    assert "Everything that was tried" not in desk.get(path, "it").text


def test_streams_are_chosen_and_changes_of_the_source_approved(desk: Desk, shop_db: Path) -> None:
    desk.form("/connectors/new/sql", {"name": "till", "c/url": f"sqlite:///{shop_db}", "do": "keep"})
    with sqlite3.connect(shop_db) as database:
        database.execute("ALTER TABLE buyers ADD COLUMN email TEXT")
        database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, total REAL)")
    assert desk.post("/connectors/till/discover").status_code == 303
    page = desk.get("/connectors/till/streams").text
    assert "buyers.email" in page.replace("\n", "")
    desk.form("/connectors/till/adopt", {"do": "leave"})
    assert "orders" not in desk.get("/connectors/till/streams").text
    desk.post("/connectors/till/discover")
    desk.form("/connectors/till/adopt", {"do": "approve"})
    assert "orders" in desk.get("/connectors/till/streams").text
    assert desk.post("/connectors/till/discover").headers["location"].endswith("same=1")
    assert desk.post("/connectors/till/streams", read=["buyers"]).status_code == 303
    assert desk.post("/connectors/till/streams").status_code == 422
    how = {"do": "how", "stream": "buyers", "mode": "full_refresh", "cursor": "id"}
    assert desk.form("/connectors/till/streams", how).status_code == 303
    with reading(desk.house.services.engine) as connection:
        chosen = desk.house.services.connections.get(connection, "till").streams
    assert chosen is not None
    assert [(one.name, one.sync_mode, one.cursor_field) for one in chosen] == [("buyers", "full_refresh", ("id",))]
    with sqlite3.connect(shop_db) as database:
        database.execute("DROP TABLE buyers")
    desk.post("/connectors/till/discover")
    assert "breaks what is read now" in desk.get("/connectors/till/streams").text


@pytest.mark.usefixtures("uploaded")
def test_pause_and_resume(desk: Desk) -> None:
    desk.form("/connectors/seen/switch", {"on": "0"})
    assert "Resume" in desk.get("/connectors/seen").text
    assert desk.post("/connectors/seen/sync").status_code == 409
    desk.form("/connectors/seen/switch", {"on": "1"})
    assert "Resume" not in desk.get("/connectors/seen").text
