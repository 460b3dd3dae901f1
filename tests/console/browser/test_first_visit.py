"""The first visit, as somebody new makes it: from ``demo --serve`` to a source of one's own, all in the browser."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.architecture.test_house import ROOT
from tests.console.browser.watch import TELL_VIOLATIONS, Watch

pytestmark = pytest.mark.full
_READY = re.compile(r"The console is at (http://\S+)\. ")
_CODE = re.compile(r"^\s+((?:[a-z2-7]{4}-){7}[a-z2-7]{4})\s+guide\b", re.MULTILINE)
_SECONDS = 240


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """``ingot demo --serve`` in a process of its own: where the console is, and the code of ``guide``."""
    command = [sys.executable, "-u", "-m", "api.cli.main", "demo", str(tmp_path / "demo"), "--serve", "--size", "60"]
    told = tmp_path / "told.txt"
    with told.open("wb") as errors:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=errors)
    try:
        yield _told(process, told)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in {0, -signal.SIGTERM}
    finally:
        process.kill()
        process.wait()


def _told(process: subprocess.Popen[bytes], told: Path) -> tuple[str, str]:
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until and process.poll() is None:
        text = told.read_text(encoding="utf-8", errors="replace")
        url, code = _READY.search(text), _CODE.search(text)
        if url and code:
            return url[1], code[1]
        time.sleep(0.2)
    pytest.fail("the demonstration did not come up")


def test_from_the_demonstration_to_a_source_of_ones_own(
    demo: tuple[str, str], browser: Browser, tmp_path: Path, screenshots: Path
) -> None:
    url, code = demo
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1280, "height": 900})
    context.add_init_script(TELL_VIOLATIONS)
    page = context.new_page()
    page.set_default_timeout(30_000)
    watch = Watch(page)

    def took(name: str) -> None:
        page.screenshot(path=screenshots / f"first-visit-{name}.png", full_page=True)

    page.goto(url)
    page.get_by_label("一次性代码").fill(code)
    page.get_by_role("button", name="用代码登录").click()
    page.get_by_label("新密码").fill("第一次访问的密码-2026")
    page.get_by_label("再输入一次").fill("第一次访问的密码-2026")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("heading", name="首页").wait_for()
    took("1-home")

    # Somebody who is a customer already, written in another way.
    name, phone, known = _somebody(page, url)
    rows = f"客户姓名,手机号码,电子邮箱,所在城市\n{name},{phone},,\n陈晓雨,13911112222,xiaoyu@example.com,杭州市\n"
    file = tmp_path / "客户名单.csv"
    file.write_bytes((rows + "陈晓雨,+86 139-1111-2222,xiaoyu@example.com,\n").encode("gb18030"))

    page.goto(f"{url}/connectors/upload")
    page.set_input_files("#field-file", file)
    page.locator("#field-name").fill("my-list")
    page.get_by_role("button", name=re.compile("上传并")).click()
    page.wait_for_url("**/mapping/**")
    assert page.locator("select[name='f:客户姓名']").input_value() == "person.full_name"
    assert page.locator("select[name='f:手机号码']").input_value() == "phone"
    took("2-mapping")
    page.get_by_role("button", name="保存映射").click()
    page.get_by_role("button", name="立即同步").first.click()
    page.goto(f"{url}/syncs")
    page.locator("#connection-my-list").get_by_text("成功").wait_for()
    took("3-synced")

    # Two lines of the file are one customer, the third joined the one that was there.
    _until_found(page, "陈晓雨", "2")
    page.get_by_role("link", name="陈晓雨").click()
    page.get_by_text("my-list").first.wait_for()
    assert "unassigned" in page.locator("#owner").inner_text()
    took("4-duplicate")
    page.goto(f"{url}/customers/{known}")
    assert page.locator("#records").get_by_text("my-list").count() == 1

    page.goto(f"{url}/audit/verify")
    page.get_by_role("button", name="立即验证").click()
    page.get_by_text("日志完整无误").wait_for()
    took("5-verified")
    assert watch.wrong == []
    context.close()


def _somebody(page: Page, url: str) -> tuple[str, str, str]:
    """A customer with a Chinese name and a mobile number, as the list shows them: name, number, id."""
    page.goto(f"{url}/customers")
    for row in page.locator("table[data-rows] tbody tr").all():
        cells = row.locator("td").all_inner_texts()
        number = re.fullmatch(r"\+86(1\d{10})", cells[2].strip())
        if number and re.fullmatch(r"[\u4e00-\u9fff]{2,4}", cells[0].strip()):
            link = row.locator("a").first.get_attribute("href") or ""
            return cells[0].strip(), number[1], link.rpartition("/")[2]
    pytest.fail("the demonstration shows no customer with a mobile number")


def _until_found(page: Page, name: str, records: str) -> None:
    """Search until the records are resolved, as a person would press the key again."""
    for _ in range(20):
        page.keyboard.press("/")
        page.locator("#global-search").fill(name)
        page.keyboard.press("Enter")
        page.wait_for_load_state()
        rows = page.locator("table[data-rows] tbody tr")
        if rows.count() == 1 and rows.first.locator("td").nth(5).inner_text().strip() == records:
            return
        page.wait_for_timeout(500)
    pytest.fail("the duplicate was not found")
