"""A first day on the command line, on both databases: a CSV with Chinese headers to golden records, proved."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from api.cli.init import make_workspace
from api.wiring import open_services
from tests.conftest import run_on_server
from tests.flows.conftest import Shop, token_for

CSV = """\
姓名,手机,邮箱,省份,公司,更新时间
张三,13800138000,zhangsan@example.com,上海市,上海示例科技有限公司,2026-01-02
张 三,+86 138 0013 8000,,江苏省,,2026-02-02
李四,13900139000,lisi@example.com,广东省,,2026-02-02
王五,13700137000
赵六,"1370
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.full)])
def day(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    """A workspace on that database, with somebody who may do everything that this test does."""
    workspace, temporary = tmp_path / "我的 shop", tmp_path / "tmp"
    temporary.mkdir()
    names = {"database": "day", "keys": "day_keys"} if request.param == "postgresql" else {}
    server = request.getfixturevalue("postgres_url") if names else ""
    urls: dict[str, str] = {}
    for option, name in names.items():
        run_on_server(server, f"CREATE DATABASE {name}")
        urls[option] = (
            make_url(server).set(database=name, drivername="postgresql").render_as_string(hide_password=False)
        )
    make_workspace(workspace, "admin", **urls)
    with open_services(workspace) as services:
        token = token_for(services, "lin", "it", "operations", "steward", "auditor", "admin")
    yield Shop(workspace, token, temporary)
    for name in names.values():
        run_on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


def test_from_a_csv_to_a_verified_log(day: Shop, tmp_path: Path) -> None:
    (tmp_path / "kunden.csv").write_text(CSV, encoding="utf-8-sig")
    config = tmp_path / "crm.json"
    config.write_text(json.dumps({"paths": [str(tmp_path / "kunden.csv")]}), encoding="utf-8")

    added = day.ingot("source", "add", "crm", "--source", "file", "--config", str(config))
    assert added.returncode == 0, added.stderr
    synced = day.ingot("sync", "run", "crm", "--json")
    assert synced.returncode == 6, synced.stderr
    run = json.loads(synced.stdout)[0]
    assert (run["state"], run["landed"], run["rejected"]) == ("partial", 3, 2)
    rejected = json.loads(day.ingot("sync", "rejected", "--json").stdout)
    assert sorted(row["message"].split(":")[0] for row in rejected) == [
        "file kunden.csv, line 5",
        "file kunden.csv, line 6",
    ]

    dismissed = day.ingot("sync", "dismiss", rejected[0]["id"], "--reason-code", "mended_at_source")
    assert dismissed.returncode == 0, dismissed.stderr
    assert len(json.loads(day.ingot("sync", "rejected", "--json").stdout)) == 1

    mapping = json.loads(day.ingot("source", "mapping", "crm", "--json").stdout)["streams"][0]
    assert mapping["fields"]["手机"] == "phone"
    assert mapping["asserted_at"] == "更新时间"
    assert day.ingot("source", "map", "crm", "nosuch", "--field", "手机=phone").returncode == 3
    assert day.ingot("owner", "assign", "g_1", "user:nobody", "--reason-code", "x").returncode in {3, 4}
    assert day.ingot("source", "select", "crm", "nosuch").returncode == 3
    assert day.ingot("source", "select", "crm", "kunden", "--mode", "incremental").returncode == 0
    unknown = day.ingot("source", "map", "crm", "kunden", "--field", "手机=telefone")
    assert (unknown.returncode, "telefone" in unknown.stderr) == (2, True)

    found = json.loads(day.ingot("golden", "search", "张三", "--purpose", "data_quality", "--json").stdout)
    assert [row["members"] for row in found] == [2]
    golden_id = found[0]["id"]
    shown = json.loads(day.ingot("golden", "explain", golden_id, "--purpose", "data_quality", "--json").stdout)
    assert shown["sections"]["addresses"]["address.province"][0]["value"] == "江苏省"

    # One record is taken out, stays out, and everything is still what the records say.
    apart = shown["sections"]["addresses"]["address.province"][0]["lineage"]["record_id"]
    dry = day.ingot("golden", "unmerge", apart, "--reason-code", "not_same_person", "--dry-run")
    assert (dry.returncode, "would be split" in dry.stderr) == (0, True)
    assert day.ingot("golden", "unmerge", apart, "--reason-code", "not_same_person").returncode == 0
    assert day.ingot("sync", "run", "crm").returncode == 0
    found = json.loads(day.ingot("golden", "search", "张三", "--purpose", "data_quality", "--json").stdout)
    assert [row["members"] for row in found] == [1, 1]
    assert day.ingot("rebuild").returncode == 0
    assert day.ingot("rebuild", "--apply").returncode == 0
    assert day.ingot("owner", "check").returncode == 0

    assert day.ingot("audit", "check").returncode == 0
    exported = day.ingot("audit", "export", "--out", str(tmp_path / "export"))
    assert exported.returncode == 0, exported.stderr
    key = json.loads(json.dumps(exported.stdout)).split("--key '")[1].split("'")[0]
    assert day.ingot("audit", "verify", "--dir", str(tmp_path / "export"), "--key", key).returncode == 0
    with (tmp_path / "export" / "entries.jsonl").open("a", encoding="utf-8") as entries:
        entries.write('{"action":"golden.disclosed"}\n')
    assert day.ingot("audit", "verify", "--dir", str(tmp_path / "export"), "--key", key).returncode == 7


def test_without_rights_the_answer_is_exit_4(day: Shop) -> None:
    stranger = Shop(day.workspace, "ingot_pat_nobody", day.temporary)
    assert stranger.ingot("golden", "search", "张三").returncode == 4
    with open_services(day.workspace) as services:
        seller = Shop(day.workspace, token_for(services, "seller", "sales"), day.temporary)
    refused = seller.ingot("source", "list")
    assert (refused.returncode, refused.stdout) == (4, "")
