import httpx
import pytest

from core.database import reading
from sync.forms import MAX_FIELDS, MAX_VALUE
from tests.api.http.house import SETTINGS, House, opened

ONE = {"name": "韩梅梅", "phone": "13612345678", "email": "han@example.org"}


def landed(house: House, form: str = "contact") -> int:
    with reading(house.services.engine) as connection:
        return len(house.services.loader.streams(connection, f"form:{form}")) and len(
            [one for one in house.services.loader.everything(connection) if one.source == f"form:{form}"]
        )


def test_a_form_post_becomes_a_golden_record(on_both: House) -> None:
    golden = on_both.customer("one", **ONE)
    found = on_both.get(f"/v1/golden/{golden}", "service").json()
    assert found["sections"]["profile"]["person.full_name"][0]["value"] == "韩梅梅"
    assert found["sections"]["profile"]["person.full_name"][0]["source"] == "form:contact"
    told = on_both.audited("form.received")[0]
    assert (told["actor"], told["subjects"], told["details"]["fields"]) == (
        "form:contact",
        [golden],
        ["email", "name", "phone"],
    )


def test_the_same_delivery_again_is_answered_as_the_first_time_and_stored_once(on_both: House) -> None:
    first = on_both.form("contact", {"_delivery": "d-1", **ONE})
    again = on_both.form("contact", {"_delivery": "d-1", **ONE})
    assert (first.status_code, first.content) == (again.status_code, again.content)
    other = on_both.form("contact", {"_delivery": "d-1", **ONE, "name": "李雷"})
    assert (other.status_code, other.json()["code"]) == (409, "delivery.reused")
    assert landed(on_both) == 1
    assert [one["details"]["code"] for one in on_both.audited("form.refused")] == ["delivery.reused"]


def test_without_a_delivery_id_the_same_words_on_one_day_are_one_delivery(door: House) -> None:
    first, again = door.form("contact", ONE), door.form("contact", ONE)
    assert first.json() == again.json()
    assert door.form("contact", {**ONE, "name": "韩梅"}).json() != first.json()


def test_a_multipart_post_says_the_same_as_an_urlencoded_one(door: House) -> None:
    plain = door.form("contact", {**ONE, "_delivery": "kinds"})
    parts = {name: (None, value) for name, value in {**ONE, "_delivery": "kinds"}.items()}
    multipart = door.client.post("/v1/forms/contact", files=parts)
    assert (multipart.status_code, multipart.json()) == (202, plain.json())


def raw(
    house: House, body: bytes, kind: str = "application/x-www-form-urlencoded", form: str = "contact"
) -> httpx.Response:
    return house.client.post(f"/v1/forms/{form}", content=body, headers={"content-type": kind})


MULTIPART = "multipart/form-data; boundary=XX"


@pytest.mark.parametrize(
    ("body", "kind", "status", "code", "told"),
    [
        (b"", "application/x-www-form-urlencoded", 422, "form.empty", "no fields"),
        (b"name=a", "text/plain", 415, "request.content_type", "x-www-form-urlencoded"),
        (b'{"name":"a"}', "application/json", 415, "request.content_type", "multipart/form-data"),
        (b"name=%D5%C5%C8%FD", "application/x-www-form-urlencoded", 422, "form.encoding", "'name'"),
        (b"a=1&%D5%C5=1", "application/x-www-form-urlencoded", 422, "form.encoding", "number 2"),
        (b"name=a", "application/x-www-form-urlencoded; charset=gbk", 422, "form.charset", "UTF-8"),
        (b"name=a&13800138000=b", "application/x-www-form-urlencoded", 422, "form.field_name", "number 2"),
        (b"website=x&name=a", "application/x-www-form-urlencoded", 422, "form.honeypot", "do not see"),
        (b"name=a&_delivery=a%20b", "application/x-www-form-urlencoded", 422, "form.delivery", "visible"),
        (b"name=a&_delivery=a&_delivery=b", "application/x-www-form-urlencoded", 422, "form.delivery", "once"),
        (b"name=" + b"a" * (MAX_VALUE + 1), "application/x-www-form-urlencoded", 422, "form.field_value", "'name'"),
        (
            b"&".join(b"f%d=1" % number for number in range(MAX_FIELDS + 1)),
            "application/x-www-form-urlencoded",
            422,
            "form.fields",
            "100",
        ),
        (b'--XX\r\nContent-Disposition: form-data; name="name"\r\n\r\na', MULTIPART, 400, "request.form", "half-way"),
        (b"no multipart at all", MULTIPART, 400, "request.form", "half-way"),
        (b"--XX--\r\n", "multipart/form-data", 400, "request.form", "half-way"),
        (
            b'--XX\r\nContent-Disposition: form-data; name="f"; filename="a.exe"\r\n\r\na\r\n--XX--\r\n',
            MULTIPART,
            422,
            "form.file",
            "Files",
        ),
        (b"--XX\r\nX-Other: y\r\n\r\na\r\n--XX--\r\n", MULTIPART, 400, "request.form", "no name"),
        (
            b'--XX\r\nContent-Disposition: form-data; name="name"\r\n\r\n\xd5\xc5\r\n--XX--\r\n',
            MULTIPART,
            422,
            "form.encoding",
            "'name'",
        ),
    ],
)
def test_bad_input_gets_a_clear_answer_that_repeats_no_value(
    door: House, body: bytes, kind: str, status: int, code: str, told: str
) -> None:
    answer = raw(door, body, kind)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert told in answer.json()["detail"]
    assert "13800138000" not in answer.text
    assert door.audited("form.refused")[0]["details"]["code"] == code


def test_an_unknown_form(door: House) -> None:
    answer = door.form("13800138000", ONE)
    assert (answer.status_code, answer.json()["code"]) == (404, "form.unknown")
    assert door.form("13800138001", ONE).status_code == 404
    refused = [one for one in door.audited("form.refused") if one["details"]["code"] == "form.unknown"]
    # Told once a minute, and not by the name, which anybody can make up.
    assert len(refused) == 1
    assert "13800138000" not in str(refused)


@pytest.mark.parametrize("told", [True, False], ids=["with its length", "in chunks"])
def test_a_post_of_ten_megabytes_is_refused(door: House, told: bool) -> None:
    body = b"name=" + b"a" * 10_000_000
    chunks = (body[start : start + 65_536] for start in range(0, len(body), 65_536))
    answer = door.client.post(
        "/v1/forms/contact",
        content=body if told else chunks,
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")
    # The door still stands.
    assert door.form("contact", {"_delivery": f"after-{told}", **ONE}).status_code == 202


def test_a_compressed_post_is_refused(door: House) -> None:
    answer = door.client.post("/v1/forms/contact", content=b"x", headers={"content-encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (415, "request.content_encoding")


def test_only_pages_that_may_post_may_post(door: House) -> None:
    assert door.form("partner", ONE).json()["code"] == "form.origin"
    wrong = door.form("partner", ONE, origin="https://evil.example")
    assert (wrong.status_code, wrong.json()["code"]) == (403, "form.origin")
    right = door.form("partner", ONE, origin="https://partner.example")
    assert (right.status_code, right.headers["access-control-allow-origin"]) == (202, "https://partner.example")


def test_a_form_without_a_mapping_gets_one_suggested(house: House) -> None:
    answer = house.form("open", {"姓名": "孙悟空", "手机": "13512345678"})
    house.settle()
    found = house.get(f"/v1/golden/{answer.json()['record_id']}", "service").json()
    assert found["sections"]["contact_points"]["phone"][0]["value"] == "+8613512345678"


def test_too_many_posts_are_told_to_wait(tmp_path_factory: pytest.TempPathFactory, sqlite_template: object) -> None:
    settings = {**SETTINGS, "limits": {"form_posts_per_minute": 3}}
    folder = tmp_path_factory.mktemp("rate") / "w"
    with opened(folder, template=sqlite_template, settings=settings) as house:  # type: ignore[arg-type]
        answers = [house.form("contact", {"_delivery": f"r{number}", **ONE}) for number in range(5)]
        assert [one.status_code for one in answers] == [202, 202, 202, 429, 429]
        assert answers[3].json()["code"] == "request.rate"
        assert 1 <= int(answers[3].headers["retry-after"]) <= 60
        # Another form and another client have limits of their own.
        assert house.form("partner", ONE, origin="https://partner.example").status_code == 202
        assert house.form("contact", {"_delivery": "x", **ONE}, **{"x-forwarded-for": "203.0.113.9"}).status_code == 202
        limited = house.audited("request.limited")
        assert [(one["object_id"], one["decision"]) for one in limited] == [("form:contact", "deny")]
        assert landed(house) == 4
